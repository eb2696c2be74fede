/* Right: no hook at all. What the core does when a variant says nothing is the
 * two closes (src/echo/server.c). */
#include "echo/reaper.h"
#include "echo/variant.h"

static const struct variant variant = {
	.name = "server",
	.summary = "The core's own closes",
	.setup = reap_on_sigchld,
};

int main(int argc, char **argv)
{
	return server_main(&variant, argc, argv);
}
