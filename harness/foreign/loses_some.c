/* Forking echo servers that reap some of their children and lose others.
 * Usage: loses_some HOW PORT */
#include "forking.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* WRONG ON PURPOSE: the handler waits for the child that was forked last. Each child that
 * outlives the next client's fork stays a zombie. */

static volatile pid_t last;

static void reap_last(int signum)
{
	int saved_errno = errno;

	(void)signum;
	waitpid(last, NULL, WNOHANG);
	errno = saved_errno;
}

static void by_last_pid(int listener)
{
	(void)listener;
	on_signal(SIGCHLD, reap_last);
}

static void remember_last(pid_t child, int connection)
{
	last = child;
	close(connection);
}

/* WRONG ON PURPOSE: the handler waits for the PID that came with the signal. If several
 * children die together, all but one stay zombies. */

static void reap_named(int signum, siginfo_t *info, void *context)
{
	int saved_errno = errno;

	(void)signum;
	(void)context;
	waitpid(info->si_pid, NULL, WNOHANG);
	errno = saved_errno;
}

static void by_si_pid(int listener)
{
	struct sigaction action = {.sa_flags = SA_SIGINFO | SA_RESTART};

	(void)listener;
	action.sa_sigaction = reap_named;
	sigaction(SIGCHLD, &action, NULL);
}

/* WRONG ON PURPOSE: the handler is gone after each death, as with System V's signal(), and
 * the parent installs it again only when a client has come. A child that dies before that
 * stays a zombie. */

static void reap_one(int signum)
{
	int saved_errno = errno;

	(void)signum;
	waitpid(-1, NULL, WNOHANG);
	errno = saved_errno;
}

static void arm(int listener)
{
	struct sigaction action = {.sa_flags = (int)SA_RESETHAND | SA_RESTART};

	(void)listener;
	action.sa_handler = reap_one;
	sigaction(SIGCHLD, &action, NULL);
}

static int take_and_arm(int listener)
{
	int connection = take_client(listener);

	arm(listener);
	return connection;
}

static const struct server servers[] = {
	{"last_pid", .set_up = by_last_pid, .in_parent = remember_last},
	{"si_pid", .set_up = by_si_pid},
	{"armed_per_client", .set_up = arm, .take = take_and_arm},
};

int main(int argc, char **argv)
{
	return RUN(argc, argv, servers);
}
