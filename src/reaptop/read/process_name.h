/* The whole name of a process: the kernel keeps its first 15 bytes only. */
#ifndef REAP_READ_PROCESS_NAME_H
#define REAP_READ_PROCESS_NAME_H

#include <stddef.h>

#include "reaptop/read/proc_file.h"

enum { FULL_NAME_SIZE = 64 };

/* Finds in the text of a cmdline file (arguments ending in NUL) one whose last
 * path component begins with `comm`, which must be 15 bytes long to have been
 * cut at all. Stores it, or else comm itself. The result may hold any bytes. */
void process_name_complete(const char *cmdline, size_t size, const char *comm,
			   char name[FULL_NAME_SIZE]);

/* The same for the process whose folder this is; an unreadable command line
 * leaves the short name. */
void process_name_read(int directory, struct proc_text *scratch,
		       const char *comm, char name[FULL_NAME_SIZE]);

#endif
