/* The lab's client. It talks to an echo server line by line (interactive.c), or runs
 * a burst of sessions and checks every byte (burst_command.c). */
#include "client/burst_command.h"
#include "client/interactive.h"
#include "client/options.h"
#include "common/complain.h"
#include "common/standard_fds.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

/* Ignores SIGPIPE: if the reader of stdout has exited, write(2) fails with EPIPE
 * instead, and the client can report that. */
static int ignore_sigpipe(void)
{
	struct sigaction action = {.sa_handler = SIG_IGN};

	return sigaction(SIGPIPE, &action, NULL);
}

/* Flushes stdout. Returns 0; or -1 after one line on stderr if this or an earlier
 * write to stdout failed. */
static int flush_stdout(void)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	/* An earlier write failed, and its errno is lost. */
	if (errno == 0)
		errno = EIO;
	complain_errno("standard output", errno);
	return -1;
}

int main(int argc, char **argv)
{
	struct options options;
	int status = EXIT_DONE;

	complain_as("client");
	if (complain_of_stack())
		return EXIT_FAILED;
	/* The wrong access modes: using one fails, as if it were still closed. */
	if (standard_fds_fill(O_WRONLY, O_RDONLY, O_RDONLY) < 0 ||
	    ignore_sigpipe() < 0) {
		complain_errno("start", errno);
		return EXIT_FAILED;
	}
	switch (options_parse(&options, argc, argv)) {
	case OPTIONS_WRONG:
		return EXIT_USAGE;
	case OPTIONS_DONE:
		break;
	case OPTIONS_RUN:
		status = options.burst ? burst_command(&options)
				       : interactive_command(&options);
		break;
	}
	return flush_stdout() < 0 ? EXIT_FAILED : status;
}
