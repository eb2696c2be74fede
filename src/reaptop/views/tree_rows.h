/* The rows of the tree view. */
#ifndef REAP_VIEWS_TREE_ROWS_H
#define REAP_VIEWS_TREE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reaptop/read/proc_file.h"
#include "reaptop/read/process_stat.h"
#include "reaptop/watch/watch.h"
#include "reaptop/words/line.h"

enum {
	TREE_ANCESTORS_MAX = 32,
	TREE_ADOPTERS_MAX = 16,
};

enum tree_row_kind {
	TREE_HEADING,
	TREE_ANCESTORS, /* all of them, the server's parent first */
	TREE_SERVER,
	TREE_CHILD,      /* place: in the children */
	TREE_DESCENDANT, /* place: in the list of descendants, and its group */
	TREE_ORPHANS,    /* the title of those that follow */
};

struct tree_row {
	enum tree_row_kind kind;
	uint32_t place;
	uint32_t group;
	bool last; /* the last child or orphan, or below that one */
};

/* Who took orphans over. */
struct tree_adopter {
	pid_t pid;
	char name[PROCESS_NAME_SIZE];
	bool is_init; /* of the machine or of a container, not a subreaper */
};

/* What is shown. The lists belong to the watch, and are good until the sample
 * after the next. */
struct tree {
	const struct watch *watch;
	struct process_stat server;
	char server_name[FULL_NAME_SIZE];
	bool server_gone;
	struct child_set children;
	struct descendants family;
	struct process_stat ancestors[TREE_ANCESTORS_MAX];
	size_t ancestor_count;
	struct tree_adopter adopters[TREE_ADOPTERS_MAX];
	size_t adopter_count;
	struct tree_row *rows;
	size_t count;
	size_t capacity;
	bool lines; /* of Unicode, not ASCII */
};

/* Adds a row to an empty line. */
void tree_row(const struct tree *tree, const struct tree_row *row,
	      struct line *line);

#endif
