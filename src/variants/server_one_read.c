/* server_one_read: the accept loop reaps the child that the signalfd names.
 *
 * WRONG ON PURPOSE: of children that die before one read, all but one stay zombies.
 *
 * Belief:       one SIGCHLD means one dead child
 * Who reaps:    the accept loop; there is no handler
 * When:         when the signalfd is readable: the child in ssi_pid, and no other
 * You will see: no zombie if children die one by one; zombies if two die while the
 *               server does anything else
 * Test:         harness/tests/moments/test_variants.py
 * Real bug:     vibe-d/eventcore#117 */
#include "echo/log/event.h"
#include "echo/process/stop.h"
#include "echo/variant.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

static int deaths = -1; /* the signalfd */

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

/* Reaps the child that the kernel names. SIGCHLDs merge here, too: the others that have
 * died meanwhile are named by nobody. */
static void read_death(void)
{
	struct signalfd_siginfo info;
	int status;

	if (read(deaths, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	event_sigchld();
	stop_hold(); /* no stop comes between waitpid and event_reap */
	if (waitpid((pid_t)info.ssi_pid, &status, WNOHANG) > 0)
		event_reap((pid_t)info.ssi_pid, status);
	stop_release();
}

static int next_client(struct server *server, struct client *client)
{
	struct pollfd wake[] = {
		{.fd = server->listener, .events = POLLIN},
		{.fd = deaths, .events = POLLIN},
	};

	do {
		if (poll(wake, 2, -1) < 0 &&
		    server_wait_failed(server, "poll") < 0)
			return -1;
		read_death();
		if (server_accept(server, client) == 0)
			return 0;
	} while (errno == EAGAIN);
	return -1;
}

static const struct variant variant = {
	.name = "server_one_read",
	.summary = "The accept loop, one child per SIGCHLD that it reads",
	.setup = setup,
	.next_client = next_client,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
