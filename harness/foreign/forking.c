/* A correct forking echo server, in steps that others replace: a handler that reaps all,
 * and both closes after fork. SIGCHLD is blocked from fork until the parent has noted its
 * child. */
#include "forking.h"

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

void on_signal(int signum, void (*handler)(int))
{
	struct sigaction action = {.sa_flags = SA_RESTART};

	action.sa_handler = handler;
	sigaction(signum, &action, NULL);
}

void reap_all(int signum)
{
	int saved_errno = errno;

	(void)signum;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		continue;
	errno = saved_errno;
}

void echo(int connection)
{
	char buffer[4096];
	ssize_t got;

	while ((got = read(connection, buffer, sizeof(buffer))) > 0)
		for (ssize_t sent = 0, now; sent < got; sent += now)
			if ((now = write(connection, buffer + sent,
					 (size_t)(got - sent))) < 0)
				return;
}

int take_client(int listener)
{
	int connection;

	while ((connection = accept(listener, NULL, NULL)) < 0)
		if (errno != EINTR && errno != ECONNABORTED)
			_exit(1);
	return connection;
}

void serve_child(int listener, int connection)
{
	close(listener);
	echo(connection);
	_exit(0);
}

static void close_connection(pid_t child, int connection)
{
	(void)child;
	close(connection);
}

static void reap_by_handler(int listener)
{
	(void)listener;
	on_signal(SIGCHLD, reap_all);
}

static int listen_on(const char *port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((in_port_t)atoi(port)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const int on = 1;
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	if (setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) <
		    0 ||
	    bind(listener, (const struct sockaddr *)&address, sizeof(address)) <
		    0 ||
	    listen(listener, 64) < 0) {
		perror("listen");
		exit(1);
	}
	return listener;
}

static void serve(const struct server *server, int listener)
{
	int (*take)(int) = server->take ? server->take : take_client;
	void (*in_child)(int, int) =
		server->in_child ? server->in_child : serve_child;
	void (*in_parent)(pid_t, int) =
		server->in_parent ? server->in_parent : close_connection;
	sigset_t blocked, before;

	(server->set_up ? server->set_up : reap_by_handler)(listener);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGCHLD);
	for (;;) {
		int connection = take(listener);
		pid_t child;

		sigprocmask(SIG_BLOCK, &blocked, &before);
		child = fork();
		if (child == 0) {
			sigprocmask(SIG_SETMASK, &before, NULL);
			in_child(listener, connection);
		}
		in_parent(child, connection);
		sigprocmask(SIG_SETMASK, &before, NULL);
	}
}

int run(int argc, char **argv, const struct server *servers, size_t count)
{
	for (size_t i = 0; argc == 3 && i < count; i++)
		if (strcmp(argv[1], servers[i].name) == 0)
			serve(&servers[i], listen_on(argv[2]));
	fprintf(stderr, "usage: %s HOW PORT\n", argv[0]);
	return 2;
}
