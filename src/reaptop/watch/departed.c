/* Children that have just gone, kept for as long as that is news. */
#include "reaptop/watch/departed.h"

#include <string.h>

static void drop_first(struct departed *departed, size_t count)
{
	departed->count -= count;
	memmove(departed->items, departed->items + count,
		departed->count * sizeof *departed->items);
}

void departed_add(struct departed *departed, const struct child *child,
		  int64_t now)
{
	if (departed->count == DEPARTED_MAX)
		drop_first(departed, 1);
	struct child *item = &departed->items[departed->count++];
	*item = *child;
	item->gone = now;
}

struct child *departed_find(struct departed *departed, pid_t pid, int64_t now)
{
	for (size_t i = departed->count; i > 0; i--) {
		struct child *item = &departed->items[i - 1];
		if (item->gone == now && item->stat.pid == pid)
			return item;
	}
	return NULL;
}

void departed_expire(struct departed *departed, int64_t now)
{
	size_t old = 0;
	while (old < departed->count &&
	       now - departed->items[old].gone >= CHILD_NEWS_NS)
		old++;
	if (old > 0)
		drop_first(departed, old);
}
