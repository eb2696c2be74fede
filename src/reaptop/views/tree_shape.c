/* The lines of a tree. */
#include "reaptop/views/tree_shape.h"

#include <langinfo.h>
#include <string.h>

enum { LEVELS_MAX = 64, COLUMNS_PER_LEVEL = 3 };

bool tree_shape_has_lines(bool ascii)
{
	return !ascii && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* A level that goes on below, or does not: in front of the name... */
static void add_branch(struct line *line, bool lines, bool last)
{
	if (lines)
		line_add_foreign(line, STYLE_FAINT,
				 last ? "\u2514\u2500 " : "\u251c\u2500 ");
	else
		line_add(line, STYLE_FAINT, last ? "`- " : "|- ");
}

/* ... and further to the left. */
static void add_trunk(struct line *line, bool lines, bool last)
{
	if (last)
		line_add(line, STYLE_FAINT, "   ");
	else if (lines)
		line_add_foreign(line, STYLE_FAINT, "\u2502  ");
	else
		line_add(line, STYLE_FAINT, "|  ");
}

void tree_shape_child(struct line *line, bool lines, bool last)
{
	add_branch(line, lines, last);
}

/* Notes for each level up to the item's own whether nothing more comes on it:
 * no later item stands as high before one stands higher. */
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

void tree_shape_descendant(struct line *line, bool lines, bool last,
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
