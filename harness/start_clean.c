/* What the harness starts programs through (reaplab/servers/spawn.py): it clears what a
 * program would inherit and then becomes the program, in the same process. Python
 * could do that between fork(2) and execve(2), but forking Python is what a test
 * would mostly do then: all of its page tables are copied, and its pages one by
 * one as both touch them. Through this it can vfork(2).
 *
 * Usage: start_clean PARENT ERRORS TERMINAL PATH ARGV0 [ARGUMENT]...
 *
 * PARENT is the PID of who starts it; if that ends, the program is killed. ERRORS
 * is a descriptor that is closed when the program runs; what prevents it is
 * written there as an int, an errno. TERMINAL is 1 if stdin becomes the
 * controlling terminal of the session, which this process leads, else 0. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PARENT = 1, ERRORS, TERMINAL, PATH, ARGV0 };

/* No signal ignored and none blocked. The C library keeps some for itself and lets
 * nobody set them, so the kernel is asked: see rt_sigaction(2). */
static int clear_signals(void)
{
	/* struct sigaction of the kernel: SIG_DFL, no flags, an empty mask. */
	static const char by_default[64];
	const size_t set_size = _NSIG / 8;
	sigset_t none;

	for (int signum = 1; signum < _NSIG; signum++)
		if (signum != SIGKILL && signum != SIGSTOP &&
		    syscall(SYS_rt_sigaction, signum, by_default, NULL,
			    set_size) != 0)
			return -1;
	sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL);
}

static int make_ready(char *argv[])
{
	if (clear_signals() != 0)
		return -1;
	if (argv[TERMINAL][0] == '1' && ioctl(STDIN_FILENO, TIOCSCTTY, 0) != 0)
		return -1;
	return prctl(PR_SET_PDEATHSIG, SIGKILL);
}

int main(int argc, char *argv[])
{
	if (argc <= ARGV0)
		return 2;
	int errors = atoi(argv[ERRORS]);
	if (fcntl(errors, F_SETFD, FD_CLOEXEC) != 0)
		return 2;
	if (make_ready(argv) == 0) {
		/* It may have ended before prctl(2). */
		if (getppid() != atoi(argv[PARENT]))
			return 1;
		execv(argv[PATH], argv + ARGV0);
	}
	int error = errno;
	return write(errors, &error, sizeof error) == sizeof error ? 127 : 2;
}
