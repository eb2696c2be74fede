/* Right: the signalfd says that there was a death, and waitpid(2) says how many. */
#include "echo.h"

int main(int argc, char **argv)
{
	int listener = echo_listen(argc, argv);
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	int deaths = signalfd(-1, &set, SFD_NONBLOCK);
	(void)fcntl(listener, F_SETFL, O_NONBLOCK);
	for (;;) {
		struct pollfd both[] = {{.fd = listener, .events = POLLIN},
					{.fd = deaths, .events = POLLIN}};
		struct signalfd_siginfo info;

		(void)poll(both, 2, -1);
		if (read(deaths, &info, sizeof(info)) > 0)
			echo_reap();
		int conn = accept(listener, NULL, NULL);
		if (conn < 0)
			continue;
		if (fork() == 0)
			echo_serve(conn);
		close(conn);
	}
}
