/* The events of one server: sorted out of its log, or seen as changes from
 * sample to sample. */
#include "reaptop/watch/events.h"

#include <stdlib.h>

#include "common/clock.h"

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

/* Returns whether only a server writes such an event. */
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
	ARRAY_SORT(writers->pids, writers->count, compare);
}

static bool is_ours(const struct writers *writers, const struct event *event,
		    pid_t server, const struct child_set *children)
{
	if (event->pid == server || !writers->several)
		return true;
	if (is_parents(event->kind))
		return false;
	return ARRAY_FIND(writers->pids, writers->count, &event->pid,
			  compare) != NULL ||
	       child_set_find(children, event->pid) != NULL;
}

/* Takes a death from the SIGCHLD before, if that had more than one and this one
 * has none. */
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

/* Counts the death of a child that was killed for the last SIGCHLD. */
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

enum { CHILDREN_A_SAMPLE = 100 };

static void add(struct sightings *sightings, const struct sighting *sighting)
{
	size_t place = (sightings->first + sightings->count) % SIGHTINGS_MAX;
	sightings->items[place] = *sighting;
	if (sightings->count < SIGHTINGS_MAX)
		sightings->count++;
	else
		sightings->first = (sightings->first + 1) % SIGHTINGS_MAX;
}

/* Counts the children of a sample: only the first are listed one by one. */
struct flood {
	struct sightings *sightings;
	int64_t now;
	size_t told;
	size_t untold;
};

static void add_child(struct flood *flood, enum sighting_kind kind,
		      const struct child *child)
{
	const struct sighting sighting = {
		.t_ns = flood->now,
		.kind = kind,
		.pid = child->stat.pid,
		.exit_known = child->exit_known,
		.exit_status = child->stat.exit_status,
	};
	if (flood->told == CHILDREN_A_SAMPLE) {
		flood->untold++;
		return;
	}
	flood->told++;
	add(flood->sightings, &sighting);
}

/* Adds new children, then dead ones, then gone ones: a child that did several
 * of these since the sample before has them in the right order. */
static void add_children(struct sightings *sightings,
			 const struct server *server, int64_t now)
{
	const struct child_set *children = &server->children.now;
	const struct departed *departed = &server->children.departed;
	struct flood flood = {.sightings = sightings, .now = now};
	for (size_t i = 0; i < children->count; i++)
		if (children->items[i].came > sightings->since)
			add_child(&flood, SIGHTING_CAME, &children->items[i]);
	for (size_t i = 0; i < children->count; i++)
		if (children->items[i].died > sightings->since)
			add_child(&flood, SIGHTING_DIED, &children->items[i]);
	for (size_t i = 0; i < departed->count; i++)
		if (departed->items[i].gone > sightings->since)
			add_child(&flood,
				  child_is_zombie(&departed->items[i])
					  ? SIGHTING_REAPED
					  : SIGHTING_MISSED,
				  &departed->items[i]);
	const struct sighting more = {
		.t_ns = now, .kind = SIGHTING_MORE, .count = flood.untold};
	if (flood.untold > 0)
		add(sightings, &more);
}

/* Adds one of two kinds if a state of the server changed. */
static void add_change(struct sightings *sightings, bool *before, bool now,
		       enum sighting_kind begins, enum sighting_kind ends,
		       const struct sighting *sighting)
{
	struct sighting change = *sighting;
	if (*before == now)
		return;
	*before = now;
	change.kind = now ? begins : ends;
	add(sightings, &change);
}

static void start_afresh(struct sightings *sightings, const struct watch *watch,
			 const struct server *server)
{
	*sightings = (struct sightings){
		.pid = server->stat.pid,
		.start_ticks = server->stat.start_ticks,
		.since = watch->taken - CHILD_NEWS_NS,
	};
}

void sightings_update(struct sightings *sightings, const struct watch *watch,
		      const struct server *server)
{
	if (sightings->pid != server->stat.pid ||
	    sightings->start_ticks != server->stat.start_ticks)
		start_afresh(sightings, watch, server);
	if (sightings->since >= watch->taken)
		return; /* this sample was added already */
	const struct sighting of_server = {
		.t_ns = watch->taken,
		.pid = server->stat.pid,
		.count = server->children.zombies,
	};
	if (!server->ended)
		add_change(sightings, &sightings->frozen,
			   server_is_frozen(server), SIGHTING_FROZEN,
			   SIGHTING_THAWED, &of_server);
	add_children(sightings, server, watch->taken);
	if (!server->ended)
		add_change(sightings, &sightings->pending,
			   server_sigchld_pending(server), SIGHTING_PENDING,
			   SIGHTING_TAKEN, &of_server);
	add_change(sightings, &sightings->ended, server->ended, SIGHTING_ENDED,
		   SIGHTING_ENDED, &of_server);
	sightings->since = watch->taken;
}

const struct sighting *sightings_get(const struct sightings *sightings,
				     size_t number)
{
	return &sightings->items[(sightings->first + number) % SIGHTINGS_MAX];
}
