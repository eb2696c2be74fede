/* How fast this machine can fork, exit and reap, with no network and no client
 * beside it: the most that a fork-per-connection server could reach. A parent
 * forks COUNT children that exit at once, up to ALIVE not yet reaped, and
 * reaps them with the same loop handler as server_waitpid_loop, from the same
 * kind of small static binary. Prints one JSON object. Read next: run.py. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t reaped;

static void on_sigchld(int signo)
{
	int saved_errno = errno;
	int status;

	(void)signo;
	while (waitpid(-1, &status, WNOHANG) > 0)
		reaped = reaped + 1;
	errno = saved_errno;
}

/* Returns when at most `alive` of the children are not yet reaped. */
static void wait_for_reaping(long forked, long alive)
{
	sigset_t sigchld, before;

	if (forked - reaped <= alive)
		return;
	/* Blocked while looking, opened by sigsuspend alone: no lost wake-up.
	 * None of these can fail with such arguments. */
	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &sigchld, &before);
	while (forked - reaped > alive)
		(void)sigsuspend(&before);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
}

/* Forks and reaps `count` children, at most `alive` at a time. Returns the
 * seconds it took, or -1 with errno set; those already forked are reaped in
 * either case. */
static double fork_all(long count, long alive)
{
	struct timespec start, end;
	long forked;

	(void)clock_gettime(CLOCK_MONOTONIC, &start);
	for (forked = 0; forked < count; forked++) {
		pid_t child = fork();

		if (child == 0)
			_exit(0);
		if (child < 0) {
			int error = errno;

			wait_for_reaping(forked, 0);
			errno = error;
			return -1;
		}
		wait_for_reaping(forked + 1, alive - 1);
	}
	wait_for_reaping(forked, 0);
	(void)clock_gettime(CLOCK_MONOTONIC, &end);
	return (double)(end.tv_sec - start.tv_sec) +
	       (double)(end.tv_nsec - start.tv_nsec) / 1e9;
}

static double cpu_seconds(int who)
{
	struct rusage usage = {0};

	(void)getrusage(who, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = on_sigchld,
				   .sa_flags = SA_NOCLDSTOP | SA_RESTART};
	long count = argc == 3 ? strtol(argv[1], NULL, 10) : 0;
	long alive = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
	double seconds;

	if (count < 1 || alive < 1) {
		fprintf(stderr, "usage: fork_limit COUNT ALIVE\n");
		return 2;
	}
	sigemptyset(&action.sa_mask);
	if (sigaction(SIGCHLD, &action, NULL) < 0 ||
	    (seconds = fork_all(count, alive)) < 0) {
		fprintf(stderr, "fork_limit: fork: %s\n", strerror(errno));
		return 1;
	}
	printf("{\"forks\":%ld,\"seconds\":%.6f,\"forks_per_second\":%.1f,"
	       "\"parent_cpu_seconds\":%.6f,\"children_cpu_seconds\":%.6f}\n",
	       count, seconds, (double)count / seconds,
	       cpu_seconds(RUSAGE_SELF), cpu_seconds(RUSAGE_CHILDREN));
	return 0;
}
