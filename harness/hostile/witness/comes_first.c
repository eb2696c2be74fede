/* HOSTILE ON PURPOSE: runs before every constructor of a library (DT_PREINIT_ARRAY), and
 * writes the witness's words on the report that the environment leads to. */
#include "forged.h"

static void attack(int argc, char **argv, char **environment)
{
	(void)argc;
	(void)argv;
	for (char **one = environment; *one != NULL; one++)
		if (strncmp(*one, "REAP_WITNESS=", 13) == 0) {
			forge_report(*one + 13);
			memset(*one, 'x', 13); /* the witness finds none */
		}
	forge_on(STDERR_FILENO, "witness:");
}

__attribute__((section(".preinit_array"),
	       used)) static void (*first)(int, char **, char **) = attack;
