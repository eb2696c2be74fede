/* Echo servers with a pool: the workers are there before the clients, and each serves one
 * client and ends. The parent starts others in their place. Usage: pools HOW PORT */
#include "forking.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORKERS = 12 };

static void start_worker(int listener)
{
	if (fork() == 0) {
		signal(SIGCHLD, SIG_DFL);
		serve_child(listener, take_client(listener));
	}
}

static void start_workers(int listener)
{
	for (int i = 0; i < WORKERS; i++)
		start_worker(listener);
}

/* WRONG ON PURPOSE: the handler replaces one worker per signal. Workers that end together
 * stay zombies, all but one, and the pool shrinks. */

static int shared_listener;

static void replace_one(int signum)
{
	int saved_errno = errno;

	(void)signum;
	if (waitpid(-1, NULL, WNOHANG) > 0)
		start_worker(shared_listener);
	errno = saved_errno;
}

static void run_by_handler(int listener)
{
	shared_listener = listener;
	on_signal(SIGCHLD, replace_one);
	start_workers(listener);
	for (;;)
		pause();
}

/* Right: a loop waits for each death, and starts a worker. */
static void run_by_wait(int listener)
{
	signal(SIGCHLD, SIG_DFL);
	start_workers(listener);
	for (;;)
		if (wait(NULL) > 0)
			start_worker(listener);
}

static const struct server servers[] = {
	{"replaces_one", .set_up = run_by_handler},
	{"replaces_each", .set_up = run_by_wait},
};

int main(int argc, char **argv)
{
	return RUN(argc, argv, servers);
}
