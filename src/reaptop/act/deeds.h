/* The single signals a user can have sent, and how each is told of. */
#ifndef REAP_ACT_DEEDS_H
#define REAP_ACT_DEEDS_H

#include <stdbool.h>

#include "reaptop/watch/watch.h"

enum { DEED_TEXT_SIZE = 320 };

/* Each returns true if it was done, and stores both ways what to tell. */

/* SIGSTOP, unless the server is stopped; it is thawed again when reaptop
 * leaves. */
bool deed_freeze(const struct watch *watch, const struct server *server,
		 char text[DEED_TEXT_SIZE]);

/* Sends SIGCONT, unless the server is not stopped, or a tracer holds it. */
bool deed_thaw(const struct watch *watch, const struct server *server,
	       char text[DEED_TEXT_SIZE]);

/* Returns whether the server is stopped now, and not at the last sample: a key
 * may come before the next one. */
bool deed_is_stopped(const struct server *server);

/* Returns whether a tracer holds the server now. SIGCONT does not start it. */
bool deed_is_traced(const struct server *server);

bool deed_send_sigchld(const struct watch *watch, const struct server *server,
		       char text[DEED_TEXT_SIZE]);

/* SIGKILL for a child that is alive. `child` may be NULL: none is selected. */
bool deed_kill_child(const struct watch *watch, const struct server *server,
		     const struct child *child, char text[DEED_TEXT_SIZE]);

/* SIGKILL for the server. */
bool deed_kill_server(const struct watch *watch, const struct server *server,
		      char text[DEED_TEXT_SIZE]);

#endif
