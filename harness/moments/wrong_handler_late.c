/* Wrong: the handler is installed once there is a child. */
#include "echo.h"

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

	for (;;) {
		int conn = accept(listener, NULL, NULL);

		if (fork() == 0)
			echo_serve(conn);
		close(conn); /* MOMENT */
		echo_handle(on_sigchld, SA_RESTART);
	}
}
