/* The order in which the children of a server are shown, and which of them. */
#ifndef REAP_WORDS_ORDER_H
#define REAP_WORDS_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/watch/server.h"

enum sort_key {
	SORT_PID,
	SORT_STATE,
	SORT_AGE,
	SORT_CPU,
	SORT_EXIT,
	SORT_NAME,
	SORT_COUNT,
};

/* The user's choice. By age, not reversed, the youngest come first; by CPU the
 * busiest, by exit those that were killed. */
struct order_choice {
	enum sort_key key;
	bool reversed;
	bool zombies_only;
};

/* Zero before first use, free with order_free(). */
struct order {
	const struct child **rows; /* of the server's table; valid until the
				    * next sample */
	size_t count;
	size_t capacity;
	/* What the rows were made of. */
	struct order_choice choice;
	uint64_t sample;
	const struct server *server;
};

void order_free(struct order *order);

/* Brings the order up to the server's sample of that number, with its children
 * and those that have just gone. Returns 0; or -1, without rows, when memory is
 * short. */
int order_make(struct order *order, const struct server *server,
	       uint64_t sample, const struct order_choice *choice);

/* Returns the row of that process, or SIZE_MAX. Looks at row `hint` first. */
size_t order_find(const struct order *order, pid_t pid, uint64_t start_ticks,
		  size_t hint);

/* Returns the name of a key: "age", "CPU". */
const char *order_name(enum sort_key key);

#endif
