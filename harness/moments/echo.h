/* What all servers of this folder share: a listener on the port in argv, and a child's
 * work. Each server adds one mistake, or its neighbour that has none. */
#ifndef REAP_MOMENTS_ECHO_H
#define REAP_MOMENTS_ECHO_H

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Returns a socket that listens on the last argument. Ends the server if it cannot. */
static inline int echo_listen(int argc, char **argv)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons((in_port_t)atoi(argv[argc - 1])),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(fd, 16) < 0)
		_exit(1);
	return fd;
}

/* A child's work. */
static inline _Noreturn void echo_serve(int conn)
{
	char bytes[256];
	ssize_t got;

	while ((got = read(conn, bytes, sizeof(bytes))) > 0)
		if (write(conn, bytes, (size_t)got) != got)
			break;
	_exit(0);
}

static inline void echo_handle(void (*handler)(int), int flags)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

	sigemptyset(&action.sa_mask);
	(void)sigaction(SIGCHLD, &action, NULL);
}

/* Blocks or unblocks SIGCHLD. */
static inline void echo_mask(int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	(void)sigprocmask(how, &set, NULL);
}

static inline void echo_reap(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

#endif
