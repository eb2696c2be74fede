/* The start of a run: the command is executed, its bind(2) gets a port that is free,
 * and the process that listens is the parent. */
#include "moments/run.h"

#include "moments/calls.h"
#include "moments/event_log.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { START_SECONDS = 10 };

/* Reads one entry of the auxiliary vector of a process, or 0. */
static uint64_t read_auxiliary(pid_t pid, uint64_t wanted)
{
	uint64_t pairs[64];
	char path[64];
	ssize_t got;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/auxv", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	got = read(fd, pairs, sizeof(pairs));
	(void)close(fd); /* was only read */
	for (ssize_t i = 0; i + 1 < got / (ssize_t)sizeof(pairs[0]); i += 2)
		if (pairs[i] == wanted)
			return pairs[i + 1];
	return 0;
}

bool start_read_address(pid_t process, int fd, bool peer,
			struct sockaddr_storage *address)
{
	struct sockaddr *any = (struct sockaddr *)address;
	int pidfd = (int)syscall(SYS_pidfd_open, process, 0);
	int copy = pidfd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
	socklen_t size = sizeof(*address);
	bool got;

	got = copy >= 0 && (peer ? getpeername(copy, any, &size)
				 : getsockname(copy, any, &size)) == 0;
	if (copy >= 0)
		(void)close(copy);
	if (pidfd >= 0)
		(void)close(pidfd);
	return got && (any->sa_family == AF_INET || any->sa_family == AF_INET6);
}

/* Takes the listening socket's address. Returns false if it is no TCP socket. */
static bool read_listener(struct run *run, pid_t process, int fd)
{
	struct sockaddr *any = (struct sockaddr *)&run->address;

	if (!start_read_address(process, fd, false, &run->address))
		return false;
	run->address_size = any->sa_family == AF_INET
				    ? sizeof(struct sockaddr_in)
				    : sizeof(struct sockaddr_in6);
	struct sockaddr_in *v4 = (struct sockaddr_in *)any;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)any;
	if (any->sa_family == AF_INET &&
	    v4->sin_addr.s_addr == htonl(INADDR_ANY))
		v4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (any->sa_family == AF_INET6 &&
	    IN6_IS_ADDR_UNSPECIFIED(&v6->sin6_addr))
		v6->sin6_addr = in6addr_loopback;
	return true;
}

