/* Forking echo servers that start a helper, which inherits sockets or not.
 * Usage: helpers HOW PORT */
#include "forking.h"

#include <signal.h>
#include <sys/wait.h>
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

/* WRONG ON PURPOSE: the child lets a child of its own answer each message, and waits for
 * none. While its client stays there is a zombie for each message. */
static void answer_by_children(int listener, int connection)
{
	char buffer[4096];
	ssize_t got;

	close(listener);
	signal(SIGCHLD, SIG_DFL);
	while ((got = read(connection, buffer, sizeof(buffer))) > 0) {
		if (fork() != 0)
			continue;
		(void)!write(connection, buffer, (size_t)got);
		_exit(0);
	}
	_exit(0);
}

/* Right: the same, and the child waits for each. */
static void answer_by_reaped_children(int listener, int connection)
{
	char buffer[4096];
	ssize_t got;

	close(listener);
	signal(SIGCHLD, SIG_DFL);
	while ((got = read(connection, buffer, sizeof(buffer))) > 0) {
		if (fork() == 0) {
			(void)!write(connection, buffer, (size_t)got);
			_exit(0);
		}
		(void)wait(NULL);
	}
	_exit(0);
}

static const struct server servers[] = {
	{"keeps_connection", .in_child = serve_with_helper},
	{"closes_connection", .in_child = serve_with_closed_helper},
	{"keeps_listener", .in_parent = start_helper},
	{"answers_by_children", .in_child = answer_by_children},
	{"answers_by_reaped_children", .in_child = answer_by_reaped_children},
};

int main(int argc, char **argv)
{
	return RUN(argc, argv, servers);
}
