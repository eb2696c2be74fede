/* What a process holds open, from the links in /proc/PID/fd (proc(5)). */
#include "reaptop/read/descriptors.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reaptop/read/proc_file.h"

void descriptor_list_free(struct descriptor_list *list)
{
	free(list->entries);
	*list = (struct descriptor_list){0};
}

void socket_list_free(struct socket_list *list)
{
	free(list->inodes);
	*list = (struct socket_list){0};
}

int socket_list_add(struct socket_list *list, uint64_t inode)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity == 0 ? 64 : list->capacity * 2;
		uint64_t *inodes =
			realloc(list->inodes, capacity * sizeof *inodes);
		if (inodes == NULL)
			return -1;
		list->inodes = inodes;
		list->capacity = capacity;
	}
	list->inodes[list->count++] = inode;
	return 0;
}

static struct descriptor *add(struct descriptor_list *list)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity == 0 ? 32 : list->capacity * 2;
		struct descriptor *entries =
			realloc(list->entries, capacity * sizeof *entries);
		if (entries == NULL)
			return NULL;
		list->entries = entries;
		list->capacity = capacity;
	}
	return &list->entries[list->count++];
}

/* The folder, to read the links of with dirfd(). A process that is gone gives
 * none, with *result 0; an error, none with -1. */
static DIR *open_folder(int directory, int *result)
{
	*result = -1;
	int fd = openat(directory, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	if (folder != NULL)
		return folder;
	if (fd >= 0)
		close(fd);
	else if (proc_error_is_gone(errno))
		*result = 0;
	return NULL;
}

/* Reads a link into target[size]. False if the descriptor has been closed. */
static bool read_target(DIR *folder, const char *name, char *target,
			size_t size)
{
	ssize_t length = readlinkat(dirfd(folder), name, target, size - 1);
	if (length < 0)
		return false;
	target[length] = '\0';
	return true;
}

static uint64_t socket_inode(const char *target)
{
	static const char start[] = "socket:[";
	if (strncmp(target, start, sizeof start - 1) != 0)
		return 0;
	return strtoull(target + sizeof start - 1, NULL, 10);
}

static bool is_number(const struct dirent *entry)
{
	return entry->d_name[0] >= '0' && entry->d_name[0] <= '9';
}

int descriptors_read(int directory, size_t limit, struct descriptor_list *list)
{
	int result;
	list->count = 0;
	list->cut = false;
	DIR *folder = open_folder(directory, &result);
	if (folder == NULL)
		return result;
	result = 0;
	const struct dirent *entry;
	while (result == 0 && (entry = readdir(folder)) != NULL) {
		if (!is_number(entry))
			continue;
		list->cut = list->count == limit;
		if (list->cut)
			break;
		struct descriptor *descriptor = add(list);
		if (descriptor == NULL) {
			result = -1;
			break;
		}
		descriptor->number = (int)strtol(entry->d_name, NULL, 10);
		if (read_target(folder, entry->d_name, descriptor->target,
				sizeof descriptor->target))
			descriptor->socket = socket_inode(descriptor->target);
		else
			list->count--;
	}
	int error = errno;
	closedir(folder);
	errno = error;
	return result;
}

ssize_t descriptors_read_sockets(int directory, struct socket_list *list)
{
	int result;
	DIR *folder = open_folder(directory, &result);
	if (folder == NULL)
		return result;
	ssize_t count = 0;
	const struct dirent *entry;
	while (count >= 0 && (entry = readdir(folder)) != NULL) {
		char target[64];
		if (!is_number(entry))
			continue;
		count++;
		if (!read_target(folder, entry->d_name, target, sizeof target))
			continue;
		uint64_t inode = socket_inode(target);
		if (inode != 0 && socket_list_add(list, inode) != 0)
			count = -1;
	}
	int error = errno;
	closedir(folder);
	errno = error;
	return count;
}
