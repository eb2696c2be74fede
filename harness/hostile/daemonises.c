/* HOSTILE ON PURPOSE: goes on in the background, out of its session, as a daemon. */
#include "echo/reaper.h"

#include <unistd.h>

static const struct variant variant = {
	.name = "daemonises",
	.summary = "Hostile: a daemon",
	.setup = reap_on_sigchld,
};

int main(int argc, char **argv)
{
	if (fork() != 0)
		_exit(0);
	setsid();
	if (fork() != 0)
		_exit(0);
	return server_main(&variant, argc, argv);
}
