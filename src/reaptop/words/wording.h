/* Facts in words: how states, ages, exits and counts read, wherever they are
 * shown. Nothing here depends on a terminal or a locale. */
#ifndef REAP_WORDS_WORDING_H
#define REAP_WORDS_WORDING_H

#include <stddef.h>
#include <stdint.h>

#include "reaptop/watch/child.h"
#include "reaptop/watch/server.h"
#include "reaptop/watch/watch.h"

/* Room for any text made here. */
enum { WORDING_SIZE = 64 };

/* "zombie" for 'Z' and so on, at most 9 characters; "?" if unknown. A Z that
 * lives on in other threads: "main gone". */
const char *wording_state(const struct process_stat *stat);

/* The state of a server: a word as above, or "frozen", or how it ended:
 * "ended", "ended: exit 1", "ended: SIGKILL", "zombie itself". */
const char *wording_server_state(const struct server *server,
				 char text[WORDING_SIZE]);

/* What the server does about SIGCHLD: "caught", "ignored" or "default"; "?" if
 * it may not be read, "-" once it has ended. */
const char *wording_disposition(const struct server *server);

/* The same, then " blocked" and " pending" if so. */
const char *wording_sigchld(const struct server *server,
			    char text[WORDING_SIZE]);

/* A span of time in at most 6 characters: 0.5s 12.0s 5m12s 23h59m 3d04h. */
const char *wording_age(int64_t ns, char text[WORDING_SIZE]);

/* The age of a child at the last sample, or "?". */
const char *wording_child_age(const struct watch *watch,
			      const struct child *child,
			      char text[WORDING_SIZE]);

/* The age of a server at the last sample; "-" once it has ended, or it would go
 * on growing. */
const char *wording_server_age(const struct watch *watch,
			       const struct server *server,
			       char text[WORDING_SIZE]);

/* A wait status: "exit 0", "SIGKILL", "SIG34". */
const char *wording_exit(int exit_status, char text[WORDING_SIZE]);

/* How a child ended: as above; "-" while it lives, "?" if not shown to us. */
const char *wording_child_exit(const struct child *child,
			       char text[WORDING_SIZE]);

/* The same in full: "exit 0", "killed by SIGKILL", "-", "?". */
const char *wording_child_end(const struct child *child,
			      char text[WORDING_SIZE]);

/* A share of a CPU, given in thousandths, in at most 5 characters: 0.0% 12.5%
 * 100% 1600%. Of several threads it may be more than one CPU. */
const char *wording_cpu(uint32_t thousandths, char text[WORDING_SIZE]);

/* The state of a child as wording_state(), or "nonstop", or where it went: "reaped", or
 * "orphan" if another process has become its parent. */
const char *wording_child_state(const struct child *child, pid_t parent);

/* A count in at most 5 characters: 99999 123k 4.5M 123M. */
const char *wording_count(uint64_t count, char text[WORDING_SIZE]);

/* The port: "9190", "-" none known, "?" we may not look. */
const char *wording_port(const struct server *server, char text[WORDING_SIZE]);

#endif
