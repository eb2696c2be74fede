/* HOSTILE ON PURPOSE: prints the witness's words on every descriptor. */
#include "forged.h"

__attribute__((constructor)) static void attack(void)
{
	for (int fd = 1; fd < 1024; fd++)
		forge_on(fd, "witness:");
}
