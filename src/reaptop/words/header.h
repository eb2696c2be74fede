/* A server above its children: its name, state, counts and a sparkline. */
#ifndef REAP_WORDS_HEADER_H
#define REAP_WORDS_HEADER_H

#include <stdbool.h>
#include <stddef.h>

#include "reaptop/watch/connections.h"
#include "reaptop/watch/watch.h"
#include "reaptop/words/line.h"

/* The facts, each mostly at most 26 columns wide, in the order shown. */
enum header_fact {
	HEADER_NAME,
	HEADER_PROCESS,  /* PID and port */
	HEADER_STATE,    /* and its disposition of SIGCHLD */
	HEADER_COUNTS,   /* of children: live, zombies */
	HEADER_LOG,      /* forked, reaped */
	HEADER_SIGCHLDS, /* how many came, and whether one is pending */
	HEADER_AGE,      /* of the server, and the children seen in that time */
	HEADER_TURNOVER, /* between the last two samples. A fault (children
			  * that run nonstop, connections that the server
			  * itself holds) is shown here, and the turnover
			  * then in place of HEADER_AGE */
	HEADER_SPARKLINE,
	HEADER_FACTS,
};

struct header_look {
	const struct watch *watch;
	const struct server *server;
	const struct connections *connections; /* NULL: not known */
	bool chosen; /* the name is marked as that of the selected server */
	bool ascii;
};

/* Adds a fact at the end of a line, in at most `width` columns. */
void header_add(const struct header_look *look, enum header_fact fact,
		size_t width, struct line *line);

/* Returns how many lines the header takes in this width, if it may take `most`
 * (at least one). */
size_t header_lines(size_t width, size_t most);

/* Makes line `number` of those. Facts stand in columns where there is room for
 * several beside each other. Where there is no room for all, the most important
 * are shown, a fault in place of another one if need be. */
void header_line(const struct header_look *look, size_t width, size_t most,
		 size_t number, struct line *line);

#endif
