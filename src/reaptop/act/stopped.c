/* What is said of a stopped process as long as it is stopped. */
#include "reaptop/act/stopped.h"

#include <stdio.h>

#include "reaptop/act/frozen.h"
#include "reaptop/words/wording.h"

/* Describes a process if it is stopped. `keys`: f is for it. */
static bool describe(const struct process_stat *stat, const char *name,
		     bool keys, bool by_keys, char text[STOPPED_TEXT_SIZE])
{
	char how[WORDING_SIZE];
	bool ours = frozen_has(stat);
	const char *thaw = wording_thaw(stat, how);
	if (thaw == NULL || (by_keys && !ours))
		return false;
	int size = snprintf(text, STOPPED_TEXT_SIZE,
			    "%.60s (%d) is stopped: ", name, stat->pid);
	text += size;
	size_t room = STOPPED_TEXT_SIZE - (size_t)size;
	if (stat->state == 'T' && keys && ours)
		snprintf(text, room, "f thaws it, and so does leaving");
	else
		snprintf(text, room, "%s%s",
			 stat->state == 'T' && keys ? "f or " : "", thaw);
	return true;
}

/* Describes the first stopped child of a server. */
static bool describe_child(const struct server *server, bool by_keys,
			   char text[STOPPED_TEXT_SIZE])
{
	const struct child_set *children = &server->children.now;
	for (size_t i = 0; i < children->count; i++) {
		const struct child *child = &children->items[i];
		if (child->gone == 0 && describe(&child->stat, child->stat.name,
						 false, by_keys, text))
			return true;
	}
	return false;
}

bool stopped_describe(const struct watch *watch,
		      const struct actions_subject *selected, bool read_only,
		      bool by_keys, char text[STOPPED_TEXT_SIZE])
{
	const struct server *server = selected->server;
	const struct child *child = selected->child;
	if (server != NULL && server_is_frozen(server) &&
	    describe(&server->stat, server->name, !read_only, by_keys, text))
		return true;
	if (child != NULL &&
	    describe(&child->stat, child->stat.name, false, by_keys, text))
		return true;
	for (size_t i = 0; i < watch->count; i++) {
		server = &watch->servers[i];
		if (server_is_frozen(server) &&
		    describe(&server->stat, server->name, false, by_keys, text))
			return true;
	}
	for (size_t i = 0; i < watch->count; i++)
		if (describe_child(&watch->servers[i], by_keys, text))
			return true;
	return false;
}
