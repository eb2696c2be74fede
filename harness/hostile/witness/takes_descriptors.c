/* HOSTILE ON PURPOSE: prints the witness's words, and puts another file in the place of
 * each descriptor that the witness could use to object. */
#include "forged.h"

#include <fcntl.h>

__attribute__((constructor)) static void attack(void)
{
	int nowhere = open("/dev/null", O_WRONLY);

	forge_on(STDERR_FILENO, "witness:");
	for (int fd = 2; fd < 256; fd++)
		(void)dup2(nowhere, fd);
	for (int fd = 3; fd < 256; fd++)
		close(fd);
}
