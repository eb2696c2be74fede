/* Starting programs, and reading what they say. Ending them: launch_end.c. */
#include "reaptop/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reaptop/launch_registry.h"

/* In the child: tells the parent why, and goes. */
static _Noreturn void give_up(int report)
{
	int error = errno;
	ssize_t written = write(report, &error, sizeof error);
	(void)written; /* then the parent reads nothing: that says it too */
	_exit(127);
}

static void reset_signals(void)
{
	const struct sigaction action = {.sa_handler = SIG_DFL};
	/* Fails for SIGKILL, SIGSTOP and the C library's own, as it should. */
	for (int number = 1; number < NSIG; number++)
		(void)sigaction(number, &action, NULL);
	sigset_t none;
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void run_child(char *const argv[], int output, int report,
				pid_t parent)
{
	(void)setpgid(0, 0); /* the parent does it too: whoever is first */
	int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (input < 0 || dup2(input, STDIN_FILENO) < 0 ||
	    dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0)
		give_up(report);
	if (prctl(PR_SET_PDEATHSIG, (unsigned long)SIGKILL) != 0)
		give_up(report);
	if (getppid() != parent)
		_exit(127); /* it died before it could take us along */
	reset_signals();
	execvp(argv[0], argv);
	give_up(report);
}

/* Waits until the child is executed. 0, or -1 with the errno it reported. */
static int wait_for_exec(int report, pid_t pid)
{
	int error = 0;
	ssize_t size;
	do {
		size = read(report, &error, sizeof error);
	} while (size < 0 && errno == EINTR);
	if (size == 0)
		return 0;
	/* It is ending; or it runs and we cannot know: then it must not. */
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	errno = size == (ssize_t)sizeof error ? error : EIO;
	return -1;
}

/* Forks and executes. Returns the PID, or -1 with errno. */
static pid_t start(char *const argv[], int output)
{
	int report[2];
	if (pipe2(report, O_CLOEXEC) != 0)
		return -1;
	pid_t parent = getpid();
	pid_t pid = fork();
	if (pid == 0)
		run_child(argv, output, report[1], parent);
	int error = errno;
	close(report[1]);
	if (pid > 0) {
		(void)setpgid(pid, pid);
		if (wait_for_exec(report[0], pid) != 0) {
			error = errno;
			pid = -1;
		}
	}
	close(report[0]);
	errno = error;
	return pid;
}

static int start_with_pipe(char *const argv[], struct launched *launched)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	launched->pid = start(argv, ends[1]);
	int error = errno;
	close(ends[1]);
	if (launched->pid > 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0) {
		launched->output = ends[0];
		return 0;
	}
	close(ends[0]);
	errno = error;
	return launched->pid > 0 ? 0 : -1;
}

int launch(char *const argv[], enum launch_output output,
	   struct launched *launched)
{
	*launched = (struct launched){.output = -1};
	if (launch_register(launched) != 0)
		return -1;
	int result = 0;
	if (output == LAUNCH_TO_PIPE)
		result = start_with_pipe(argv, launched);
	else
		launched->pid = start(argv, STDERR_FILENO);
	if (result == 0 && launched->pid > 0)
		return 0;
	int error = errno;
	launch_unregister(launched);
	*launched = (struct launched){.output = -1};
	errno = error;
	return -1;
}

static void end_line(struct launched *launched)
{
	launched->line[launched->line_size] = '\0';
	if (launched->first_line[0] == '\0')
		strcpy(launched->first_line, launched->line);
	strcpy(launched->last_line, launched->line);
	launched->line_size = 0;
}

static void take_output(struct launched *launched, const char *bytes,
			size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] == '\n')
			end_line(launched);
		else if (launched->line_size < LAUNCH_LINE_SIZE - 1)
			launched->line[launched->line_size++] = bytes[i];
	}
}

void launch_read_output(struct launched *launched)
{
	char block[4096];
	/* At most as much as a pipe holds: a program that never stops writing
	 * must not hold us up. */
	for (int i = 0; i < 16 && launched->output >= 0; i++) {
		ssize_t size = read(launched->output, block, sizeof block);
		if (size < 0)
			return; /* nothing there now */
		take_output(launched, block, (size_t)size);
		if (size == 0) {
			if (launched->line_size > 0)
				end_line(launched);
			close(launched->output);
			launched->output = -1;
		}
	}
}

void launch_forget(struct launched *launched)
{
	if (launched->pid == 0)
		return;
	launch_unregister(launched);
	if (launched->output >= 0)
		close(launched->output);
	launched->output = -1;
	launched->pid = 0;
}

int launch_signal(const struct launched *launched, int number)
{
	if (launched->pid == 0 || launched->ended) {
		errno = ESRCH;
		return -1;
	}
	return kill(launched->pid, number);
}
