/* Wrong: the parent reads the first line itself, and takes EINTR for the end. */
#include "echo.h"

#include <string.h>

static void on_sigchld(int signo)
{
	int saved_errno = errno;

	(void)signo;
	echo_reap();
	errno = saved_errno;
}

int main(int argc, char **argv)
{
	int listener = echo_listen(argc, argv);

	echo_handle(on_sigchld, 0);
	for (;;) {
		char line[256];
		int conn = accept(listener, NULL, NULL);

		if (conn < 0)
			continue;
		ssize_t got = read(conn, line, sizeof(line)); /* MOMENT */
		if (got > 0 && fork() == 0) {
			(void)!write(conn, line, (size_t)got);
			echo_serve(conn);
		}
		close(conn);
	}
}
