/* Forking echo servers in which a death sets off work that does not end, and their correct
 * neighbours. Usage: storms HOW PORT */
#include "forking.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* A self-pipe: the handler writes a byte, and the loop reaps when it can be read. */

static int self_pipe[2];

static void tell(int signum)
{
	int saved_errno = errno;

	(void)signum;
	(void)!write(self_pipe[1], "", 1);
	errno = saved_errno;
}

static void by_self_pipe(int listener)
{
	(void)listener;
	if (pipe2(self_pipe, O_NONBLOCK | O_CLOEXEC) < 0)
		_exit(1);
	on_signal(SIGCHLD, tell);
}

static int take_or_reap(int listener, int drain)
{
	struct pollfd waiting[] = {{.fd = listener, .events = POLLIN},
				   {.fd = self_pipe[0], .events = POLLIN}};
	char bytes[64];

	for (;;) {
		if (poll(waiting, 2, -1) < 0)
			continue;
		if (waiting[1].revents) {
			while (drain && read(self_pipe[0], bytes, 64) > 0)
				continue;
			reap_all(SIGCHLD);
		}
		if (waiting[0].revents)
			return take_client(listener);
	}
}

/* WRONG ON PURPOSE: nobody reads the pipe. From the first death on, poll returns at once
 * and the parent burns CPU. */
static int never_drain(int listener)
{
	return take_or_reap(listener, 0);
}

/* Right: the pipe is read before the children are reaped. */
static int drain_first(int listener)
{
	return take_or_reap(listener, 1);
}

/* WRONG ON PURPOSE: the handler forks a logger for each death that it sees, and so for
 * each logger. From the first death on, the parent forks without end. */
static void log_deaths(int signum)
{
	int saved_errno = errno;

	(void)signum;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		if (fork() == 0)
			_exit(0);
	errno = saved_errno;
}

static void by_logger(int listener)
{
	(void)listener;
	on_signal(SIGCHLD, log_deaths);
}

/* Right: the child forks the logger when its client has left, and waits for it. */
static void log_in_child(int listener, int connection)
{
	signal(SIGCHLD, SIG_DFL);
	close(listener);
	echo(connection);
	if (fork() == 0)
		_exit(0);
	wait(NULL);
	_exit(0);
}

/* WRONG ON PURPOSE: the child ends when its server does, and asks for that without a
 * pause. Each client that has left costs a CPU. */
static void await_server(int listener, int connection)
{
	pid_t server = getppid();

	close(listener);
	echo(connection);
	close(connection);
	while (getppid() == server)
		continue;
	_exit(0);
}

/* WRONG ON PURPOSE: the child ends at its client's FIN only. When a client has reset, its
 * child goes on to accept on the listener that it has closed, and burns CPU. */

static void end_at_fin(int listener, int connection)
{
	char buffer[4096];
	ssize_t got;

	close(listener);
	signal(SIGPIPE, SIG_IGN);
	while ((got = read(connection, buffer, sizeof(buffer))) > 0)
		(void)!write(connection, buffer, (size_t)got);
	if (got == 0)
		_exit(0);
}

static int take_at_last(int listener)
{
	int connection;

	while ((connection = accept(listener, NULL, NULL)) < 0)
		continue;
	return connection;
}

static const struct server servers[] = {
	{"pipe_never_read", .set_up = by_self_pipe, .take = never_drain},
	{"pipe_read", .set_up = by_self_pipe, .take = drain_first},
	{"handler_forks", .set_up = by_logger},
	{"child_forks", .in_child = log_in_child},
	{"child_awaits_server", .in_child = await_server},
	{"child_ends_at_fin", .in_child = end_at_fin, .take = take_at_last},
};

int main(int argc, char **argv)
{
	return RUN(argc, argv, servers);
}
