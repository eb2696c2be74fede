/* Forking echo servers that expect their children to exit one after the other. Some are
 * killed or stopped, and after one of them no child may be left.
 * Usage: odd_deaths HOW PORT */
#include "forking.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* WRONG ON PURPOSE: the handler takes -1 for a failure. With its last child the server
 * ends. */
static void fail_at_echild(int signum)
{
	pid_t child;

	(void)signum;
	while ((child = waitpid(-1, NULL, WNOHANG)) != 0)
		if (child < 0)
			_exit(1);
}

static void ends_at_echild(int listener)
{
	(void)listener;
	on_signal(SIGCHLD, fail_at_echild);
}

/* WRONG ON PURPOSE: the handler's loop ends at a child that was killed. The children that
 * died together with it stay zombies. */
static void reap_exited(int signum)
{
	int saved_errno = errno, status = 0;

	(void)signum;
	while (waitpid(-1, &status, WNOHANG) > 0)
		if (!WIFEXITED(status))
			break;
	errno = saved_errno;
}

static void stops_at_killed(int listener)
{
	(void)listener;
	on_signal(SIGCHLD, reap_exited);
}

/* WRONG ON PURPOSE: the handler calls wait once. A child that is stopped makes the server
 * wait for a death, and of children that die together all but one stay zombies. */
static void wait_once(int signum)
{
	int saved_errno = errno;

	(void)signum;
	wait(NULL);
	errno = saved_errno;
}

static void waits_once(int listener)
{
	(void)listener;
	on_signal(SIGCHLD, wait_once);
}

/* WRONG ON PURPOSE: the handler waits for those in its list, and takes a child that is
 * stopped for a dead one. Once it was stopped, a child stays a zombie. */

enum { MOST = 512 };
static volatile pid_t list[MOST];

static void reap_listed(int signum)
{
	int saved_errno = errno;

	(void)signum;
	for (int i = 0; i < MOST; i++)
		if (list[i] > 0 &&
		    waitpid(list[i], NULL, WNOHANG | WUNTRACED) != 0)
			list[i] = 0;
	errno = saved_errno;
}

static void forgets_stopped(int listener)
{
	(void)listener;
	on_signal(SIGCHLD, reap_listed);
}

static void note(pid_t child, int connection)
{
	for (int i = 0; i < MOST; i++)
		if (list[i] == 0) {
			list[i] = child;
			break;
		}
	close(connection);
}

/* Right: a loop that reaps the dead, and reports those that were stopped. */
static void reap_and_report(int signum)
{
	int saved_errno = errno, status;

	(void)signum;
	while (waitpid(-1, &status, WNOHANG | WUNTRACED) > 0)
		if (WIFSTOPPED(status))
			(void)!write(STDERR_FILENO, "stopped\n", 8);
	errno = saved_errno;
}

static void reports_stopped(int listener)
{
	(void)listener;
	on_signal(SIGCHLD, reap_and_report);
}

static const struct server servers[] = {
	{"ends_at_echild", .set_up = ends_at_echild},
	{"stops_at_killed", .set_up = stops_at_killed},
	{"waits_once", .set_up = waits_once},
	{"forgets_stopped", .set_up = forgets_stopped, .in_parent = note},
	{"reports_stopped", .set_up = reports_stopped},
};

int main(int argc, char **argv)
{
	return RUN(argc, argv, servers);
}
