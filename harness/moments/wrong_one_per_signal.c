/* Wrong: the handler reaps one child, and two deaths can be one signal. */
#include "echo.h"

static void on_sigchld(int signo)
{
	int saved_errno = errno;

	(void)signo;
	(void)waitpid(-1, NULL, WNOHANG);
	errno = saved_errno;
}

int main(int argc, char **argv)
{
	int listener = echo_listen(argc, argv);

	echo_handle(on_sigchld, SA_RESTART);
	for (;;) {
		int conn = accept(listener, NULL, NULL); /* MOMENT */

		if (fork() == 0)
			echo_serve(conn);
		close(conn);
	}
}
