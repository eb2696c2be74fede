/* Descendants in groups, one for each child of the server that has any, and
 * one for each orphan; a PID is found at once. */
#ifndef REAP_WATCH_DESCENDANT_LIST_H
#define REAP_WATCH_DESCENDANT_LIST_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "reaptop/read/process_stat.h"

struct descendant {
	struct process_stat stat;
	unsigned depth; /* below the head of its group; 0: an orphan itself */
	pid_t lost;     /* an orphan's: the parent that it had; else 0 */
};

/* A child of the server, or an orphan, with all below it, each process in
 * front of its own children. */
struct descendant_group {
	pid_t head;   /* the child, which is not in the group; or the orphan,
		       * which is its first item */
	size_t first; /* place of the first item */
	size_t count;
};

/* Zero before first use, free with descendant_list_free(). */
struct descendant_list {
	struct descendant *items;
	size_t count;
	size_t capacity;
	struct descendant_group *groups;
	size_t group_count;
	size_t group_capacity;
	size_t first_orphan; /* place of the first group of an orphan */
	uint32_t *slots; /* open addressing by PID; item number + 1, 0 empty */
	size_t slot_count; /* a power of two, or 0 */
};

void descendant_list_free(struct descendant_list *list);
void descendant_list_clear(struct descendant_list *list);

/* Starts a group: what is added next belongs to it. An empty group is taken
 * back by the next one, or by descendant_list_end_groups(). 0, or -1. */
int descendant_list_group(struct descendant_list *list, pid_t head);
void descendant_list_end_groups(struct descendant_list *list);

/* Adds to the last group. 0, or -1 with errno. */
int descendant_list_add(struct descendant_list *list,
			const struct descendant *item);

/* The item with that PID, or NULL. */
const struct descendant *
descendant_list_find(const struct descendant_list *list, pid_t pid);

#endif
