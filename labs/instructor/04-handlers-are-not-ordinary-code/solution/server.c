/* Lab 04, one right answer: the handler reaps in a loop, says so in one write(2)
 * of a line made by hand, and leaves errno alone; SIGCHLD restarts accept, and a
 * failed accept is not a client. */
#include "common/write_all.h"
#include "echo/log/event.h"
#include "echo/log/json_line.h"
#include "echo/variant.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void append(char *line, size_t size, const char *text)
{
	strncat(line, text, size - strlen(line) - 1);
}

/* One line on stdout: "came: port 40312", "exited: pid 4712 with 0". Calls only
 * what signal-safety(7) lists. No lock: one write is one line. */
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

static void log_death(pid_t child, int status)
{
	event_reap(child, status);
	if (WIFEXITED(status))
		log_line("exited: pid", child, " with", WEXITSTATUS(status));
	else
		log_line("killed: pid", child, " by", WTERMSIG(status));
}

static void on_sigchld(int signo)
{
	int saved_errno = errno;
	int status;
	pid_t child;

	(void)signo;
	event_sigchld();
	while ((child = waitpid(-1, &status, WNOHANG)) > 0)
		log_death(child, status);
	errno = saved_errno;
}

static int setup(struct server *server)
{
	struct sigaction action = {
		.sa_handler = on_sigchld,
		.sa_flags = SA_NOCLDSTOP | SA_RESTART,
	};

	(void)server;
	sigemptyset(&action.sa_mask);
	return sigaction(SIGCHLD, &action, NULL);
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

static const struct variant variant = {
	.name = "server",
	.summary = "A SIGCHLD handler that keeps a log",
	.setup = setup,
	.next_client = next_client,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
