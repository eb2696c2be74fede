/* Files below /proc, read whole. See proc(5); seq_read_iter() in the kernel's
 * fs/seq_file.c hands out about a page per read(2), whatever is asked for. */
#include "reaptop/read/proc_file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "reaptop/array.h"

enum { READ_SIZE = 8192 };

void proc_text_free(struct proc_text *text)
{
	free(text->data);
	*text = (struct proc_text){0};
}

/* Returns 0 if /proc can be used, or the error of proc_open(). */
static int check_proc(int proc)
{
	struct statfs mount;
	char self[16] = "";
	if (fstatfs(proc, &mount) != 0 || mount.f_type != PROC_SUPER_MAGIC)
		return ENOENT;
	if (readlinkat(proc, "self", self, sizeof(self) - 1) < 0 ||
	    strtol(self, NULL, 10) != getpid())
		return EXDEV;
	return 0;
}

int proc_open(void)
{
	int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int error = proc < 0 ? errno : check_proc(proc);
	if (error == 0)
		return proc;
	if (proc >= 0)
		close(proc);
	errno = error;
	return -1;
}

int proc_open_process(int proc, pid_t pid)
{
	char path[16];
	snprintf(path, sizeof(path), "%d", pid);
	return openat(proc, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

DIR *proc_open_folder(int directory, const char *path)
{
	int fd = openat(directory, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	DIR *folder = fdopendir(fd);
	if (folder == NULL)
		proc_close(fd);
	return folder;
}

void proc_close_folder(DIR *folder)
{
	int error = errno;
	/* Nothing was written: there is nothing to lose. */
	(void)closedir(folder);
	errno = error;
}

const char *proc_next_number(DIR *folder, int *number)
{
	const struct dirent *entry;
	while ((entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
			continue;
		*number = (int)strtol(entry->d_name, NULL, 10);
		return entry->d_name;
	}
	return NULL;
}

int proc_open_other_thread(int directory, pid_t pid)
{
	DIR *tasks = proc_open_folder(directory, "task");
	if (tasks == NULL)
		return -1;
	int found = -1;
	const char *name;
	pid_t thread;
	while (found < 0 && (name = proc_next_number(tasks, &thread)) != NULL)
		if (thread != pid)
			found = openat(dirfd(tasks), name,
				       O_PATH | O_DIRECTORY | O_CLOEXEC);
	proc_close_folder(tasks);
	if (found < 0)
		errno = ENOENT;
	return found;
}

int proc_read_on(int file, struct proc_text *text)
{
	text->size = 0;
	for (;;) {
		/* Room for at least one more byte and a NUL. */
		size_t room = text->size == 0 ? READ_SIZE : text->size + 2;
		if (ARRAY_RESERVE(text->data, text->capacity, room) != 0)
			return -1;
		ssize_t size = read(file, text->data + text->size,
				    text->capacity - text->size - 1);
		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return -1;
		if (size == 0) {
			text->data[text->size] = '\0';
			return 0;
		}
		text->size += (size_t)size;
	}
}

int proc_read(int directory, const char *path, struct proc_text *text)
{
	int file = openat(directory, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (file < 0)
		return -1;
	int result = proc_read_on(file, text);
	proc_close(file);
	return result;
}

ssize_t proc_read_some(int directory, const char *path, char *buffer,
		       size_t size)
{
	int file = openat(directory, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (file < 0)
		return -1;
	ssize_t got;
	do {
		got = read(file, buffer, size - 1);
	} while (got < 0 && errno == EINTR);
	proc_close(file);
	if (got >= 0)
		buffer[got] = '\0';
	return got;
}

const char *proc_value(const char *text, const char *key)
{
	size_t length = strlen(key);
	const char *line = text;
	while (line != NULL && *line != '\0') {
		if (strncmp(line, key, length) == 0 && line[length] == ':')
			return line + length + 1;
		line = strchr(line, '\n');
		if (line != NULL)
			line++;
	}
	return NULL;
}

bool proc_error_is_gone(int error)
{
	return error == ENOENT || error == ESRCH;
}

void proc_close(int file)
{
	int error = errno;
	/* Nothing was written: there is nothing to lose. */
	(void)close(file);
	errno = error;
}
