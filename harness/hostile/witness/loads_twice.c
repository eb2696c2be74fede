/* HOSTILE ON PURPOSE: loads a second witness, which may be told other things than the
 * first, and prints its words. */
#include "forged.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>

__attribute__((constructor)) static void attack(void)
{
	static char content[1 << 20];
	const char *first = getenv("LD_PRELOAD");
	int from = open(first, O_RDONLY);
	int to = open("second.so", O_WRONLY | O_CREAT | O_TRUNC, 0755);
	ssize_t size = read(from, content, sizeof(content));

	(void)!write(to, content, size > 0 ? (size_t)size : 0);
	close(from);
	close(to);
	setenv("REAP_WITNESS", "2", 1);
	if (dlopen("./second.so", RTLD_NOW | RTLD_GLOBAL) == NULL)
		abort();
	unlink("second.so");
	forge_on(STDERR_FILENO, "witness:");
}
