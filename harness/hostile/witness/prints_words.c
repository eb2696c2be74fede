/* HOSTILE ON PURPOSE: prints the witness's words before the server begins. */
#include "forged.h"

__attribute__((constructor)) static void attack(void)
{
	forge_on(STDERR_FILENO, "witness:");
}
