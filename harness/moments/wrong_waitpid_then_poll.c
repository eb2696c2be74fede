/* Wrong: poll(2) may begin after the death that was to interrupt it. */
#include "echo.h"

static void on_sigchld(int signo)
{
	(void)signo; /* only interrupts poll */
}

int main(int argc, char **argv)
{
	int listener = echo_listen(argc, argv);

	echo_handle(on_sigchld, 0);
	for (;;) {
		struct pollfd one = {.fd = listener, .events = POLLIN};

		echo_reap();
		if (poll(&one, 1, -1) < 0) /* MOMENT */
			continue;
		int conn = accept(listener, NULL, NULL);
		if (conn < 0)
			continue;
		if (fork() == 0)
			echo_serve(conn);
		close(conn);
	}
}
