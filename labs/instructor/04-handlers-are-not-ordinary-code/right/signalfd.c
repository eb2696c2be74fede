/* Lab 04: SIGCHLD is read as data; there is no handler, so none of its rules. */
#include "common/write_all.h"
#include "echo/log/event.h"
#include "echo/variant.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

static int deaths = -1; /* the signalfd */

static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;

/* One line on stdout: "came: port 40312", "exited: pid 4712 with 0". */
static void log_line(const char *what, int number, const char *with, int value)
{
	char line[96];
	int size = snprintf(line, sizeof(line), "%s %d%s %d\n", what, number,
			    with, value);

	(void)pthread_mutex_lock(&log_lock);
	(void)write_all(STDOUT_FILENO, line, (size_t)size);
	(void)pthread_mutex_unlock(&log_lock);
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

static int setup(struct server *server)
{
	sigset_t sigchld;

	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	if (server_accept_nonblocking(server) < 0 ||
	    sigprocmask(SIG_BLOCK, &sigchld, NULL) < 0)
		return -1;
	deaths = signalfd(-1, &sigchld, SFD_NONBLOCK | SFD_CLOEXEC);
	return deaths < 0 ? -1 : 0;
}

static int next_client(struct server *server, struct client *client)
{
	struct pollfd wake[] = {
		{.fd = server->listener, .events = POLLIN},
		{.fd = deaths, .events = POLLIN},
	};
	struct signalfd_siginfo info;

	do {
		if (poll(wake, 2, -1) < 0 && errno != EINTR)
			return -1;
		if (read(deaths, &info, sizeof(info)) > 0)
			reap_all();
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
