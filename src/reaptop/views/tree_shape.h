/* The lines in front of a name that make a list look like a tree. */
#ifndef REAP_VIEWS_TREE_SHAPE_H
#define REAP_VIEWS_TREE_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "reaptop/watch/descendants.h"
#include "reaptop/words/line.h"

/* Whether the locale can show lines, rather than | and `. */
bool tree_shape_has_lines(bool ascii);

/* Adds what stands in front of a child of the server. */
void tree_shape_child(struct line *line, bool lines, bool last);

/* Adds what stands in front of item number `item` of a group's: `last` says
 * that the head of the group is the last one at its level. Deep levels are
 * left out when more than a third of the line would be lines. */
void tree_shape_descendant(struct line *line, bool lines, bool last,
			   const struct descendant_list *list,
			   const struct descendant_group *group, size_t item);

#endif
