/* Wrong: a child that dies before it is counted is not taken off the count. */
#include "echo.h"

static volatile sig_atomic_t children;

static void on_sigchld(int signo)
{
	int saved_errno = errno;

	(void)signo;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		if (children > 0)
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
		while (children >= 2)
			sigsuspend(&none);
		echo_mask(SIG_UNBLOCK);
		if (fork() == 0) /* MOMENT */
			echo_serve(conn);
		children++;
		close(conn);
	}
}
