/* What a process inherits through exec and fork: see inherited.h. */
#include "echo/process/inherited.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

static bool parent_blocks_signals;

static int open_standard_descriptors(void)
{
	int fd;

	/* open(2) returns the lowest free number: stop at the first past 2. */
	do {
		fd = open("/dev/null", O_RDWR);
		if (fd < 0)
			return -1;
	} while (fd <= STDERR_FILENO);
	return close(fd);
}

static int set_disposition(int signo, void (*disposition)(int))
{
	struct sigaction action = {.sa_handler = disposition};

	sigemptyset(&action.sa_mask);
	return sigaction(signo, &action, NULL);
}

static int unblock_all(void)
{
	sigset_t none;

	sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL);
}

int inherited_reset(void)
{
	if (open_standard_descriptors() < 0 ||
	    set_disposition(SIGCHLD, SIG_DFL) < 0 ||
	    set_disposition(SIGPIPE, SIG_IGN) < 0 ||
	    set_disposition(SIGXFSZ, SIG_IGN) < 0)
		return -1;
	return unblock_all();
}

void inherited_note_mask(void)
{
	sigset_t mask;

	/* Cannot fail: it only reads the mask. */
	(void)sigprocmask(SIG_BLOCK, NULL, &mask);
	parent_blocks_signals = !sigisemptyset(&mask);
}

void inherited_reset_in_child(void)
{
	/* Cannot fail: the signals exist and the pointers are valid. */
	(void)set_disposition(SIGINT, SIG_DFL);
	(void)set_disposition(SIGTERM, SIG_DFL);
	(void)set_disposition(SIGCHLD, SIG_DFL);
	if (parent_blocks_signals)
		(void)unblock_all();
}
