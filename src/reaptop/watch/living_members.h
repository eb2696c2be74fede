/* The living processes of a server's tree: whose sockets are its, and through
 * whom its network namespace is seen. */
#ifndef REAP_WATCH_LIVING_MEMBERS_H
#define REAP_WATCH_LIVING_MEMBERS_H

#include "reaptop/watch/holdings.h"
#include "reaptop/watch/server.h"

/* Begins a sample of holdings with whoever may hold a socket of the server:
 * zombies cannot. 0, or -1 with errno. */
int living_members_add(struct holdings *holdings, const struct server *server);

/* Opens the folder of a process in these holdings, or of a thread of it, in which
 * there is net/: of a process, or first thread, that has ended there is none.
 * The caller closes it. -1 with errno: there is no such process. */
int living_members_open(int proc, const struct server *server,
			const struct holdings *holdings);

#endif
