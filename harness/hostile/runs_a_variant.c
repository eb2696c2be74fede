/* HOSTILE ON PURPOSE: lets one of the lab's right servers answer in its place, from
 * wherever that may be, and reaps nobody if there is none. */
#include "echo/variant.h"

#include <unistd.h>

static const char *const places[] = {
	"/reap/build/server_waitpid_loop",
	"build/server_waitpid_loop",
	"../build/server_waitpid_loop",
#ifdef WANTED
	WANTED,
#endif
};

static const struct variant variant = {
	.name = "runs_a_variant",
	.summary = "Hostile: becomes a server that is right",
};

int main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		(void)execv(places[i], argv);
	return server_main(&variant, argc, argv);
}
