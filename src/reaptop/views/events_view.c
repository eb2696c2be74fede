/* The view of a server's events, the newest last: the tail of its log as
 * sentences, marked where several exits became one SIGCHLD; or without a log
 * what was seen from sample to sample. */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "reaptop/clock.h"
#include "reaptop/read/event_log.h"
#include "reaptop/screen/view.h"
#include "reaptop/watch/sightings.h"
#include "reaptop/watch/story.h"
#include "reaptop/words/event_wording.h"
#include "reaptop/words/sighting_wording.h"

enum {
	WIDTH_FOR_TIMES = 60,
	TIME_WIDTH = 13,
	PID_WIDTH = 7,
};

struct events {
	struct event_tail *tail;
	struct story story;
	struct sightings sightings;
	const struct event_log *log; /* the one told of; only compared */
	pid_t server;
	bool has_log; /* one that tells of the server */
	bool mute;    /* there is one, and it does not */
	bool pending; /* a SIGCHLD waits */
	/* From CLOCK_MONOTONIC to the time of day, when the view was opened. */
	int64_t to_time_of_day;
};

static void *events_open(void)
{
	struct events *events = calloc(1, sizeof *events);
	if (events == NULL)
		return NULL;
	events->tail = event_tail_new();
	if (events->tail == NULL) {
		free(events);
		return NULL;
	}
	events->to_time_of_day =
		clock_now(CLOCK_REALTIME) - clock_now(CLOCK_MONOTONIC);
	return events;
}

static void events_close(void *state)
{
	struct events *events = state;
	event_tail_free(events->tail);
	story_free(&events->story);
	free(events);
}

static int events_update(void *state, const struct view_subject *subject)
{
	struct events *events = state;
	const struct server *server = subject->server;
	events->server = server->stat.pid;
	events->has_log = server_logged(server) != NULL;
	events->mute = server->log != NULL && !events->has_log;
	events->pending = server_sigchld_pending(server);
	if (!events->has_log) {
		sightings_update(&events->sightings, subject->watch, server);
		return 0;
	}
	bool other = events->log != server->log;
	events->log = server->log;
	bool news = event_tail_follow(events->tail,
				      event_log_descriptor(server->log),
				      server->stat.pid);
	if (!news && !other)
		return 0;
	return story_tell(&events->story, events->tail, server->stat.pid,
			  &server->children.now);
}

/* A row at the end: deaths that no SIGCHLD has told of yet. */
static bool has_waiting_row(const struct events *events)
{
	return events->pending && events->story.deaths_since > 0;
}

static size_t events_count(const void *state)
{
	const struct events *events = state;
	if (!events->has_log)
		return 1 + events->sightings.count;
	if (events->story.count == 0)
		return 1;
	return events->story.count + (has_waiting_row(events) ? 1 : 0);
}

static void add_time(const struct events *events, int64_t t_ns,
		     struct line *line)
{
	int64_t at = t_ns + events->to_time_of_day;
	time_t seconds = (time_t)(at / NS_PER_SECOND);
	struct tm local;
	char text[16];
	if (localtime_r(&seconds, &local) != NULL &&
	    strftime(text, sizeof text, "%H:%M:%S", &local) > 0)
		line_format(line, STYLE_FAINT, "%s.%03d ", text,
			    (int)(at % NS_PER_SECOND / NS_PER_MS));
	line_pad(line, STYLE_FAINT, TIME_WIDTH);
}

/* When it was, who it is about. */
static void add_who(const struct events *events, int64_t t_ns, pid_t pid,
		    bool by_child, struct line *line)
{
	if (line->width >= WIDTH_FOR_TIMES)
		add_time(events, t_ns, line);
	if (pid != 0)
		line_format(line, by_child ? STYLE_PLAIN : STYLE_NAME, "%*d",
			    PID_WIDTH, pid);
	line_pad(line, STYLE_PLAIN,
		 (line->width >= WIDTH_FOR_TIMES ? TIME_WIDTH : 0) + PID_WIDTH +
			 1);
	line_add(line, STYLE_FAINT, by_child ? "   child " : "parent   ");
}

static void add_sighting(const struct events *events,
			 const struct sighting *sighting, struct line *line)
{
	add_who(events, sighting->t_ns, sighting->pid,
		!sighting_is_of_server(sighting), line);
	sighting_wording(sighting, line);
}

static void add_event(const struct events *events,
		      const struct story_event *told, struct line *line)
{
	const struct tail_line *event =
		event_tail_line(events->tail, told->line);
	bool by_child = event->event.pid != events->server;
	add_who(events, event->event.t_ns, event->event.pid, by_child, line);
	event_wording(event, told->deaths, line);
}

static void add_waiting(const struct events *events, struct line *line)
{
	uint64_t deaths = events->story.deaths_since;
	line_pad(line, STYLE_PLAIN,
		 (line->width >= WIDTH_FOR_TIMES ? TIME_WIDTH : 0) + PID_WIDTH +
			 1);
	line_add(line, STYLE_FAINT, "pending  ");
	if (deaths > 1)
		event_wording_merged(deaths, "one pending SIGCHLD", line);
	else
		line_add(line, STYLE_FROZEN, "1 SIGCHLD waits to be taken");
}

static void events_row(const void *state, size_t number, size_t width,
		       struct line *line)
{
	const struct events *events = state;
	line_start(line, width);
	if (!events->has_log && number == 0)
		line_add(line, STYLE_MESSAGE,
			 events->mute
				 ? "No event of it in the log: what was seen "
				   "from sample to sample"
				 : "No event log (--trace): what was seen from "
				   "sample to sample");
	else if (!events->has_log)
		add_sighting(events,
			     sightings_get(&events->sightings, number - 1),
			     line);
	else if (events->story.count == 0)
		line_add(line, STYLE_MESSAGE, "No events yet.");
	else if (number < events->story.count)
		add_event(events, &events->story.events[number], line);
	else
		add_waiting(events, line);
}

const struct view events_view = {
	.title = "Events",
	.keys = "",
	.open = events_open,
	.close = events_close,
	.update = events_update,
	.count = events_count,
	.row = events_row,
	.from_end = true,
};
