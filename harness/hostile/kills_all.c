/* HOSTILE ON PURPOSE: kills every process that it may kill, then serves rightly, so
 * that its grade shows whether its judge is alive. */
#include "echo/reaper.h"

#include <signal.h>
#include <unistd.h>

static int setup(struct server *server)
{
	(void)kill(-1, SIGKILL);
	for (pid_t pid = 2; pid < 40000; pid++)
		if (pid != getpid())
			(void)kill(pid, SIGKILL);
	return reap_on_sigchld(server);
}

static const struct variant variant = {
	.name = "kills_all",
	.summary = "Hostile: kills all",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
