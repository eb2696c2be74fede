/* The order in which the children of a server are shown. The kernel's list is
 * in the order of birth, which needs no sorting. */
#include "reaptop/words/order.h"

#include <stdlib.h>
#include <string.h>

#include "reaptop/array.h"

void order_free(struct order *order)
{
	free(order->rows);
	*order = (struct order){0};
}

const char *order_name(enum sort_key key)
{
	static const char *const names[SORT_COUNT] = {
		[SORT_PID] = "PID",   [SORT_STATE] = "state",
		[SORT_AGE] = "age",   [SORT_CPU] = "CPU",
		[SORT_EXIT] = "exit", [SORT_NAME] = "name",
	};
	return names[key];
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

/* Compares by age, the youngest first. Also orders children that are equal. */
static int by_age(const struct child *a, const struct child *b)
{
	int result = compare_numbers(b->stat.start_ticks, a->stat.start_ticks);
	return result != 0 ? result : b->stat.pid - a->stat.pid;
}

/* Returns the rank of a state: the most important to see comes first. */
static int state_rank(const struct child *child)
{
	static const char states[] = "ZXRDTtSI";
	if (process_stat_is_headless(&child->stat))
		return 1;
	const char *found = strchr(states, child->stat.state);
	return found == NULL ? (int)sizeof(states) : (int)(found - states);
}

/* Returns the rank of an end: killed ones come first, then by exit code the
 * highest, then live ones. */
static uint64_t exit_rank(const struct child *child)
{
	if (!child_is_zombie(child))
		return 0;
	uint64_t status = (uint64_t)(uint32_t)child->stat.exit_status;
	return 1 + ((status & 0x7f) << 8 | (status >> 8 & 0xff));
}

static int by_key(enum sort_key key, const struct child *a,
		  const struct child *b)
{
	switch (key) {
	case SORT_PID:
		return a->stat.pid - b->stat.pid;
	case SORT_STATE:
		return state_rank(a) - state_rank(b);
	case SORT_CPU:
		return compare_numbers(b->cpu, a->cpu);
	case SORT_EXIT:
		return compare_numbers(exit_rank(b), exit_rank(a));
	case SORT_NAME:
		return strcmp(a->stat.name, b->stat.name);
	default:
		return 0;
	}
}

static int compare(const void *a, const void *b, void *choice_given)
{
	const struct order_choice *choice = choice_given;
	const struct child *const *left = a, *const *right = b;
	int result = by_key(choice->key, *left, *right);
	if (result == 0)
		result = by_age(*left, *right);
	return choice->reversed ? -result : result;
}

static void add(struct order *order, const struct child *child)
{
	if (!order->choice.zombies_only || child_is_zombie(child))
		order->rows[order->count++] = child;
}

/* Returns true if the rows, as added, stand in the order asked for. */
static bool is_sorted(struct order *order)
{
	for (size_t i = 1; i < order->count; i++)
		if (compare(&order->rows[i - 1], &order->rows[i],
			    &order->choice) > 0)
			return false;
	return true;
}

static bool is_same_choice(const struct order_choice *a,
			   const struct order_choice *b)
{
	return a->key == b->key && a->reversed == b->reversed &&
	       a->zombies_only == b->zombies_only;
}

int order_make(struct order *order, const struct server *server,
	       uint64_t sample, const struct order_choice *choice)
{
	const struct child_table *table = &server->children;
	const struct departed *departed = &table->departed;
	if (order->rows != NULL && order->sample == sample &&
	    order->server == server && is_same_choice(&order->choice, choice))
		return 0;
	order->count = 0;
	if (ARRAY_RESERVE(order->rows, order->capacity,
			  table->now.count + departed->count + 1) != 0)
		return -1;
	order->choice = *choice;
	order->sample = sample;
	order->server = server;
	for (size_t i = table->now.count; i > 0; i--)
		add(order, &table->now.items[i - 1]);
	for (size_t i = departed->count; i > 0; i--)
		add(order, &departed->items[i - 1]);
	if (!is_sorted(order))
		qsort_r(order->rows, order->count, sizeof(*order->rows),
			compare, &order->choice);
	return 0;
}

size_t order_find(const struct order *order, pid_t pid, uint64_t start_ticks,
		  size_t hint)
{
	for (size_t i = 0; i < order->count; i++) {
		size_t at = (hint + i) % order->count;
		const struct process_stat *stat = &order->rows[at]->stat;
		if (stat->pid == pid && stat->start_ticks == start_ticks)
			return at;
	}
	return SIZE_MAX;
}
