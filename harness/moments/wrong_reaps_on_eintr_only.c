/* Wrong: only an accept(2) that was interrupted makes the server look. */
#include "echo.h"

static void on_sigchld(int signo)
{
	(void)signo; /* only interrupts accept */
}

int main(int argc, char **argv)
{
	int listener = echo_listen(argc, argv);

	echo_handle(on_sigchld, 0);
	for (;;) {
		int conn = accept(listener, NULL, NULL); /* MOMENT */

		if (conn < 0) {
			echo_reap();
			continue;
		}
		if (fork() == 0)
			echo_serve(conn);
		close(conn);
	}
}
