/* Lab 04.
 *
 * WRONG ON PURPOSE: who serves is an orphan, so the log never says how it ended. */
#include "common/write_all.h"
#include "echo/log/event.h"
#include "echo/log/json_line.h"
#include "echo/variant.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void append(char *line, size_t size, const char *text)
{
	strncat(line, text, size - strlen(line) - 1);
}

/* One line on stdout: "came: port 40312", "exited: pid 4712 with 0". */
static void log_line(const char *what, int number, const char *with, int value)
{
	char line[96] = "";
	char digits[DECIMAL_SIZE];

	append(line, sizeof(line), what);
	append(line, sizeof(line), " ");
	append(line, sizeof(line), decimal_format(number, digits));
	append(line, sizeof(line), with);
	append(line, sizeof(line), " ");
	append(line, sizeof(line), decimal_format(value, digits));
	append(line, sizeof(line), "\n");
	/* Whoever read the log may be gone: serving goes on. */
	(void)write_all(STDOUT_FILENO, line, strlen(line));
}

static int next_client(struct server *server, struct client *client)
{
	socklen_t size;

	do {
		size = sizeof(client->peer);
		client->conn =
			accept(server->listener, &client->peer.any, &size);
	} while (client->conn < 0 && (errno == EINTR || errno == ECONNABORTED));
	if (client->conn < 0)
		return -1;
	log_line("came: port", address_port(&client->peer), ", conn",
		 client->conn);
	return 0;
}

/* The first child: forks the one that will echo, and is gone. */
static pid_t leave_an_orphan(void)
{
	pid_t grandchild = fork();

	if (grandchild > 0)
		event_fork(grandchild);
	if (grandchild != 0)
		_exit(grandchild < 0);
	return 0;
}

static pid_t fork_child(struct server *server, struct client *client)
{
	pid_t child = server_fork();
	int status;

	(void)server;
	(void)client;
	if (child == 0)
		return leave_an_orphan();
	if (child < 0)
		return -1;
	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return -1;
	}
	event_reap(child, status);
	return child;
}

static const struct variant variant = {
	.name = "server",
	.summary = "Init or a subreaper: the echoing process is an orphan",
	.next_client = next_client,
	.fork_child = fork_child,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
