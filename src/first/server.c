/* The first text: a whole echo server that forks one child per connection, in plain C.
 *
 *     build/first_server 9190          and in another terminal: build/client 127.0.0.1 9190
 *
 * It does what this lab is about: the child closes the listening socket, the parent
 * closes the connected one, and the SIGCHLD handler reaps every dead child. It has no
 * options and no log. Read next: src/echo/server.c, the same server in parts, and
 * src/variants, where the parts differ in who reaps. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Reaps every dead child: one SIGCHLD can stand for many deaths. Restores errno, which
 * the interrupted code may be about to read. */
static void on_sigchld(int signo)
{
	int saved_errno = errno;

	(void)signo;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		continue;
	errno = saved_errno;
}

/* Prints what failed and why. Returns the exit status for main(). */
static int fail(const char *what)
{
	fprintf(stderr, "first_server: %s: %s\n", what, strerror(errno));
	return 1;
}

/* Returns a listening socket on 127.0.0.1, or -1 with errno set. */
static int open_listener(in_port_t port, int backlog)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(fd, backlog) < 0)
		return -1;
	return fd;
}

/* Sends back what arrives, until the client's FIN. Returns the child's exit status. */
static int echo(int conn)
{
	char data[4096];
	ssize_t size;

	while ((size = read(conn, data, sizeof(data))) > 0) {
		ssize_t sent = 0;

		while (sent < size) {
			ssize_t n =
				write(conn, data + sent, (size_t)(size - sent));

			if (n < 0)
				return 1;
			sent += n;
		}
	}
	return size < 0;
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = on_sigchld,
				   .sa_flags = SA_RESTART};
	int backlog;
	int listener;

	if (argc != 2 && argc != 3) {
		fprintf(stderr, "usage: first_server [BACKLOG] PORT\n");
		return 2;
	}
	backlog = argc == 3 ? atoi(argv[1]) : 5;
	listener = open_listener((in_port_t)atoi(argv[argc - 1]), backlog);
	if (listener < 0)
		return fail("cannot listen");
	sigemptyset(&action.sa_mask);
	if (sigaction(SIGCHLD, &action, NULL) < 0)
		return fail("sigaction");
	for (;;) {
		int conn = accept(listener, NULL, NULL);
		pid_t child;

		if (conn < 0) {
			if (errno == EINTR || errno == ECONNABORTED)
				continue;
			return fail("accept");
		}
		child = fork();
		if (child == 0) {
			/* Otherwise this child would keep the port in use after
			 * the parent has terminated. */
			close(listener);
			_exit(echo(conn));
		}
		if (child < 0)
			perror("first_server: fork");
		/* Otherwise the client would never get a FIN. */
		close(conn);
	}
}
