/* Wrong: the handler writes to a pipe that has room for one death, and blocks. */
#include "echo.h"

static int wake[2];

static void on_sigchld(int signo)
{
	static char bytes[4096]; /* all that the pipe holds */
	int saved_errno = errno;

	(void)signo;
	(void)!write(wake[1], bytes, sizeof(bytes)); /* MOMENT */
	errno = saved_errno;
}

int main(int argc, char **argv)
{
	static char bytes[4096];
	int listener = echo_listen(argc, argv);

	(void)!pipe(wake);
	(void)fcntl(wake[1], F_SETPIPE_SZ, 4096);
	(void)fcntl(wake[0], F_SETFL, O_NONBLOCK);
	(void)fcntl(listener, F_SETFL, O_NONBLOCK);
	echo_handle(on_sigchld, SA_RESTART);
	for (;;) {
		struct pollfd both[] = {{.fd = listener, .events = POLLIN},
					{.fd = wake[0], .events = POLLIN}};

		(void)poll(both, 2, -1);
		while (read(wake[0], bytes, sizeof(bytes)) > 0)
			;
		echo_reap();
		int conn = accept(listener, NULL, NULL);
		if (conn < 0)
			continue;
		if (fork() == 0)
			echo_serve(conn);
		close(conn);
	}
}
