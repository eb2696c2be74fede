/* server_flag: the accept loop reaps when a handler has set a flag.
 *
 * Who reaps:    the accept loop; the handler only sets a flag
 * When:         after ppoll, the only call during which SIGCHLD is unblocked
 * You will see: no zombie; SIGCHLD is blocked, except during ppoll
 * Test:         harness/tests/servers/test_catalogue.py
 * Real use:     OpenSSH sshd, PostgreSQL */
#include "echo/log/event.h"
#include "echo/reaper.h"
#include "echo/variant.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>

static volatile sig_atomic_t child_died;
static sigset_t while_waiting; /* the mask during ppoll: SIGCHLD unblocked */

static void on_sigchld(int signo)
{
	(void)signo;
	event_sigchld();
	child_died = 1;
}

static int setup(struct server *server)
{
	struct sigaction action = {.sa_handler = on_sigchld};

	sigemptyset(&action.sa_mask);
	sigaddset(&action.sa_mask, SIGCHLD);
	if (server_accept_nonblocking(server) < 0 ||
	    sigprocmask(SIG_BLOCK, &action.sa_mask, &while_waiting) < 0)
		return -1;
	return sigaction(SIGCHLD, &action, NULL);
}

/* Waits for SIGCHLD, at most for the limit. If limit is NULL, waits for SIGCHLD or a
 * client, for ever. Then reaps if a child has died. Returns 0, or -1 with errno set. */
static int wait_for_client(struct server *server, const struct timespec *limit)
{
	struct pollfd listener = {.fd = server->listener, .events = POLLIN};

	if (ppoll(&listener, limit == NULL, limit, &while_waiting) < 0 &&
	    server_wait_failed(server, "ppoll") < 0)
		return -1;
	if (child_died) {
		child_died = 0;
		reap_all();
	}
	return 0;
}

static int next_client(struct server *server, struct client *client)
{
	static const struct timespec no_time;

	do {
		/* While a client is ready, ppoll returns at once and delivers
		 * no signal (fs/select.c). So each round first calls ppoll
		 * without the listener. */
		if (wait_for_client(server, &no_time) < 0)
			return -1;
		if (server_accept(server, client) == 0)
			return 0;
	} while (errno == EAGAIN && wait_for_client(server, NULL) == 0);
	return -1;
}

static const struct variant variant = {
	.name = "server_flag",
	.summary = "The accept loop, told by a flag that the handler sets",
	.setup = setup,
	.next_client = next_client,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
