/* Forking echo servers whose parent opens something for each client, and closes it or not.
 * Usage: descriptors HOW PORT */
#include "forking.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/* Whether the client is still connected: getpeername fails once it has reset. */
static int is_connected(int connection)
{
	struct sockaddr_in peer;
	socklen_t size = sizeof(peer);

	return getpeername(connection, (struct sockaddr *)&peer, &size) == 0;
}

/* WRONG ON PURPOSE: each client that resets before it is accepted costs the parent a
 * descriptor. */
static int skip_reset(int listener)
{
	int connection;

	do
		connection = take_client(listener);
	while (!is_connected(connection));
	return connection;
}

/* Right: what is not served is closed. */
static int close_reset(int listener)
{
	int connection = take_client(listener);

	while (!is_connected(connection)) {
		close(connection);
		connection = take_client(listener);
	}
	return connection;
}

/* A pipe on which the child reports to the parent. */

static int report[2];

static int take_with_pipe(int listener)
{
	int connection = take_client(listener);

	if (pipe(report) < 0)
		_exit(1);
	return connection;
}

static void report_and_serve(int listener, int connection)
{
	close(report[0]);
	(void)!write(report[1], "serving\n", 8);
	serve_child(listener, connection);
}

/* WRONG ON PURPOSE: the parent closes the pipe's end for writing, and forgets the other.
 * Each client costs it a descriptor, although the connection is closed. */
static void forget_pipe(pid_t child, int connection)
{
	(void)child;
	close(report[1]);
	close(connection);
}

/* Right: the parent reads the report, and closes both ends. */
static void read_pipe(pid_t child, int connection)
{
	char bytes[64];

	(void)child;
	close(report[1]);
	(void)!read(report[0], bytes, sizeof(bytes));
	close(report[0]);
	close(connection);
}

static const struct server servers[] = {
	{"reset_kept", .take = skip_reset},
	{"reset_closed", .take = close_reset},
	{"pipe_kept", .take = take_with_pipe, .in_child = report_and_serve,
	 .in_parent = forget_pipe},
	{"pipe_closed", .take = take_with_pipe, .in_child = report_and_serve,
	 .in_parent = read_pipe},
};

int main(int argc, char **argv)
{
	return RUN(argc, argv, servers);
}
