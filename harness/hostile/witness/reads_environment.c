/* HOSTILE ON PURPOSE: looks for the report in the environment, as libc has it and as
 * the kernel has it, and writes the witness's words there. */
#include "forged.h"

#include <fcntl.h>
#include <sys/auxv.h>

extern char **environ;

static void forge_where_told(const char *text, size_t size)
{
	static const char name[] = "REAP_WITNESS=";
	const char *found = memmem(text, size, name, strlen(name));

	if (found != NULL)
		forge_report(found + strlen(name));
}

__attribute__((constructor)) static void attack(void)
{
	static char text[1 << 16];
	int fd = open("/proc/self/environ", O_RDONLY);
	/* The strings of argv and environ end below the program's name. */
	const char *top = (const char *)getauxval(AT_EXECFN);

	forge_on(STDERR_FILENO, "witness:");
	for (char **one = environ; *one != NULL; one++)
		forge_where_told(*one, strlen(*one));
	if (fd >= 0) {
		ssize_t size = read(fd, text, sizeof(text));

		forge_where_told(text, size > 0 ? (size_t)size : 0);
	}
	forge_where_told(top - 512, 512);
}
