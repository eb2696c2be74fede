/* Wrong: it looks for deaths only when a minute has passed without a client, and only
 * if a flag, which it clears too late, says that there was one. */
#include "echo.h"

enum { MINUTE_MS = 60000 };

static volatile sig_atomic_t died;

static void note_death(int signal)
{
	(void)signal;
	died = 1;
}

int main(int argc, char **argv)
{
	int listener = echo_listen(argc, argv);

	echo_handle(note_death, SA_RESTART);
	for (;;) {
		struct pollfd one = {.fd = listener, .events = POLLIN};

		(void)poll(&one, 1, MINUTE_MS);
		if (died) {
			echo_reap();
			died = 0; /* MOMENT */
		}
		if ((one.revents & POLLIN) == 0)
			continue;
		int conn = accept(listener, NULL, NULL);
		if (conn < 0)
			continue;
		if (fork() == 0)
			echo_serve(conn);
		close(conn);
	}
}
