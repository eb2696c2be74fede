/* HOSTILE ON PURPOSE: prints the witness's words, and starts again without it. */
#include "forged.h"

#include <fcntl.h>
#include <stdlib.h>

__attribute__((constructor)) static void attack(void)
{
	static char words[4096];
	char *argv[8] = {words};
	int fd = open("/proc/self/cmdline", O_RDONLY);
	ssize_t size;

	if (getenv("LD_PRELOAD") == NULL)
		return;
	size = read(fd, words, sizeof(words) - 1);
	for (int i = 1; i < 7; i++) {
		argv[i] = argv[i - 1] + strlen(argv[i - 1]) + 1;
		if (argv[i] >= words + size) {
			argv[i] = NULL;
			break;
		}
	}
	forge_on(STDERR_FILENO, "witness:");
	unsetenv("LD_PRELOAD");
	execv("/proc/self/exe", argv);
}
