/* Lab 04: the handler only sets a flag, and SIGCHLD is let in only inside ppoll:
 * errno is set after the handler has run, and the log may use stdio. */
#include "echo/log/event.h"
#include "echo/variant.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t child_died;
static sigset_t while_waiting; /* the mask inside ppoll: SIGCHLD let in */

/* One line on stdout: "came: port 40312", "exited: pid 4712 with 0". */
static void log_line(const char *what, int number, const char *with, int value)
{
	(void)printf("%s %d%s %d\n", what, number, with, value);
	(void)fflush(stdout);
}

static void log_death(pid_t child, int status)
{
	event_reap(child, status);
	if (WIFEXITED(status))
		log_line("exited: pid", child, " with", WEXITSTATUS(status));
	else
		log_line("killed: pid", child, " by", WTERMSIG(status));
}

static void reap_all(void)
{
	int status;
	pid_t child;

	while ((child = waitpid(-1, &status, WNOHANG)) > 0)
		log_death(child, status);
}

static void on_sigchld(int signo)
{
	(void)signo;
	child_died = 1;
}

static int setup(struct server *server)
{
	struct sigaction action = {.sa_handler = on_sigchld};

	sigemptyset(&action.sa_mask);
	sigaddset(&action.sa_mask, SIGCHLD);
	if (server_accept_nonblocking(server) < 0 ||
	    sigprocmask(SIG_BLOCK, &action.sa_mask, &while_waiting) < 0)
		return -1;
	return sigaction(SIGCHLD, &action, NULL);
}

static int next_client(struct server *server, struct client *client)
{
	struct pollfd listener = {.fd = server->listener, .events = POLLIN};

	do {
		if (ppoll(&listener, 1, NULL, &while_waiting) < 0 &&
		    errno != EINTR)
			return -1;
		if (child_died) {
			child_died = 0;
			reap_all();
		}
		if (server_accept(server, client) == 0) {
			log_line("came: port", address_port(&client->peer),
				 ", conn", client->conn);
			return 0;
		}
	} while (errno == EAGAIN);
	return -1;
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
