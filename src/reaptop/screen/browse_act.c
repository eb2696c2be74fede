/* What keys do to what the user looks at. */
#include "reaptop/screen/browse.h"

#include "reaptop/views/views.h"

static void toggle(struct browse *browse, const struct watch *watch,
		   const struct view *view)
{
	browse_open(browse, watch, browse->view == view ? NULL : view);
}

/* The next server, or with `by` one less than their number the one before. */
static void choose(struct browse *browse, const struct watch *watch, size_t by)
{
	if (watch->count == 0)
		return;
	browse->view_first = 0;
	browse_select(browse, watch, (browse->chosen + by) % watch->count,
		      SIZE_MAX);
}

/* Half the longest way any table can be scrolled: it cannot overflow. */
enum { VERY_FAR = 1 << 30 };

/* Actions of moving; false for others. */
static bool move(struct browse *browse, const struct watch *watch,
		 enum action action)
{
	size_t rows = browse->view != NULL
			      ? browse->view_rows
			      : browse->tables[browse->chosen].rows;
	long page = rows > 2 ? (long)rows - 1 : 1;
	switch (action) {
	case ACTION_UP:
		browse_move(browse, watch, -1);
		return true;
	case ACTION_DOWN:
		browse_move(browse, watch, 1);
		return true;
	case ACTION_PAGE_UP:
		browse_move(browse, watch, -page);
		return true;
	case ACTION_PAGE_DOWN:
		browse_move(browse, watch, page);
		return true;
	case ACTION_HOME:
		browse_move(browse, watch, -VERY_FAR);
		return true;
	case ACTION_END:
		browse_move(browse, watch, VERY_FAR);
		return true;
	case ACTION_NEXT_SERVER:
		choose(browse, watch, 1);
		return true;
	case ACTION_PREVIOUS_SERVER:
		choose(browse, watch, watch->count - 1);
		return true;
	default:
		return false;
	}
}

static void sort_by_next(struct browse *browse, unsigned by)
{
	browse->choice.key = (enum sort_key)(
		((unsigned)browse->choice.key + by) % SORT_COUNT);
	browse->choice.reversed = false;
}

/* Actions of opening, closing and ordering; false for others. */
static bool open_or_order(struct browse *browse, const struct watch *watch,
			  enum action action)
{
	switch (action) {
	case ACTION_TREE:
		toggle(browse, watch, &tree_view);
		return true;
	case ACTION_SOCKETS:
		toggle(browse, watch, &sockets_view);
		return true;
	case ACTION_EVENTS:
		toggle(browse, watch, &events_view);
		return true;
	case ACTION_PROCESS:
		toggle(browse, watch, &process_view);
		return true;
	case ACTION_HELP:
		toggle(browse, watch, &help_view);
		return true;
	case ACTION_BACK:
	case ACTION_ESCAPE:
		if (browse->view == NULL)
			return action == ACTION_ESCAPE;
		browse_open(browse, watch, NULL);
		return true;
	case ACTION_ZOMBIES_ONLY:
		browse->choice.zombies_only = !browse->choice.zombies_only;
		return true;
	case ACTION_SORT_NEXT:
		sort_by_next(browse, 1);
		return true;
	case ACTION_SORT_PREVIOUS:
		sort_by_next(browse, SORT_COUNT - 1);
		return true;
	case ACTION_REVERSE:
		browse->choice.reversed = !browse->choice.reversed;
		return true;
	default:
		return false;
	}
}

bool browse_act(struct browse *browse, const struct watch *watch,
		enum action action)
{
	switch (action) {
	case ACTION_SEARCH:
		browse_search(browse);
		return true;
	case ACTION_SEARCH_NEXT:
		browse_search_next(browse, watch);
		return true;
	default:
		return move(browse, watch, action) ||
		       open_or_order(browse, watch, action);
	}
}
