/* Lab 04: the handler logs with stdio, and may: SIGCHLD is let in around accept
 * only, where nothing unsafe can be interrupted. */
#include "echo/log/event.h"
#include "echo/variant.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

static sigset_t sigchld;

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
	struct sigaction action = {.sa_handler = on_sigchld};

	(void)server;
	sigemptyset(&action.sa_mask);
	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &sigchld, NULL) < 0)
		return -1;
	return sigaction(SIGCHLD, &action, NULL);
}

static int next_client(struct server *server, struct client *client)
{
	int failed;

	do {
		/* Neither can fail. A death in between is not lost: accept
		 * without SA_RESTART is only a way to sleep. */
		(void)sigprocmask(SIG_UNBLOCK, &sigchld, NULL);
		failed = server_accept(server, client);
		(void)sigprocmask(SIG_BLOCK, &sigchld, NULL);
	} while (failed && errno == EAGAIN);
	if (failed)
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
