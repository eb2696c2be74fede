/* HOSTILE ON PURPOSE: leaves a daemon behind that holds the port and ignores all
 * signals that can be ignored; the server itself reaps rightly. */
#include "echo/reaper.h"

#include <signal.h>
#include <unistd.h>

static void linger(void)
{
	for (int signo = 1; signo < NSIG; signo++)
		signal(signo, SIG_IGN);
	setsid();
	if (fork() != 0)
		_exit(0);
	for (;;)
		pause();
}

static int setup(struct server *server)
{
	if (fork() == 0)
		linger();
	signal(SIGTERM, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	return reap_on_sigchld(server);
}

static const struct variant variant = {
	.name = "lingers",
	.summary = "Hostile: does not go away",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
