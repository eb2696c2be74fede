/* server_thread: a thread reaps; it blocks in waitpid.
 *
 * Who reaps:    a thread that does nothing else
 * When:         at once: the thread blocks in waitpid while there is a child
 * You will see: no zombie unless the parent is frozen; SIGCHLD has its default action
 * Test:         harness/tests/servers/test_catalogue.py */
#include "echo/log/event.h"
#include "echo/process/stop.h"
#include "echo/variant.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/wait.h>
#include <unistd.h>

static sem_t children; /* counts the forked ones, to wait for */

static _Noreturn void *reap_for_ever(void *unused)
{
	(void)unused;
	for (;;) {
		int status;
		pid_t child;

		/* Without a child, waitpid would fail at once. */
		while (sem_wait(&children) < 0)
			; /* interrupted by a signal */

		stop_hold_at_death(P_ALL, 0); /* until it is counted */
		while ((child = waitpid(-1, &status, 0)) < 0 && errno == EINTR)
			;
		if (child > 0)
			event_reap(child, status);
		stop_release();
	}
}

static int setup(struct server *server)
{
	pthread_t reaper;

	(void)server;
	if (sem_init(&children, 0, 0) < 0)
		return -1;
	errno = pthread_create(&reaper, NULL, reap_for_ever, NULL);
	if (errno != 0)
		return -1;
	errno = pthread_detach(reaper);
	return errno == 0 ? 0 : -1;
}

static pid_t fork_child(struct server *server, struct client *client)
{
	pid_t child = server_fork();

	(void)server;
	(void)client;
	if (child > 0)
		(void)sem_post(&children); /* fails only beyond 2^31 children */
	return child;
}

static const struct variant variant = {
	.name = "server_thread",
	.summary = "A thread that blocks in waitpid",
	.setup = setup,
	.fork_child = fork_child,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
