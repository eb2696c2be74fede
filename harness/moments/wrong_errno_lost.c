/* Wrong: the handler changes errno, and a full backlog then looks like an end. */
#include "echo.h"

static void on_sigchld(int signo)
{
	(void)signo;
	echo_reap(); /* leaves ECHILD */
}

int main(int argc, char **argv)
{
	int listener = echo_listen(argc, argv);

	(void)fcntl(listener, F_SETFL, O_NONBLOCK);
	echo_handle(on_sigchld, SA_RESTART);
	for (;;) {
		struct pollfd one = {.fd = listener, .events = POLLIN};
		int conn = accept(listener, NULL, NULL);

		if (conn < 0) {
			if (errno != EAGAIN && errno != EINTR) /* MOMENT */
				return 1;
			(void)poll(&one, 1, -1);
			continue;
		}
		if (fork() == 0)
			echo_serve(conn);
		close(conn);
	}
}
