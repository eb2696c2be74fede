/* The view of one process, section by section, as rows. */
#ifndef REAP_VIEWS_PROCESS_ROWS_H
#define REAP_VIEWS_PROCESS_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "reaptop/read/descriptors.h"
#include "reaptop/read/process_detail.h"
#include "reaptop/read/process_stat.h"
#include "reaptop/read/tcp_diag.h"
#include "reaptop/watch/watch.h"
#include "reaptop/words/line.h"

/* A process, read for the view. */
struct process_facts {
	const struct watch *watch;
	struct process_stat stat;
	bool exit_known;
	struct process_detail detail;
	struct limits limits;
	bool descriptors_hidden; /* we may not look */
	struct descriptor_list descriptors;
	struct tcp_table sockets; /* of its network namespace, sorted */
	/* Its parent; PID 0: outside our PID namespace. */
	struct process_stat parent;
	bool parent_known;
	struct process_detail parent_detail;
	size_t width; /* columns that rows may take */
};

/* Adds PID, name and state, in one row. */
void process_section_title(const struct process_facts *facts,
			   struct rows *rows);

/* Adds what is left of a zombie, and which process must reap it. */
void process_section_zombie(const struct process_facts *facts,
			    struct rows *rows);

/* Adds what a live process is, does and uses. */
void process_section_life(const struct process_facts *facts, struct rows *rows);

/* Adds its signal sets, by name. */
void process_section_signals(const struct process_facts *facts,
			     struct rows *rows);

/* Adds what it has open; sockets with their ends and state. */
void process_section_descriptors(const struct process_facts *facts,
				 struct rows *rows);

/* Adds its limits. */
void process_section_limits(const struct process_facts *facts,
			    struct rows *rows);

#endif
