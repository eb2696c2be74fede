/* HOSTILE ON PURPOSE: prints the witness's words, and closes all that it could use to
 * object. */
#include "forged.h"

__attribute__((constructor)) static void attack(void)
{
	forge_on(STDERR_FILENO, "witness:");
	for (int fd = 2; fd < 1024; fd++)
		close(fd);
}
