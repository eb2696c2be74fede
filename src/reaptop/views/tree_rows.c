/* The rows of the tree view: the columns of the table, then the tree. */
#include "reaptop/views/tree_rows.h"

#include "reaptop/views/tree_shape.h"
#include "reaptop/words/wording.h"

/* Where columns begin; on narrow screens the later ones make way. */
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

/* How a zombie ended, by the parts of child.h that say so. */
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

/* The columns left of the tree. */
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

/* In one row, as they may be many and are not what is looked at; the server's
 * parent first, as what does not fit is cut. */
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
	tree_shape_child(line, tree->lines, row->last);
	line_add_foreign(line, name_style(stat), stat->name);
	if (descendants_is_adopted(&tree->family, stat))
		line_add(line, STYLE_FROZEN, "  orphan, adopted here");
}

static const struct tree_adopter *adopter_of(const struct tree *tree, pid_t pid)
{
	for (size_t i = 0; i < tree->adopter_count; i++)
		if (tree->adopters[i].pid == pid)
			return &tree->adopters[i];
	return NULL;
}

/* Whose it is now, and whose it was. */
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
		tree_shape_child(line, tree->lines, row->last);
	else
		tree_shape_descendant(line, tree->lines, row->last, list,
				      &list->groups[row->group], row->place);
	line_add_foreign(line, name_style(&item->stat), item->stat.name);
	if (item->depth == 0)
		add_fate(tree, item, line);
}

void tree_row(const struct tree *tree, const struct tree_row *row,
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
