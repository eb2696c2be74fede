/* The view of a server's process tree: its ancestors, its children and all that
 * they have started, and the orphans that moved away. */
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>

#include "reaptop/array.h"
#include "reaptop/read/proc_file.h"
#include "reaptop/read/process_detail.h"
#include "reaptop/read/process_stat.h"
#include "reaptop/screen/view.h"
#include "reaptop/views/views.h"
#include "reaptop/watch/watch.h"
#include "reaptop/words/wording.h"

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

/* A process that adopted orphans. */
struct tree_adopter {
	pid_t pid;
	char name[PROCESS_NAME_SIZE];
	bool is_init; /* of the machine or of a container, not a subreaper */
};

/* What is shown. The lists belong to the watch, and are valid until the sample
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

enum { LEVELS_MAX = 64, COLUMNS_PER_LEVEL = 3 };

/* Returns whether the locale can show lines, rather than | and `. */
static bool has_lines(bool ascii)
{
	return !ascii && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* Adds the branch in front of a name: `last` if no other follows on its
 * level. */
static void add_branch(struct line *line, bool lines, bool last)
{
	if (lines)
		line_add_foreign(line, STYLE_FAINT,
				 last ? "\u2514\u2500 " : "\u251c\u2500 ");
	else
		line_add(line, STYLE_FAINT, last ? "`- " : "|- ");
}

/* Adds a level further to the left. */
static void add_trunk(struct line *line, bool lines, bool last)
{
	if (last)
		line_add(line, STYLE_FAINT, "   ");
	else if (lines)
		line_add_foreign(line, STYLE_FAINT, "\u2502  ");
	else
		line_add(line, STYLE_FAINT, "|  ");
}

/* Notes for each level, up to the item's own, whether nothing more follows on
 * it: no later item is on that level before one is on a higher level. */
static void find_last(const struct descendant_list *list,
		      const struct descendant_group *group, size_t item,
		      unsigned depth, bool *is_last)
{
	unsigned lowest = depth + 1;
	memset(is_last, true, depth + 1);
	for (size_t i = item + 1; i < group->first + group->count; i++) {
		unsigned other = list->items[i].depth;
		if (other < lowest) {
			lowest = other;
			is_last[lowest] = false;
		}
		if (lowest <= 1)
			break;
	}
}

/* Adds the lines in front of item number `item` of a group. `last`: the head of
 * the group is the last one on its level. Leaves deep levels out when more than
 * a third of the line would be lines. */
static void add_lines(struct line *line, bool lines, bool last,
		      const struct descendant_list *list,
		      const struct descendant_group *group, size_t item)
{
	bool is_last[LEVELS_MAX + 1];
	unsigned depth = list->items[item].depth;
	unsigned shown =
		(unsigned)(line->width - line->columns) / COLUMNS_PER_LEVEL / 2;
	if (shown > LEVELS_MAX - 1)
		shown = LEVELS_MAX - 1;
	add_trunk(line, lines, last);
	if (depth > shown) {
		line_format(line, STYLE_FAINT, "..%u.. ", depth);
		return;
	}
	find_last(list, group, item, depth, is_last);
	for (unsigned level = 1; level < depth; level++)
		add_trunk(line, lines, is_last[level]);
	add_branch(line, lines, is_last[depth]);
}

static const struct tree_adopter *adopter_of(const struct tree *tree, pid_t pid)
{
	for (size_t i = 0; i < tree->adopter_count; i++)
		if (tree->adopters[i].pid == pid)
			return &tree->adopters[i];
	return NULL;
}

/* Where columns begin. Narrow screens leave the later ones out. */
enum {
	PID_WIDTH = 7,
	AGE_WIDTH = 6,
	AGE_END = 26,
	EXIT_WIDTH = 10,
	WIDTH_FOR_WORDS = 36,
	WIDTH_FOR_AGES = 48,
	WIDTH_FOR_EXITS = 64,
};

static void add_heading(struct line *line)
{
	line_add(line, STYLE_HEADING, "    PID S ");
	if (line->width >= WIDTH_FOR_WORDS)
		line_add(line, STYLE_HEADING, "STATE     ");
	if (line->width >= WIDTH_FOR_AGES)
		line_add(line, STYLE_HEADING, "   AGE ");
	if (line->width >= WIDTH_FOR_EXITS)
		line_add(line, STYLE_HEADING, "EXIT      ");
	line_add(line, STYLE_HEADING, "TREE");
	line_pad(line, STYLE_HEADING, line->width);
}

static enum style state_style(const struct process_stat *stat)
{
	if (process_stat_is_final(stat))
		return STYLE_ALARM;
	return stat->state == 'T' ? STYLE_FROZEN : STYLE_PLAIN;
}

/* Returns how a zombie ended. */
static const char *exit_of(const struct tree *tree,
			   const struct process_stat *stat,
			   char text[WORDING_SIZE])
{
	struct child child = {.stat = *stat};
	if (process_stat_is_final(stat) && !child_is_hidden(&child))
		child.exit_known =
			process_exit_is_shown(tree->watch->proc, stat->pid);
	return wording_child_exit(&child, text);
}

/* Adds the columns left of the tree. */
static void add_columns(const struct tree *tree,
			const struct process_stat *stat, struct line *line)
{
	char text[WORDING_SIZE];
	const struct child child = {.stat = *stat};
	bool hidden = child_is_hidden(&child);
	line_format(line, STYLE_PLAIN, "%*d ", PID_WIDTH, stat->pid);
	line_format(line, state_style(stat), "%c", stat->state);
	if (line->width >= WIDTH_FOR_WORDS)
		line_format(line, state_style(stat), " %s",
			    wording_state(stat));
	line_pad(line, STYLE_PLAIN,
		 line->width >= WIDTH_FOR_WORDS ? AGE_END - AGE_WIDTH
						: PID_WIDTH + 3);
	if (line->width >= WIDTH_FOR_AGES)
		line_format(line, STYLE_PLAIN, "%*s ", AGE_WIDTH,
			    hidden ? "?"
				   : wording_age(watch_age(tree->watch,
							   stat->start_ticks),
						 text));
	if (line->width >= WIDTH_FOR_EXITS)
		line_format(line, STYLE_PLAIN, "%-*.*s", EXIT_WIDTH,
			    EXIT_WIDTH - 1, exit_of(tree, stat, text));
}

static enum style name_style(const struct process_stat *stat)
{
	return process_stat_is_final(stat) ? STYLE_ZOMBIE : STYLE_PLAIN;
}

/* Adds all ancestors in one row, as they may be many and matter less. The
 * server's parent is first, as the row may be cut. */
static void add_ancestors(const struct tree *tree, struct line *line)
{
	line_add(line, STYLE_FAINT, "below");
	for (size_t i = 0; i < tree->ancestor_count; i++) {
		line_format(line, STYLE_PLAIN, "%s %d ", i > 0 ? "," : "",
			    tree->ancestors[i].pid);
		line_add_foreign(line, STYLE_FAINT, tree->ancestors[i].name);
	}
}

static void add_server(const struct tree *tree, struct line *line)
{
	if (tree->server_gone) {
		line_format(line, STYLE_ENDED, "%*d ended ", PID_WIDTH,
			    tree->server.pid);
		line_add_foreign(line, STYLE_NAME, tree->server_name);
		return;
	}
	add_columns(tree, &tree->server, line);
	line_add_foreign(line, STYLE_NAME, tree->server_name);
}

static void add_child(const struct tree *tree, const struct tree_row *row,
		      struct line *line)
{
	const struct process_stat *stat =
		&tree->children.items[row->place].stat;
	add_columns(tree, stat, line);
	add_branch(line, tree->lines, row->last);
	line_add_foreign(line, name_style(stat), stat->name);
	if (descendants_is_adopted(&tree->family, stat))
		line_add(line, STYLE_FROZEN, "  orphan, adopted here");
}

/* Adds the parent that an orphan has now, and the one that it had. */
static void add_fate(const struct tree *tree, const struct descendant *orphan,
		     struct line *line)
{
	const struct tree_adopter *adopter =
		adopter_of(tree, orphan->stat.ppid);
	line_add(line, STYLE_FROZEN, "  orphan");
	if (orphan->stat.ppid == 0) {
		line_add(line, STYLE_PLAIN, ", now outside this PID namespace");
	} else {
		line_format(line, STYLE_PLAIN, ", now with %s%d ",
			    adopter == NULL    ? ""
			    : adopter->is_init ? "init "
					       : "subreaper ",
			    orphan->stat.ppid);
		if (adopter != NULL)
			line_add_foreign(line, STYLE_PLAIN, adopter->name);
	}
	line_format(line, STYLE_FAINT, ", was %d's", orphan->lost);
}

static void add_descendant(const struct tree *tree, const struct tree_row *row,
			   struct line *line)
{
	const struct descendant_list *list = &tree->family.now;
	const struct descendant *item = &list->items[row->place];
	add_columns(tree, &item->stat, line);
	if (item->depth == 0)
		add_branch(line, tree->lines, row->last);
	else
		add_lines(line, tree->lines, row->last, list,
			  &list->groups[row->group], row->place);
	line_add_foreign(line, name_style(&item->stat), item->stat.name);
	if (item->depth == 0)
		add_fate(tree, item, line);
}

static void draw_row(const struct tree *tree, const struct tree_row *row,
		     struct line *line)
{
	switch (row->kind) {
	case TREE_HEADING:
		add_heading(line);
		break;
	case TREE_ANCESTORS:
		add_ancestors(tree, line);
		break;
	case TREE_SERVER:
		add_server(tree, line);
		break;
	case TREE_CHILD:
		add_child(tree, row, line);
		break;
	case TREE_DESCENDANT:
		add_descendant(tree, row, line);
		break;
	case TREE_ORPHANS:
		line_add(line, STYLE_MESSAGE,
			 "Orphans: their parent ended, and the kernel gave "
			 "them to another");
		break;
	}
}

static void tree_close(void *state)
{
	struct tree *tree = state;
	free(tree->rows);
}

static int add_row(struct tree *tree, enum tree_row_kind kind, size_t place,
		   const struct descendant_group *group, bool last)
{
	if (ARRAY_RESERVE(tree->rows, tree->capacity, tree->count + 1) != 0)
		return -1;
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

/* Reads from the server's parent upwards, to process 1, to a parent outside our
 * PID namespace, or to one that has just gone. */
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

/* Reads the process that has an orphan now. A container's init has PID 1 only
 * in its own namespace. */
static void read_adopter(struct tree *tree, int proc, pid_t pid)
{
	if (pid <= 0 || tree->adopter_count == TREE_ADOPTERS_MAX ||
	    adopter_of(tree, pid) != NULL)
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
		memcpy(adopter->name, stat.name, sizeof(adopter->name));
	process_detail_read(directory, &scratch, &detail);
	proc_text_free(&scratch);
	adopter->is_init |= detail.inner_pid == 1;
	proc_close(directory);
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
	memcpy(tree->server_name, server->name, sizeof(tree->server_name));
	tree->children = server->children.now;
	tree->family = server->descendants;
	tree->lines = has_lines(subject->ascii);
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

static void tree_draw_row(const void *state, size_t number, struct line *line)
{
	const struct tree *tree = state;
	if (number < tree->count)
		draw_row(tree, &tree->rows[number], line);
}

const struct view tree_view = {
	.opened_by = ACTION_TREE,
	.title = "Tree",
	.state_size = sizeof(struct tree),
	.close = tree_close,
	.update = tree_update,
	.count = tree_count,
	.row = tree_draw_row,
};
