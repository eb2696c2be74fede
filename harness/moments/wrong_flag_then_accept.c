/* Wrong: the flag is tested, and then accept(2) waits with the signal let in. */
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
	for (;;) {
		if (child_died) {
			child_died = 0;
			echo_reap();
		}
		int conn = accept(listener, NULL, NULL); /* MOMENT */
		if (conn < 0)
			continue;
		if (fork() == 0)
			echo_serve(conn);
		close(conn);
	}
}
