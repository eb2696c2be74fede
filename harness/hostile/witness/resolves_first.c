/* HOSTILE ON PURPOSE: runs while the program is being linked, which is before every
 * constructor, and takes the witness's report away from it. */
#include "forged.h"

#include <sys/auxv.h>

static void nothing(void)
{
}

/* What the dynamic linker calls to find the function resolved(). */
__attribute__((used)) static void (*resolve(void))(void)
{
	/* The strings of argv and environ end below the program's name. */
	char *top = (char *)getauxval(AT_EXECFN);

	for (char *one = top - 512; one < top - 13; one++)
		if (memcmp(one, "REAP_WITNESS=", 13) == 0) {
			forge_report(one + 13);
			memset(one, 'x', 13);
		}
	return nothing;
}

void resolved(void) __attribute__((ifunc("resolve")));

__attribute__((constructor)) static void attack(void)
{
	resolved();
	forge_on(STDERR_FILENO, "witness:");
}
