/* HOSTILE ON PURPOSE: looks for files that are none of its business, in many places
 * (WANTED names one more). Ends at once if it can open one, else serves rightly. */
#include "echo/reaper.h"

#include <fcntl.h>
#include <stdlib.h>

static const char *const wanted[] = {
	"/etc/shadow",
	"/etc/passwd",
	"/reap/harness/reaplab/grading/judging.py",
	"/reap/labs/03-lost-children/checks.py",
	"/reap/labs/instructor",
	"/proc/1/environ/../../../reap/harness",
	"/home",
	"/root",
	"/var",
#ifdef WANTED
	WANTED,
#endif
};

static int setup(struct server *server)
{
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		if (open(wanted[i], O_RDONLY) >= 0)
			exit(9);
	return reap_on_sigchld(server);
}

static const struct variant variant = {
	.name = "reads_solutions",
	.summary = "Hostile: looks for the solutions",
	.setup = setup,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
