/* The lab's programs that stand beside reaptop: servers and the client. */
#ifndef REAP_REAPTOP_PROGRAMS_H
#define REAP_REAPTOP_PROGRAMS_H

#include <stddef.h>

enum {
	PROGRAM_PATH_SIZE = 4200,
	PROGRAM_NAME_SIZE = 64,
	PROGRAMS_MAX = 64,
};

/* Names of programs, in order. */
struct program_list {
	char names[PROGRAMS_MAX][PROGRAM_NAME_SIZE];
	size_t count;
};

/* Stores the path of a program in the folder reaptop was started from. Returns
 * 0, or -1 with errno: ENOENT or EACCES, not there or not to be executed;
 * ENAMETOOLONG. */
int program_find(const char *name, char path[PROGRAM_PATH_SIZE]);

/* Lists the programs there whose names begin so; names that would have to be
 * escaped to be shown are left out. Returns 0, or -1 with errno. */
int programs_list(const char *prefix, struct program_list *list);

#endif
