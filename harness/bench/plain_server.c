/* The bench's baseline: the same echo server as most would write it, in one
 * file of plain C, linked as the compiler links by default. It has what the
 * lab's servers have in their fast path (accept, fork, both closes, a loop
 * handler, no stdio) and nothing that would slow it down. Read next: run.py. */
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

static void on_sigchld(int signo)
{
	int saved_errno = errno;

	(void)signo;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		continue;
	errno = saved_errno;
}

static int fail(const char *what)
{
	fprintf(stderr, "plain_server: %s: %s\n", what, strerror(errno));
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
	int listener;

	if (argc != 3) {
		fprintf(stderr, "usage: plain_server BACKLOG PORT\n");
		return 2;
	}
	listener = open_listener((in_port_t)atoi(argv[2]), atoi(argv[1]));
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
			close(listener);
			_exit(echo(conn));
		}
		if (child < 0)
			perror("plain_server: fork");
		close(conn);
	}
}
