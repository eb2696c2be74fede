/* Right: it never waits for a client, but looks for clients and deaths every minute. */
#include "echo.h"

#include <time.h>

int main(int argc, char **argv)
{
	int listener = echo_listen(argc, argv);

	(void)fcntl(listener, F_SETFL, O_NONBLOCK);
	for (;;) {
		int conn;

		(void)nanosleep(&(struct timespec){.tv_sec = 60}, NULL);
		echo_reap();
		while ((conn = accept(listener, NULL, NULL)) >= 0) {
			if (fork() == 0)
				echo_serve(conn);
			close(conn);
		}
	}
}
