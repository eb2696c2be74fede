/* Whether all could be printed: see output.h. */
#include "client/output.h"

#include "echo/complain.h"

#include <errno.h>
#include <stdio.h>

int output_finish(void)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 0;
	/* An earlier flush failed, and its errno is gone. */
	if (errno == 0)
		errno = EIO;
	complain_errno("standard output", errno);
	return -1;
}