/* Returns whether the process runs an interpreter that defers handlers. */
static bool is_interpreted(pid_t process)
{
	static const char *const names[] = {"python", "perl", "ruby"};
	char path[64], program[4096];
	const char *name;
	ssize_t size;

	(void)snprintf(path, sizeof(path), "/proc/%d/exe", (int)process);
	size = readlink(path, program, sizeof(program) - 1);
	if (size < 0)
		return false;
	program[size] = '\0';
	name = strrchr(program, '/');
	for (size_t i = 0; name && i < sizeof(names) / sizeof(names[0]); i++)
		if (strncmp(name + 1, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

/* Makes that process the parent. */
static void elect_parent(struct run *run, pid_t process)
{
	run->parent = process;
	run->facts->interpreted = is_interpreted(process);
	for (size_t i = 0; i < run->tasks.used; i++) {
		struct task *task = &run->tasks.all[i];

		task->role =
			task->process == process ? ROLE_PARENT : ROLE_OTHER;
	}
	if (run->setting->statements != NULL)
		run->load = read_auxiliary(process, 9 /* AT_ENTRY */) -
			    run->setting->statements->entry;
}

enum { PORT_OFFSET = offsetof(struct sockaddr_in, sin_port) };

/* Both families have the port at the same place. */
static void choose_port(struct run *run, const struct task *task)
{
	uint64_t address = task->arguments[1];
	uint16_t family, none = 0;

	if (tracee_read(task->tid, address, &family, sizeof(family)) < 0 ||
	    (family != AF_INET && family != AF_INET6) ||
	    tracee_read(task->tid, address + PORT_OFFSET, &run->bind_port,
			sizeof(run->bind_port)) < 0)
		return;
	if (tracee_write(task->tid, address + PORT_OFFSET, &none,
			 sizeof(none)) == 0)
		run->bind_address = address + PORT_OFFSET;
}

static void entered(struct run *run, struct task *task)
{
	task->number = task->stop.number;
	memcpy(task->arguments, task->stop.arguments, sizeof(task->arguments));
	if (call_is_bind(task->number))
		choose_port(run, task);
}

static void returned(struct run *run, struct task *task)
{
	if (run->bind_address != 0 && call_is_bind(task->number)) {
		(void)tracee_write(task->tid, run->bind_address,
				   &run->bind_port, sizeof(run->bind_port));
		run->bind_address = 0;
	}
	if (call_is_listen(task->number) && task->stop.result == 0 &&
	    read_listener(run, task->process, (int)task->arguments[0])) {
		elect_parent(run, task->process);
		event_log_listen(run, (int)task->arguments[1]);
	}
}

void start_stopped(struct run *run, struct task *task)
{
	enum pace pace = PACE_FREE;
	bool picked = false;
	int signal = 0;

	if (!task->claimed)
		return;
	switch (task->stop.kind) {
	case STOP_ENTERED:
		entered(run, task);
		break;
	case STOP_PICKED:
		entered(run, task);
		picked = true;
		break;
	case STOP_RETURNED:
		returned(run, task);
		break;
	case STOP_FORKED:
		children_claim(run, task, task->stop.child);
		break;
	case STOP_SIGNAL:
		signal = task->stop.number;
		break;
	default:
		break;
	}
	if (task->role == ROLE_PARENT || task->by_calls || picked)
		pace = PACE_CALLS; /* to the call's return, at least */
	(void)tracee_resume(task->tid, pace, signal);
	task->state = TASK_RUNNING;
}

/* Becomes the command. Ends with errno in the pipe if that fails. */
static _Noreturn void become(const struct run *run, int go, int failed)
{
	char *const *command = run->setting->command;
	char byte;
	int null = open("/dev/null", O_RDWR);
	sigset_t none;

	sigemptyset(&none);
	/* A byte comes once this process is traced. */
	if (read(go, &byte, 1) == 1 && null >= 0 && dup2(null, 0) >= 0 &&
	    dup2(null, 1) >= 0 && dup2(null, 2) >= 0 && setpgid(0, 0) == 0 &&
	    sigprocmask(SIG_SETMASK, &none, NULL) == 0) {
		/* A container may refuse it: then addresses differ per run. */
		(void)personality(ADDR_NO_RANDOMIZE);
		if (!run->starts_freely ||
		    tracee_pick_calls(calls_of_server, CALLS_OF_SERVER) == 0)
			(void)execvp(command[0], command);
	}
	/* The reader sees the end of the pipe if this fails. */
	ssize_t ignored = write(failed, &errno, sizeof(errno));
	(void)ignored;
	_exit(127);
}

/* Starts the command, traced from its first instruction. Returns 0, or -1. */
static int launch(struct run *run, int *failed)
{
	int go[2], trouble[2];
	pid_t pid;

	if (pipe2(go, O_CLOEXEC) < 0)
		return -1;
	if (pipe2(trouble, O_CLOEXEC) < 0)
		goto no_trouble;
	run->starts_freely = tracee_can_pick_calls();
	pid = fork();
	if (pid == 0) {
		(void)close(go[1]); /* so that it ends with its tracer */
		become(run, go[0], trouble[1]);
	}
	(void)close(trouble[1]);
	*failed = trouble[0];
	if (pid > 0 && tracee_seize(pid) == 0 && write(go[1], "g", 1) == 1) {
		struct task *task = tasks_add(&run->tasks, pid);

		task->claimed = true;
		task->role = ROLE_STARTING;
		task->by_calls = !run->starts_freely;
		task->state = TASK_RUNNING;
		(void)close(go[0]);
		(void)close(go[1]);
		return 0;
	}
	int error = errno;
	(void)close(trouble[0]);
	(void)close(go[0]);
	(void)close(go[1]); /* the process, if there is one, ends now */
	errno = error;
	return -1;
no_trouble:
	(void)close(go[0]);
	(void)close(go[1]);
	return -1;
}

static int no_start(struct run *run, enum outcome outcome, int error)
{
	run->facts->outcome = outcome;
	run->facts->error = error;
	return -1;
}

/* Lets all run until all sleep and somebody listens. */
static int await_listener(struct run *run)
{
	struct timespec begin, now;
	const struct timespec pause = {.tv_nsec = 1000000};

	(void)clock_gettime(CLOCK_MONOTONIC, &begin); /* has no error */
	for (;;) {
		if (rest_reach(run) < 0)
			return -1;
		if (run->parent != 0)
			return 0;
		(void)clock_gettime(CLOCK_MONOTONIC, &now);
		if (tasks_empty(&run->tasks) ||
		    now.tv_sec - begin.tv_sec > START_SECONDS)
			return no_start(run, OUTCOME_NO_LISTENER, 0);
		/* It may wait for a second, or for another process. */
		(void)nanosleep(&pause, NULL);
	}
}

int start_server(struct run *run)
{
	int failed, error = 0, result;
	ssize_t got;

	if (launch(run, &failed) < 0)
		return no_start(run, OUTCOME_NO_START, errno);
	result = await_listener(run);
	got = 0;
	if (run->parent == 0 && tasks_empty(&run->tasks))
		got = read(failed, &error, sizeof(error));
	(void)close(failed);
	if (got == (ssize_t)sizeof(error))
		return no_start(run, OUTCOME_NO_START, error);
	return result;
}
