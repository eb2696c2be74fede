/* Forking echo servers that start a helper, which inherits sockets or not.
 * Usage: helpers HOW PORT */
#include "forking.h"

#include <unistd.h>

static void sleep_on(void)
{
	for (;;)
		pause();
}

/* WRONG ON PURPOSE: the child leaves a helper behind, which holds the connection. The
 * client sees no FIN. */
static void serve_with_helper(int listener, int connection)
{
	close(listener);
	if (fork() == 0)
		sleep_on();
	echo(connection);
	_exit(0);
}

/* Right: the helper closes its copy of the connection. */
static void serve_with_closed_helper(int listener, int connection)
{
	close(listener);
	if (fork() == 0) {
		close(connection);
		sleep_on();
	}
	echo(connection);
	_exit(0);
}

/* WRONG ON PURPOSE: the helper is started with the first client, and holds the listener.
 * When the server is dead, its port stays taken. */
static void start_helper(pid_t child, int connection)
{
	static pid_t helper;

	(void)child;
	close(connection);
	if (helper == 0 && (helper = fork()) == 0)
		sleep_on();
}

static const struct server servers[] = {
	{"keeps_connection", .in_child = serve_with_helper},
	{"closes_connection", .in_child = serve_with_closed_helper},
	{"keeps_listener", .in_parent = start_helper},
};

int main(int argc, char **argv)
{
	return RUN(argc, argv, servers);
}
