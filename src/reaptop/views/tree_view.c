/* The view of a server's family: who is above it, its children and all that
 * they have started, and the orphans that moved away. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reaptop/read/process_detail.h"
#include "reaptop/screen/view.h"
#include "reaptop/views/tree_rows.h"
#include "reaptop/views/tree_shape.h"

static void *tree_open(void)
{
	return calloc(1, sizeof(struct tree));
}

static void tree_close(void *state)
{
	struct tree *tree = state;
	free(tree->rows);
	free(tree);
}

static int add_row(struct tree *tree, enum tree_row_kind kind, size_t place,
		   const struct descendant_group *group, bool last)
{
	if (tree->count == tree->capacity) {
		size_t capacity = tree->capacity == 0 ? 64 : tree->capacity * 2;
		struct tree_row *rows =
			realloc(tree->rows, capacity * sizeof *rows);
		if (rows == NULL)
			return -1;
		tree->rows = rows;
		tree->capacity = capacity;
	}
	tree->rows[tree->count++] = (struct tree_row){
		.kind = kind,
		.place = (uint32_t)place,
		.group = group == NULL
				 ? 0
				 : (uint32_t)(group - tree->family.now.groups),
		.last = last,
	};
	return 0;
}

/* From the server's parent upwards. Ends where the chain does: at process 1, at
 * a parent outside our PID namespace, or at one that has just gone. */
static void read_ancestors(struct tree *tree, const struct watch *watch,
			   const struct server *server)
{
	tree->ancestor_count = 0;
	if (server->gone)
		return;
	pid_t pid = server->stat.ppid;
	while (pid > 0 && tree->ancestor_count < TREE_ANCESTORS_MAX) {
		struct process_stat *stat =
			&tree->ancestors[tree->ancestor_count];
		if (process_stat_read_pid(watch->proc, pid, stat) != 0)
			return;
		tree->ancestor_count++;
		pid = stat->ppid;
	}
}

static const struct tree_adopter *find_adopter(const struct tree *tree,
					       pid_t pid)
{
	for (size_t i = 0; i < tree->adopter_count; i++)
		if (tree->adopters[i].pid == pid)
			return &tree->adopters[i];
	return NULL;
}

/* Who has an orphan now. A container's init is no process 1 to us, but to
 * itself. */
static void read_adopter(struct tree *tree, int proc, pid_t pid)
{
	if (pid <= 0 || tree->adopter_count == TREE_ADOPTERS_MAX ||
	    find_adopter(tree, pid) != NULL)
		return;
	struct tree_adopter *adopter = &tree->adopters[tree->adopter_count++];
	*adopter = (struct tree_adopter){.pid = pid, .is_init = pid == 1};
	int directory = proc_open_process(proc, pid);
	if (directory < 0)
		return;
	struct process_stat stat;
	struct process_detail detail;
	struct proc_text scratch = {0};
	if (process_stat_read(directory, "stat", &stat) == 0)
		memcpy(adopter->name, stat.name, sizeof adopter->name);
	process_detail_read(directory, &scratch, &detail);
	proc_text_free(&scratch);
	adopter->is_init |= detail.inner_pid == 1;
	close(directory);
}

static int list_family(struct tree *tree)
{
	const struct child_set *children = &tree->children;
	for (size_t left = children->count; left > 0; left--) {
		pid_t pid = children->items[left - 1].stat.pid;
		const struct descendant_group *group =
			descendants_below(&tree->family, pid);
		bool last = left == 1;
		if (add_row(tree, TREE_CHILD, left - 1, NULL, last) != 0)
			return -1;
		for (size_t i = 0; group != NULL && i < group->count; i++)
			if (add_row(tree, TREE_DESCENDANT, group->first + i,
				    group, last) != 0)
				return -1;
	}
	return 0;
}

static int list_orphans(struct tree *tree, int proc)
{
	const struct descendant_list *list = &tree->family.now;
	tree->adopter_count = 0;
	if (list->group_count > list->first_orphan &&
	    add_row(tree, TREE_ORPHANS, 0, NULL, false) != 0)
		return -1;
	for (size_t i = list->first_orphan; i < list->group_count; i++) {
		const struct descendant_group *group = &list->groups[i];
		bool last = i + 1 == list->group_count;
		read_adopter(tree, proc, list->items[group->first].stat.ppid);
		for (size_t j = 0; j < group->count; j++)
			if (add_row(tree, TREE_DESCENDANT, group->first + j,
				    group, last) != 0)
				return -1;
	}
	return 0;
}

static int tree_update(void *state, const struct view_subject *subject)
{
	struct tree *tree = state;
	const struct server *server = subject->server;
	tree->watch = subject->watch;
	tree->server = server->stat;
	tree->server_gone = server->gone;
	memcpy(tree->server_name, server->name, sizeof tree->server_name);
	tree->children = server->children.now;
	tree->family = server->descendants;
	tree->lines = tree_shape_has_lines(subject->ascii);
	tree->count = 0;
	read_ancestors(tree, subject->watch, server);
	if (add_row(tree, TREE_HEADING, 0, NULL, false) != 0)
		return -1;
	if (tree->ancestor_count > 0 &&
	    add_row(tree, TREE_ANCESTORS, 0, NULL, false) != 0)
		return -1;
	if (add_row(tree, TREE_SERVER, 0, NULL, false) != 0)
		return -1;
	return list_family(tree) != 0
		       ? -1
		       : list_orphans(tree, subject->watch->proc);
}

static size_t tree_count(const void *state)
{
	const struct tree *tree = state;
	return tree->count;
}

static void tree_draw_row(const void *state, size_t number, size_t width,
			  struct line *line)
{
	const struct tree *tree = state;
	line_start(line, width);
	if (number < tree->count)
		tree_row(tree, &tree->rows[number], line);
}

const struct view tree_view = {
	.title = "Tree",
	.keys = "",
	.open = tree_open,
	.close = tree_close,
	.update = tree_update,
	.count = tree_count,
	.row = tree_draw_row,
};
