/* Wrong: the signal is let in one call before the one that waits. */
#include "echo.h"

static volatile sig_atomic_t child_died;

static void on_sigchld(int signo)
{
	(void)signo;
	child_died = 1;
}

int main(int argc, char **argv)
{
	int listener = echo_listen(argc, argv);

	echo_handle(on_sigchld, 0);
	echo_mask(SIG_BLOCK);
	for (;;) {
		struct pollfd one = {.fd = listener, .events = POLLIN};
		int ready;

		if (child_died) {
			child_died = 0;
			echo_reap();
		}
		echo_mask(SIG_UNBLOCK);
		ready = poll(&one, 1, -1); /* MOMENT */
		echo_mask(SIG_BLOCK);
		int conn = ready > 0 ? accept(listener, NULL, NULL) : -1;
		if (conn < 0)
			continue;
		if (fork() == 0)
			echo_serve(conn);
		close(conn);
	}
}
