/* Wrong: SA_RESETHAND, and the handler installs itself anew when it is done. */
#include "echo.h"

static struct sigaction once = {.sa_flags =
					SA_RESTART | SA_RESETHAND | SA_NODEFER};

static void on_sigchld(int signo)
{
	int saved_errno = errno;

	(void)signo;
	echo_reap();
	(void)sigaction(SIGCHLD, &once, NULL); /* MOMENT */
	errno = saved_errno;
}

int main(int argc, char **argv)
{
	int listener = echo_listen(argc, argv);

	once.sa_handler = on_sigchld;
	(void)sigaction(SIGCHLD, &once, NULL);
	for (;;) {
		int conn = accept(listener, NULL, NULL);

		if (fork() == 0)
			echo_serve(conn);
		close(conn);
	}
}
