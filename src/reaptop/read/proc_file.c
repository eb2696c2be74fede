/* Files below /proc, read whole. See proc(5); seq_read_iter() in the kernel's
 * fs/seq_file.c hands out about a page per read(2), whatever is asked for. */
#include "reaptop/read/proc_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { FIRST_CAPACITY = 8192 };

void proc_text_free(struct proc_text *text)
{
	free(text->data);
	*text = (struct proc_text){0};
}

/* 0, ENOENT if that is no /proc at all, or EXDEV: see proc_open(). */
static int check_proc(int proc)
{
	struct statfs mount;
	char self[16] = "";
	if (fstatfs(proc, &mount) != 0 || mount.f_type != PROC_SUPER_MAGIC)
		return ENOENT;
	if (readlinkat(proc, "self", self, sizeof self - 1) < 0 ||
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
	snprintf(path, sizeof path, "%d", pid);
	return openat(proc, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

int proc_open_other_thread(int directory, pid_t pid)
{
	int fd = openat(directory, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *tasks = fd < 0 ? NULL : fdopendir(fd);
	if (tasks == NULL) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	int found = -1;
	const struct dirent *entry;
	while (found < 0 && (entry = readdir(tasks)) != NULL)
		if (strtol(entry->d_name, NULL, 10) > 0 &&
		    strtol(entry->d_name, NULL, 10) != pid)
			found = openat(dirfd(tasks), entry->d_name,
				       O_PATH | O_DIRECTORY | O_CLOEXEC);
	closedir(tasks);
	if (found < 0)
		errno = ENOENT;
	return found;
}

/* Makes room for more bytes and a NUL. */
static int reserve(struct proc_text *text)
{
	if (text->size + 1 < text->capacity)
		return 0;
	size_t capacity =
		text->capacity == 0 ? FIRST_CAPACITY : text->capacity * 2;
	char *data = realloc(text->data, capacity);
	if (data == NULL)
		return -1;
	text->data = data;
	text->capacity = capacity;
	return 0;
}

int proc_read_on(int file, struct proc_text *text)
{
	text->size = 0;
	for (;;) {
		if (reserve(text) != 0)
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
	int error = errno;
	close(file);
	errno = error;
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
	int error = errno;
	close(file);
	errno = error;
	if (got >= 0)
		buffer[got] = '\0';
	return got;
}

bool proc_error_is_gone(int error)
{
	return error == ENOENT || error == ESRCH;
}
