/* The events of one server, sorted out of its log. */
#include "reaptop/watch/story.h"

#include <stdlib.h>

#include "reaptop/clock.h"

/* The longest time from writing `exit` to being dead. */
static const int64_t dying_time = NS_PER_SECOND / 10;

/* The writers of the log, if there are several servers. */
struct writers {
	pid_t pids[EVENT_TAIL_MAX]; /* children of this server, sorted */
	size_t count;
	bool several;
};

/* The SIGCHLD that was told last. */
struct telling {
	struct story *story;
	struct story_event *sigchld;  /* NULL: none yet */
	struct story_event *borrowed; /* from which it got its death */
};

void story_free(struct story *story)
{
	free(story->events);
	*story = (struct story){0};
}

static int compare(const void *one, const void *other)
{
	pid_t a = *(const pid_t *)one, b = *(const pid_t *)other;
	return (a > b) - (a < b);
}

/* Only a server writes these. */
static bool is_parents(enum event_kind kind)
{
	return kind == EVENT_LISTEN || kind == EVENT_ACCEPT ||
	       kind == EVENT_FORK || kind == EVENT_SIGCHLD ||
	       kind == EVENT_REAP || kind == EVENT_STOP;
}

static void find_writers(struct writers *writers, const struct event_tail *tail,
			 pid_t server)
{
	writers->count = 0;
	writers->several = false;
	for (size_t i = 0; i < event_tail_count(tail); i++) {
		const struct event *event = &event_tail_line(tail, i)->event;
		if (event->pid != server && is_parents(event->kind))
			writers->several = true;
		if (event->pid == server && event->kind == EVENT_FORK)
			writers->pids[writers->count++] = event->child;
	}
	if (writers->count > 0)
		qsort(writers->pids, writers->count, sizeof(*writers->pids),
		      compare);
}

static bool is_ours(const struct writers *writers, const struct event *event,
		    pid_t server, const struct child_set *children)
{
	if (event->pid == server || !writers->several)
		return true;
	if (is_parents(event->kind))
		return false;
	return (writers->count > 0 &&
		bsearch(&event->pid, writers->pids, writers->count,
			sizeof(*writers->pids), compare) != NULL) ||
	       child_set_find(children, event->pid) != NULL;
}

/* The SIGCHLD before the last one, if that had more than one death and the last
 * one none. */
static void borrow(struct telling *telling, struct story_event *sigchld,
		   const struct event_tail *tail)
{
	struct story_event *before = telling->sigchld;
	if (before == NULL || before->deaths < 2 || sigchld->deaths > 0)
		return;
	int64_t apart = event_tail_line(tail, sigchld->line)->event.t_ns -
			event_tail_line(tail, before->line)->event.t_ns;
	if (apart > dying_time)
		return;
	before->deaths--;
	sigchld->deaths++;
	telling->borrowed = before;
}

static void tell_sigchld(struct telling *telling, struct story_event *sigchld,
			 const struct event_tail *tail)
{
	sigchld->deaths = (uint32_t)telling->story->deaths_since;
	telling->story->deaths_since = 0;
	telling->borrowed = NULL;
	borrow(telling, sigchld, tail);
	telling->sigchld = sigchld;
}

/* A child that had been killed was the death of which this SIGCHLD told. */
static void tell_killed(struct telling *telling)
{
	if (telling->sigchld == NULL)
		return;
	if (telling->borrowed != NULL)
		telling->borrowed->deaths++;
	else
		telling->sigchld->deaths++;
	telling->borrowed = NULL;
}

static void tell(struct telling *telling, const struct tail_line *line,
		 struct story_event *event, const struct event_tail *tail,
		 pid_t server)
{
	char ignored[8];
	switch (line->event.kind) {
	case EVENT_SIGCHLD:
		tell_sigchld(telling, event, tail);
		break;
	case EVENT_EXIT:
		if (line->event.pid != server)
			telling->story->deaths_since++;
		break;
	case EVENT_REAP:
		if (event_member(line->text, line->size, "signal", ignored,
				 sizeof(ignored)))
			tell_killed(telling);
		break;
	default:
		break;
	}
}

int story_tell(struct story *story, const struct event_tail *tail, pid_t server,
	       const struct child_set *children)
{
	if (story->events == NULL)
		story->events = malloc(EVENT_TAIL_MAX * sizeof(*story->events));
	struct writers *writers = malloc(sizeof(*writers));
	if (story->events == NULL || writers == NULL) {
		free(writers);
		return -1;
	}
	struct telling telling = {.story = story};
	story->count = 0;
	story->deaths_since = 0;
	find_writers(writers, tail, server);
	for (size_t i = 0; i < event_tail_count(tail); i++) {
		const struct tail_line *line = event_tail_line(tail, i);
		if (!is_ours(writers, &line->event, server, children))
			continue;
		struct story_event *event = &story->events[story->count++];
		*event = (struct story_event){.line = (uint32_t)i};
		tell(&telling, line, event, tail, server);
	}
	story->begin = story->count == 0
			       ? 0
			       : event_tail_line(tail, story->events[0].line)
					 ->event.t_ns;
	free(writers);
	return 0;
}
