/* /proc/PID/limits: what a process may use at most. */
#ifndef REAP_READ_LIMITS_H
#define REAP_READ_LIMITS_H

#include <stddef.h>
#include <stdint.h>

#include "reaptop/read/proc_file.h"

#define LIMIT_NONE UINT64_MAX /* "unlimited" */

enum { LIMITS_MAX = 24 };

struct limit {
	char name[28]; /* "Max open files" */
	uint64_t soft;
	uint64_t hard;
	char units[12]; /* "files"; "" for none */
};

struct limits {
	struct limit entries[LIMITS_MAX];
	size_t count;
};

/* Reads the text of a limits file; lines that are no limit are skipped. */
void limits_parse(const char *text, size_t size, struct limits *limits);

/* Reads "limits" in the folder of a process. Returns 0, or -1 with errno. */
int limits_read(int directory, struct proc_text *scratch,
		struct limits *limits);

#endif
