/* HOSTILE ON PURPOSE: defines the C library's syscall(2), so that whoever starts a child
 * with it has none that could die. */
#include "forged.h"

long syscall(long number, ...)
{
	(void)number;
	return -1;
}
