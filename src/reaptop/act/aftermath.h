/* What becomes of the children of a parent that was killed: who adopts them,
 * and when the zombies among them are waited for. */
#ifndef REAP_ACT_AFTERMATH_H
#define REAP_ACT_AFTERMATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/read/process_stat.h"
#include "reaptop/watch/server.h"

enum { AFTERMATH_TEXT_SIZE = 320 };

struct orphan {
	pid_t pid;
	uint64_t start_ticks;
	bool is_zombie;
	bool gone;
};

/* Zero before first use, free with aftermath_end(). */
struct aftermath {
	bool open;
	char name[FULL_NAME_SIZE]; /* the killed parent's */
	pid_t pid;
	bool ours; /* we adopt them, and leave them zombies for a moment */
	int64_t began;
	struct orphan *orphans;
	size_t count;
	pid_t adopter; /* 0: not seen yet */
	char adopter_name[FULL_NAME_SIZE];
};

/* Remembers the server's children as last sampled, before it is killed. Returns
 * 0, or -1 with errno. */
int aftermath_begin(struct aftermath *aftermath, const struct server *server);

/* Looks for the children again. Returns false once nothing more can change. */
bool aftermath_follow(struct aftermath *aftermath, int proc);

/* Describes the result in one line. */
void aftermath_describe(const struct aftermath *aftermath,
			char text[AFTERMATH_TEXT_SIZE]);

void aftermath_end(struct aftermath *aftermath);

#endif
