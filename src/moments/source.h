/* The program's source: which line stands for an address. source_libdw.c reads it with
 * libdw; source_none.c stands in where libdw is not installed. */
#ifndef REAP_MOMENTS_SOURCE_H
#define REAP_MOMENTS_SOURCE_H

#include "moments/statements.h"

#include <stdint.h>
#include <sys/types.h>

struct source;

/* A line of the source. */
struct place {
	const char *path; /* whole, if the compiler told its folder */
	const char *unit; /* as the compiler had it */
	const char *file; /* its last part */
	int line;
	const char *text; /* without the spaces around it, or NULL */
};

/* Opens the program. Returns NULL if there is no libdw, or no line is known. */
struct source *source_open(const char *program);
void source_close(struct source *source);

/* Finds where the statements of the program start. Returns 0, or -1 if that is not
 * known. To be freed with source_close(). */
const struct statements *source_statements(struct source *source);

/* Return the number of a place, or -1: of an address as the program's file has it; and
 * of a stopped thread, by the innermost function that has source. */
int source_place_of(struct source *source, uint64_t address);
int source_place_of_thread(struct source *source, pid_t process, pid_t tid,
			   uint64_t load);

/* Returns the place of that number; NULL for -1. */
const struct place *source_place(const struct source *source, int number);

#endif
