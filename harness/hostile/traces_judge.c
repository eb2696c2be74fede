/* HOSTILE ON PURPOSE: looks for processes besides its own box's first, to trace them
 * and to write into their memory. Ends at once if it finds one, else serves rightly. */
#include "echo/reaper.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <unistd.h>

static int setup(struct server *server)
{
	for (int pid = 2; pid < 40000; pid++) {
		char path[32];

		if (pid == getpid())
			continue;
		snprintf(path, sizeof path, "/proc/%d/mem", pid);
		if (ptrace(PTRACE_ATTACH, pid, NULL, NULL) == 0 ||
		    open(path, O_RDWR) >= 0)
			exit(9);
	}
	return reap_on_sigchld(server);
}

static const struct variant variant = {
	.name = "traces_judge",
	.summary = "Hostile: looks for its judge",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
