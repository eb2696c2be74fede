/* Wrong: the handler looks for children in a table that fork(2) has not entered yet. */
#include "echo.h"

static volatile pid_t table[16];

static void on_sigchld(int signo)
{
	int saved_errno = errno;

	(void)signo;
	for (int i = 0; i < 16; i++)
		if (table[i] > 0 && waitpid(table[i], NULL, WNOHANG) > 0)
			table[i] = 0;
	errno = saved_errno;
}

int main(int argc, char **argv)
{
	int listener = echo_listen(argc, argv);

	echo_handle(on_sigchld, SA_RESTART);
	for (;;) {
		int conn = accept(listener, NULL, NULL), i = 0;
		pid_t pid = fork(); /* MOMENT */

		if (pid == 0)
			echo_serve(conn);
		while (table[i] != 0)
			i++;
		table[i] = pid;
		close(conn);
	}
}
