/* The open files of a process, from the links in /proc/PID/fd (proc(5)). */
#include "reaptop/read/descriptors.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reaptop/array.h"
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
	if (ARRAY_RESERVE(list->inodes, list->capacity, list->count + 1) != 0)
		return -1;
	list->inodes[list->count++] = inode;
	return 0;
}

/* Opens the folder of the links. Returns NULL if the process is gone, with
 * *result 0, or if an error occurred, with *result -1. */
static DIR *open_folder(int directory, int *result)
{
	DIR *folder = proc_open_folder(directory, "fd");
	*result = folder == NULL && proc_error_is_gone(errno) ? 0 : -1;
	return folder;
}

/* Reads a link into target[size]. Returns false if the descriptor is closed. */
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
	if (strncmp(target, start, sizeof(start) - 1) != 0)
		return 0;
	return strtoull(target + sizeof(start) - 1, NULL, 10);
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
	const char *name;
	int number;
	while ((name = proc_next_number(folder, &number)) != NULL) {
		list->cut = list->count == limit;
		if (list->cut)
			break;
		result = ARRAY_RESERVE(list->entries, list->capacity,
				       list->count + 1);
		if (result != 0)
			break;
		struct descriptor *descriptor = &list->entries[list->count];
		descriptor->number = number;
		if (!read_target(folder, name, descriptor->target,
				 sizeof(descriptor->target)))
			continue;
		descriptor->socket = socket_inode(descriptor->target);
		list->count++;
	}
	proc_close_folder(folder);
	return result;
}

ssize_t descriptors_read_sockets(int directory, struct socket_list *list)
{
	int result;
	DIR *folder = open_folder(directory, &result);
	if (folder == NULL)
		return result;
	ssize_t count = 0;
	const char *name;
	int number;
	while (count >= 0 &&
	       (name = proc_next_number(folder, &number)) != NULL) {
		char target[64];
		count++;
		if (!read_target(folder, name, target, sizeof(target)))
			continue;
		uint64_t inode = socket_inode(target);
		if (inode != 0 && socket_list_add(list, inode) != 0)
			count = -1;
	}
	proc_close_folder(folder);
	return count;
}
