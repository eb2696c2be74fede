/* Starts programs, reads their output and ends them. A process group is
 * signalled only while its leader is not reaped, and otherwise only our own
 * children are: no signal can reach a process that has got an old number. */
#include "reaptop/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "reaptop/read/children.h"

enum { INHERITED_MAX = 64 };

static const int64_t patience_with_term = 2 * NS_PER_SECOND;
static const int64_t patience_with_kill = 5 * NS_PER_SECOND;

/* A crash handler reads `running[i]->pid` and `ended` in launch_kill_all().
 * They are plain, but set before the program can matter. */
static struct launched *volatile running[LAUNCH_MAX];

/* Children from before an exec(2) of ours, which are left alone. */
static pid_t inherited[INHERITED_MAX];
static size_t inherited_count;

static bool orphans_held;

/* A view of our own children. */
struct own_children {
	int proc;
	int self;
	struct proc_text scratch;
	struct child_list list;
};

static int own_children_open(struct own_children *own)
{
	*own = (struct own_children){.self = -1};
	own->proc = proc_open();
	if (own->proc >= 0)
		own->self = proc_open_process(own->proc, getpid());
	return own->self < 0 ? -1 : 0;
}

static void own_children_close(struct own_children *own)
{
	child_list_free(&own->list);
	proc_text_free(&own->scratch);
	if (own->self >= 0)
		close(own->self);
	if (own->proc >= 0)
		close(own->proc);
}

/* Reads our own children; reaptop has one thread. */
static int own_children_read(struct own_children *own)
{
	return children_read(own->proc, own->self, getpid(), 1, &own->scratch,
			     &own->list);
}

int launch_prepare(void)
{
	struct own_children own;
	int result = own_children_open(&own);
	if (result == 0)
		result = own_children_read(&own);
	for (size_t i = 0; result == 0 && i < own.list.count; i++)
		if (inherited_count < INHERITED_MAX)
			inherited[inherited_count++] = own.list.entries[i].pid;
	own_children_close(&own);
	if (result != 0)
		return -1;
	return prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL);
}

/* Remembers a running program. Returns 0, or -1 with errno EAGAIN when
 * LAUNCH_MAX are known. */
static int remember(struct launched *launched)
{
	for (int i = 0; i < LAUNCH_MAX; i++)
		if (running[i] == NULL) {
			running[i] = launched;
			return 0;
		}
	errno = EAGAIN;
	return -1;
}

static void forget(const struct launched *launched)
{
	for (int i = 0; i < LAUNCH_MAX; i++)
		if (running[i] == launched)
			running[i] = NULL;
}

/* Returns the launched program with that PID, or NULL. */
static struct launched *launched_as(pid_t pid)
{
	for (int i = 0; i < LAUNCH_MAX; i++)
		if (running[i] != NULL && running[i]->pid == pid)
			return running[i];
	return NULL;
}

static void note_end(struct launched *launched, int exit_status)
{
	if (launched == NULL)
		return; /* an orphan */
	launched->ended = true;
	launched->exit_status = exit_status;
}

void launch_hold_orphans(bool hold)
{
	orphans_held = hold;
}

/* Reaps launched programs, but no orphan. */
static void reap_launched(void)
{
	for (int i = 0; i < LAUNCH_MAX; i++) {
		int exit_status;
		struct launched *launched = running[i];
		if (launched != NULL && launched->pid != 0 &&
		    !launched->ended &&
		    waitpid(launched->pid, &exit_status, WNOHANG) > 0)
			note_end(launched, exit_status);
	}
}

void launch_reap(void)
{
	int exit_status;
	pid_t pid;
	if (orphans_held) {
		reap_launched();
		return;
	}
	while ((pid = waitpid(-1, &exit_status, WNOHANG)) > 0)
		note_end(launched_as(pid), exit_status);
}

bool launch_has_ended(pid_t pid, int *exit_status)
{
	const struct launched *launched = launched_as(pid);
	if (launched == NULL || !launched->ended)
		return false;
	*exit_status = launched->exit_status;
	return true;
}

/* Reports the error to the parent and ends the child. */
static _Noreturn void give_up(int report)
{
	int error = errno;
	ssize_t written = write(report, &error, sizeof(error));
	/* If it fails, the parent reads too few bytes, and knows as well. */
	(void)written;
	_exit(127);
}

