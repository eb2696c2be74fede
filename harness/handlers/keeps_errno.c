/* Does a variant's signal handler leave errno as it was? Built once for each
 * variant, whose file is VARIANT, with its main out of the way.
 *
 * A child has died before the handler is installed; then errno gets a value that
 * no call here sets, the signal is raised, and errno is looked at in the next
 * line: the moment that no client from outside can hit. Exit status: 0 kept, 1
 * changed, 2 it could not be tried. */
#define main variant_main
#include VARIANT
#undef main

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct server server = {.variant = &variant};
	int signo = argc > 1 && strcmp(argv[1], "rt") == 0 ? SIGRTMIN : SIGCHLD;
	siginfo_t dead;
	sigset_t none;
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	server.listener = socket(AF_INET, SOCK_STREAM, 0);
	if (child < 0 || server.listener < 0 ||
	    waitid(P_PID, (id_t)child, &dead, WEXITED | WNOWAIT) < 0 ||
	    variant.setup == NULL || variant.setup(&server) < 0)
		return 2;
	sigemptyset(&none);
	if (sigprocmask(SIG_SETMASK, &none, NULL) < 0)
		return 2;
	errno = EXDEV;
	(void)raise(signo);
	return errno == EXDEV ? 0 : 1;
}
