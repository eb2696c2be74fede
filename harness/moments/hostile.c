/* Servers that resist: hostile MODE PORT. None of them may hang the explorer, or outlive
 * it. */
#include "echo.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/time.h>

static void on_sigchld(int signo)
{
	int saved_errno = errno;

	(void)signo;
	echo_reap();
	errno = saved_errno;
}

/* SIGCHLD starts a timer, and the timer reaps. */
static void reap_by_timer(int signo)
{
	const struct itimerval second = {.it_value = {.tv_sec = 1}};

	(void)signo;
	(void)setitimer(ITIMER_REAL, &second, NULL);
}

/* A correct server from here on. */
static void serve_for_ever(int listener, bool by_timer)
{
	struct sigaction reaps = {.sa_handler = on_sigchld,
				  .sa_flags = SA_RESTART};

	(void)sigaction(SIGALRM, &reaps, NULL);
	echo_handle(by_timer ? reap_by_timer : on_sigchld, SA_RESTART);
	for (;;) {
		int conn = accept(listener, NULL, NULL);

		if (conn < 0)
			continue;
		if (fork() == 0)
			echo_serve(conn);
		close(conn);
	}
}

static void fork_for_ever(void)
{
	for (;;)
		(void)!fork();
}

static void print_for_ever(void)
{
	static char bytes[65536];

	while (write(1, bytes, sizeof(bytes)) > 0)
		;
}

static void leave_parent(void)
{
	if (fork() != 0)
		_exit(0);
	(void)setsid();
}

static int before_listening(const char *mode)
{
	if (strcmp(mode, "dies") == 0)
		return 7;
	if (strcmp(mode, "kills_itself") == 0)
		(void)raise(SIGKILL);
	if (strcmp(mode, "never_listens") == 0)
		for (;;)
			pause();
	if (strcmp(mode, "spins") == 0)
		for (;;)
			;
	if (strcmp(mode, "forks_before") == 0)
		fork_for_ever();
	if (strcmp(mode, "traces_itself") == 0 &&
	    ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
		return 1;
	if (strcmp(mode, "undumpable") == 0)
		(void)prctl(PR_SET_DUMPABLE, 0);
	if (strcmp(mode, "daemonises") == 0)
		leave_parent();
	if (strcmp(mode, "ignores_all") == 0)
		for (int i = 1; i < NSIG; i++)
			if (i != SIGCHLD)
				(void)signal(i, SIG_IGN);
	return 0;
}

static void after_listening(const char *mode, int listener)
{
	if (strcmp(mode, "prints") == 0 && fork() == 0)
		print_for_ever();
	if (strcmp(mode, "forks") == 0) {
		int conn = accept(listener, NULL, NULL);

		(void)conn;
		fork_for_ever();
	}
	if (strcmp(mode, "closes") == 0)
		for (int i = 0; i < 100; i++)
			close(i);
	if (strcmp(mode, "execs") == 0)
		execl("/bin/true", "true", NULL);
	if (strcmp(mode, "prefork") == 0 && fork() == 0)
		serve_for_ever(listener, false);
	if (strcmp(mode, "stops") == 0)
		(void)raise(SIGSTOP);
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";
	int status = before_listening(mode);

	if (status != 0)
		return status;
	int listener = echo_listen(argc, argv);
	after_listening(mode, listener);
	serve_for_ever(listener, strcmp(mode, "alarms") == 0);
}
