/* Right: nobody tells it of a death, but it looks once a minute. Its children work on
 * for a minute after they have closed their connection. */
#include "echo.h"

#include <time.h>

enum { MINUTE_MS = 60000 };

static void work_on(int conn)
{
	char bytes[256];
	ssize_t got;

	while ((got = read(conn, bytes, sizeof(bytes))) > 0)
		if (write(conn, bytes, (size_t)got) != got)
			break;
	close(conn);
	(void)nanosleep(&(struct timespec){.tv_sec = MINUTE_MS / 1000}, NULL);
	_exit(0);
}

int main(int argc, char **argv)
{
	int listener = echo_listen(argc, argv);

	for (;;) {
		struct pollfd one = {.fd = listener, .events = POLLIN};

		if (poll(&one, 1, MINUTE_MS) == 0)
			echo_reap();
		if ((one.revents & POLLIN) == 0)
			continue;
		int conn = accept(listener, NULL, NULL);
		if (conn < 0)
			continue;
		if (fork() == 0)
			work_on(conn);
		close(conn);
	}
}
