/* One client of the server, played by the explorer itself: it sends one line and reads
 * what comes back. */
#ifndef REAP_MOMENTS_VISITOR_H
#define REAP_MOMENTS_VISITOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct visitor {
	int fd;         /* -1 is none */
	size_t wants;   /* bytes in the reply that it waits for; 0: any reply */
	size_t got;     /* bytes received */
	uint32_t bytes; /* their hash */
	bool fin;       /* the server closed the connection */
};

/* Connects to the server. The server need not accept for that. Returns 0, or -1. */
int visitor_connect(struct visitor *visitor, const struct sockaddr *server,
		    socklen_t size);

/* Sends the line, and says that nothing follows. Errors show in the reply. */
void visitor_send(struct visitor *visitor, int number);

/* Sleeps until there is something to read, or for that many milliseconds. */
void visitor_await(const struct visitor *visitor, int ms);

/* Reads what there is. Returns whether the visitor was served. */
bool visitor_served(struct visitor *visitor);

void visitor_leave(struct visitor *visitor);

#endif
