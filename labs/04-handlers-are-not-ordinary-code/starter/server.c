/* Lab 04: an echo server that keeps a log on stdout: who came, and how each
 * child ended. It serves, and it reaps; and yet three beliefs about handlers are
 * built into it. Find them, one after the other: `make check LAB=04`. */
#include "common/write_all.h"
#include "echo/log/event.h"
#include "echo/variant.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

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

static void on_sigchld(int signo)
{
	int status;
	pid_t child;

	(void)signo;
	event_sigchld();
	while ((child = waitpid(-1, &status, WNOHANG)) > 0)
		log_death(child, status);
}

static int setup(struct server *server)
{
	struct sigaction action = {.sa_handler = on_sigchld};

	(void)server;
	sigemptyset(&action.sa_mask);
	return sigaction(SIGCHLD, &action, NULL);
}

/* Waits for the next client. Returns 0, or -1 when there can be no more. */
static int next_client(struct server *server, struct client *client)
{
	socklen_t size = sizeof(client->peer);

	client->conn = accept(server->listener, &client->peer.any, &size);
	log_line("came: port", address_port(&client->peer), ", conn",
		 client->conn);
	return 0;
}

/* The child's life. Nothing is wrong with it that you would have to repair. */
static void in_child(struct server *server, struct client *client)
{
	/* The kernel ends a runaway after a minute of CPU. */
	static const struct rlimit minute = {.rlim_cur = 60, .rlim_max = 60};
	char data[1024];
	ssize_t size;

	(void)setrlimit(RLIMIT_CPU, &minute);
	(void)close(server->listener);
	while ((size = read(client->conn, data, sizeof(data))) != 0) {
		if (write(client->conn, data, (size_t)size) < 0)
			continue;
	}
	_exit(0);
}

static const struct variant variant = {
	.name = "server",
	.summary = "A SIGCHLD handler that keeps a log",
	.setup = setup,
	.next_client = next_client,
	.in_child = in_child,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