static void reset_signals(void)
{
	const struct sigaction action = {.sa_handler = SIG_DFL};
	/* Fails for SIGKILL, SIGSTOP and the C library's own signals, which
	 * stay as they are. */
	for (int number = 1; number < NSIG; number++)
		(void)sigaction(number, &action, NULL);
	sigset_t none;
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void run_child(char *const argv[], int output, int report,
				pid_t parent)
{
	/* The parent does the same: one of both is first. */
	(void)setpgid(0, 0);
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

/* Waits until the child has executed. Returns 0, or -1 with the errno that the
 * child reported. */
static int wait_for_exec(int report, pid_t pid)
{
	int error = 0;
	ssize_t size;
	do {
		size = read(report, &error, sizeof(error));
	} while (size < 0 && errno == EINTR);
	if (size == 0)
		return 0;
	/* The child is ending; or it may run unknown to us, which it must
	 * not. */
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	errno = size == (ssize_t)sizeof(error) ? error : EIO;
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
	proc_close(report[1]);
	if (pid > 0) {
		(void)setpgid(pid, pid);
		if (wait_for_exec(report[0], pid) != 0)
			pid = -1;
	}
	proc_close(report[0]);
	return pid;
}

static int start_with_pipe(char *const argv[], struct launched *launched)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	launched->pid = start(argv, ends[1]);
	proc_close(ends[1]);
	if (launched->pid > 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0) {
		launched->output = ends[0];
		return 0;
	}
	proc_close(ends[0]);
	return launched->pid > 0 ? 0 : -1;
}

int launch(char *const argv[], enum launch_output output,
	   struct launched *launched)
{
	*launched = (struct launched){.output = -1};
	if (remember(launched) != 0)
		return -1;
	int result = 0;
	if (output == LAUNCH_TO_PIPE)
		result = start_with_pipe(argv, launched);
	else
		launched->pid = start(argv, STDERR_FILENO);
	if (result == 0 && launched->pid > 0)
		return 0;
	forget(launched);
	*launched = (struct launched){.output = -1};
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
	 * must not delay us. */
	for (int i = 0; i < 16 && launched->output >= 0; i++) {
		ssize_t size = read(launched->output, block, sizeof(block));
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
	forget(launched);
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

static void signal_groups(int number)
{
	for (int i = 0; i < LAUNCH_MAX; i++) {
		const struct launched *launched = running[i];
		if (launched != NULL && launched->pid > 0 && !launched->ended)
			(void)kill(-launched->pid, number);
	}
}

void launch_kill_all(void)
{
	signal_groups(SIGKILL);
}

static bool is_inherited(pid_t pid)
{
	for (size_t i = 0; i < inherited_count; i++)
		if (inherited[i] == pid)
			return true;
	return false;
}

bool launch_started(const struct process_stat *stat)
{
	return stat->ppid == getpid() && !is_inherited(stat->pid);
}

/* Signals every child that our programs left to us. Their PIDs are theirs until
 * we wait for them. Returns how many there are. */
static size_t signal_children(struct own_children *own, int number)
{
	size_t count = 0;
	if (own_children_read(own) != 0)
		return 1; /* unknown, so not none */
	for (size_t i = 0; i < own->list.count; i++) {
		pid_t pid = own->list.entries[i].pid;
		if (is_inherited(pid))
			continue;
		/* Without effect on a zombie. */
		(void)kill(pid, number);
		count++;
	}
	return count;
}

/* Reaps until no descendant is left. Each round sends the signal, 0 for none.
 * Returns 0, or -1 after the deadline. */
static int drain(struct own_children *own, int number, int64_t deadline)
{
	const struct timespec pause = clock_span(5 * NS_PER_MS);
	for (;;) {
		launch_reap();
		if (signal_children(own, number) == 0)
			return 0;
		if (clock_now(CLOCK_MONOTONIC) >= deadline)
			return -1;
		(void)nanosleep(&pause, NULL);
	}
}

static bool any_launched(void)
{
	for (int i = 0; i < LAUNCH_MAX; i++)
		if (running[i] != NULL)
			return true;
	return false;
}

int launch_end_all(void)
{
	struct own_children own;
	orphans_held = false;
	if (!any_launched())
		return 0;
	signal_groups(SIGTERM);
	signal_groups(SIGCONT);
	int result = own_children_open(&own);
	if (result != 0) {
		launch_kill_all();
		return -1;
	}
	(void)signal_children(&own, SIGTERM);
	(void)signal_children(&own, SIGCONT);
	int64_t now = clock_now(CLOCK_MONOTONIC);
	if (drain(&own, 0, now + patience_with_term) != 0) {
		signal_groups(SIGKILL);
		now = clock_now(CLOCK_MONOTONIC);
		result = drain(&own, SIGKILL, now + patience_with_kill);
	}
	own_children_close(&own);
	return result;
}
