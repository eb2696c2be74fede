/* The table of traced threads, and what /proc says of one: see task.h. */
#include "moments/task.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct task *tasks_find(struct tasks *tasks, pid_t tid)
{
	for (size_t i = 0; i < tasks->used; i++)
		if (tasks->all[i].tid == tid)
			return &tasks->all[i];
	return NULL;
}

struct task *tasks_add(struct tasks *tasks, pid_t tid)
{
	struct task *task = tasks_find(tasks, 0);

	if (task == NULL && tasks->used == TASKS_MAX)
		return NULL;
	if (task == NULL)
		task = &tasks->all[tasks->used++];
	*task = (struct task){
		.tid = tid,
		.process = tid,
		.role = ROLE_OTHER,
		.place = -1,
	};
	return task;
}

void tasks_remove(struct task *task)
{
	*task = (struct task){.tid = 0};
}

bool tasks_empty(const struct tasks *tasks)
{
	for (size_t i = 0; i < tasks->used; i++)
		if (tasks->all[i].tid != 0)
			return false;
	return true;
}

int task_read(const struct task *task, const char *file, char *text,
	      size_t size)
{
	char path[64];
	ssize_t got;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/task/%d/%s",
		       (int)task->process, (int)task->tid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	got = read(fd, text, size - 1);
	(void)close(fd); /* was only read */
	if (got <= 0)
		return -1;
	text[got] = '\0';
	return 0;
}

/* Returns the letter of the state in /proc/PID/stat, or `?`. */
static char state_letter(const struct task *task)
{
	char text[512], letter = '?';
	const char *end;

	if (task_read(task, "stat", text, sizeof(text)) < 0)
		return letter;
	end = strrchr(text, ')');
	if (end != NULL && end[1] == ' ')
		letter = end[2];
	return letter;
}

bool task_sleeps(const struct task *task, int *status)
{
	char text[TASK_SYSCALL_SIZE];

	*status = 0;
	/* State S alone may also be a thread on its way into its sleep or out of
	 * it. The file `syscall` waits until the thread is off its processor:
	 * it then has the call's number, otherwise "running". */
	if (task_read(task, "syscall", text, sizeof(text)) < 0 ||
	    !isdigit((unsigned char)text[0]) || state_letter(task) != 'S')
		return false;
	return waitpid(task->tid, status, WNOHANG | __WALL) == 0;
}

int64_t task_cpu_time(const struct task *task)
{
	struct timespec used;
	clockid_t clock;

	if (clock_getcpuclockid(task->process, &clock) != 0 ||
	    clock_gettime(clock, &used) < 0)
		return 0;
	return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}
