/* The lab's programs that stand beside reaptop. */
#include "reaptop/programs.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int find_folder(char folder[PROGRAM_PATH_SIZE])
{
	ssize_t size = readlink("/proc/self/exe", folder, 4096);
	if (size <= 0)
		return -1;
	folder[size] = '\0';
	char *slash = strrchr(folder, '/');
	if (slash != NULL)
		*slash = '\0';
	return 0;
}

int program_find(const char *name, char path[PROGRAM_PATH_SIZE])
{
	if (find_folder(path) != 0)
		return -1;
	size_t used = strlen(path);
	int length =
		snprintf(path + used, PROGRAM_PATH_SIZE - used, "/%s", name);
	if (length < 0 || (size_t)length >= PROGRAM_PATH_SIZE - used) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return access(path, X_OK);
}

static bool is_plain(const char *name)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	return name[strspn(name, plain)] == '\0';
}

static bool is_wanted(const char *name, const char *prefix)
{
	char path[PROGRAM_PATH_SIZE];
	return strncmp(name, prefix, strlen(prefix)) == 0 &&
	       strlen(name) < PROGRAM_NAME_SIZE && is_plain(name) &&
	       program_find(name, path) == 0;
}

static int by_name(const void *one, const void *other)
{
	return strcmp(one, other);
}

int programs_list(const char *prefix, struct program_list *list)
{
	char path[PROGRAM_PATH_SIZE];
	list->count = 0;
	DIR *folder = find_folder(path) == 0 ? opendir(path) : NULL;
	if (folder == NULL)
		return -1;
	const struct dirent *entry;
	while (list->count < PROGRAMS_MAX && (entry = readdir(folder)) != NULL)
		if (is_wanted(entry->d_name, prefix))
			strcpy(list->names[list->count++], entry->d_name);
	closedir(folder);
	qsort(list->names, list->count, sizeof(*list->names), by_name);
	return 0;
}
