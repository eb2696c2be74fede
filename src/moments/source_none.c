/* Without libdw no line is known: see source.h. */
#include "moments/source.h"

#include <stddef.h>

struct source *source_open(const char *program)
{
	(void)program;
	return NULL;
}

void source_close(struct source *source)
{
	(void)source;
}

const struct statements *source_statements(struct source *source)
{
	(void)source;
	return NULL;
}

int source_place_of(struct source *source, uint64_t address)
{
	(void)source;
	(void)address;
	return -1;
}

int source_place_of_thread(struct source *source, pid_t process, pid_t tid,
			   uint64_t load)
{
	(void)source;
	(void)process;
	(void)tid;
	(void)load;
	return -1;
}

const struct place *source_place(const struct source *source, int number)
{
	(void)source;
	(void)number;
	return NULL;
}
