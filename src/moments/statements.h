/* The addresses at which the program's statements start, in rising order and as they
 * stand in the program's file. */
#ifndef REAP_MOMENTS_STATEMENTS_H
#define REAP_MOMENTS_STATEMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct statements {
	uint64_t *addresses;
	size_t count;
	uint64_t entry; /* of the program, as its file has it */
};

/* Returns whether a statement starts there. */
bool statements_has(const struct statements *statements, uint64_t address);

#endif
