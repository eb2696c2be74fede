/* Right: the signal is let in by the call that waits. */
#include "echo.h"

static volatile sig_atomic_t children;

static void on_sigchld(int signo)
{
	int saved_errno = errno;

	(void)signo;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		children--;
	errno = saved_errno;
}

int main(int argc, char **argv)
{
	int listener = echo_listen(argc, argv);
	sigset_t none;

	sigemptyset(&none);
	echo_handle(on_sigchld, SA_RESTART);
	for (;;) {
		int conn = accept(listener, NULL, NULL);

		echo_mask(SIG_BLOCK);
		while (children >= 1)
			sigsuspend(&none);
		children++;
		if (fork() == 0)
			echo_serve(conn);
		echo_mask(SIG_UNBLOCK);
		close(conn);
	}
}
