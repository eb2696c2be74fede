/* The view of a server's events, the newest last: the last lines of its log as
 * sentences, marked where several exits became one SIGCHLD; or without a log
 * the changes from sample to sample. */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "common/clock.h"
#include "reaptop/read/event_log.h"
#include "reaptop/screen/view.h"
#include "reaptop/views/views.h"
#include "reaptop/watch/events.h"
#include "reaptop/words/wording.h"

enum {
	WIDTH_FOR_TIMES = 60,
	TIME_WIDTH = 13,
	PID_WIDTH = 7,
};

struct events {
	struct event_tail *tail; /* NULL: not needed so far */
	struct story story;
	struct sightings sightings;
	const struct event_log *log; /* the one shown; only compared */
	pid_t server;
	bool has_log; /* one that mentions the server */
	bool mute;    /* there is a log, which does not mention it */
	bool pending; /* a SIGCHLD is */
	/* From CLOCK_MONOTONIC to the time of day. */
	int64_t to_time_of_day;
};

enum { VALUE_SIZE = 64 };

/* Adds the value of a member, or "?". */
static void add_value(const struct tail_line *event, const char *name,
		      struct line *line)
{
	char value[VALUE_SIZE];
	if (event_member(event->text, event->size, name, value, sizeof(value)))
		line_add_foreign(line, STYLE_PLAIN, value);
	else
		line_add(line, STYLE_FAINT, "?");
}

/* Adds "words value", a part of a sentence. */
static void add_part(const struct tail_line *event, const char *words,
		     const char *name, struct line *line)
{
	line_add(line, STYLE_PLAIN, words);
	add_value(event, name, line);
}

static void add_reap(const struct tail_line *event, struct line *line)
{
	char value[VALUE_SIZE];
	add_part(event, "reaps ", "child", line);
	if (event_member(event->text, event->size, "signal", value,
			 sizeof(value)))
		add_part(event, ", killed by signal ", "signal", line);
	else
		add_part(event, ", exit ", "exit_code", line);
}

/* Says how many deaths became one SIGCHLD. */
static void word_merged(uint64_t deaths, const char *what, struct line *line)
{
	line_format(line, STYLE_ALARM, "%llu exits became %s",
		    (unsigned long long)deaths, what);
}

static void add_sigchld(uint32_t deaths, struct line *line)
{
	line_add(line, STYLE_NAME, "SIGCHLD");
	if (deaths < 2)
		return;
	line_add(line, STYLE_PLAIN, "  ");
	word_merged(deaths, "this one SIGCHLD", line);
}

/* What is said of each kind of event: words, and the member behind them. */
enum { PARTS_MAX = 4 };
static const struct {
	const char *words;
	const char *member;
} sentences[][PARTS_MAX] = {
	[EVENT_LISTEN] = {{"listens on ", "address"},
			  {" port ", "port"},
			  {", backlog ", "backlog"}},
	[EVENT_ACCEPT] = {{"accepts ", "peer"}},
	[EVENT_FORK] = {{"forks ", "child"}},
	[EVENT_CLOSE] = {{"reads FIN, bytes echoed ", "bytes"}},
	[EVENT_EXIT] = {{"exits with ", "exit_code"}},
	[EVENT_ERROR] = {{"", "call"}, {" failed: ", "errno"}},
	[EVENT_STOP] = {{"stops: forked ", "forked"},
			{", reaped ", "reaped"},
			{", SIGCHLDs ", "sigchlds"},
			{", zombies ", "zombies"}},
	[EVENT_OTHER] = {{"", "event"}},
};

/* Words an event of the log, which is foreign text. `deaths`: how many children
 * had died between the SIGCHLD before and this one. */
static void word_event(const struct tail_line *event, uint32_t deaths,
		       struct line *line)
{
	enum event_kind kind = event->event.kind;
	if (kind == EVENT_SIGCHLD) {
		add_sigchld(deaths, line);
		return;
	}
	if (kind == EVENT_REAP) {
		add_reap(event, line);
		return;
	}
	for (size_t i = 0; i < PARTS_MAX && sentences[kind][i].member != NULL;
	     i++)
		add_part(event, sentences[kind][i].words,
			 sentences[kind][i].member, line);
}

static void add_death(const struct sighting *sighting, struct line *line)
{
	char text[WORDING_SIZE];
	line_add(line, STYLE_ZOMBIE, "is a zombie");
	if (sighting->exit_known)
		line_format(line, STYLE_PLAIN, ": %s",
			    wording_exit(sighting->exit_status, text));
}

static void add_pending(const struct sighting *sighting, struct line *line)
{
	char text[WORDING_SIZE];
	line_add(line, STYLE_FROZEN, "1 SIGCHLD pending");
	line_format(line, STYLE_PLAIN, ", with %s",
		    wording_zombies(sighting->count, text));
}

/* Words what was seen from sample to sample. */
static void word_sighting(const struct sighting *sighting, struct line *line)
{
	static const struct {
		enum style style;
		const char *words;
	} sentences_alone[] = {
		[SIGHTING_CAME] = {STYLE_PLAIN, "is there"},
		[SIGHTING_REAPED] = {STYLE_PLAIN, "was reaped"},
		[SIGHTING_MISSED] = {STYLE_PLAIN, "ended and was reaped"},
		[SIGHTING_FROZEN] = {STYLE_FROZEN, "was frozen"},
		[SIGHTING_THAWED] = {STYLE_PLAIN, "goes on"},
		[SIGHTING_ENDED] = {STYLE_ENDED, "ended"},
	};
	char text[WORDING_SIZE];
	switch (sighting->kind) {
	case SIGHTING_DIED:
		add_death(sighting, line);
		break;
	case SIGHTING_MORE:
		line_format(line, STYLE_PLAIN, "and %zu more like these",
			    sighting->count);
		break;
	case SIGHTING_PENDING:
		add_pending(sighting, line);
		break;
	case SIGHTING_TAKEN:
		line_format(line, STYLE_PLAIN, "SIGCHLD taken, %s left",
			    wording_zombies(sighting->count, text));
		break;
	default:
		line_add(line, sentences_alone[sighting->kind].style,
			 sentences_alone[sighting->kind].words);
		break;
	}
}

/* Returns whether a sighting is about the server itself, not about a child. */
static bool is_of_server(const struct sighting *sighting)
{
	return sighting->kind >= SIGHTING_FROZEN;
}

static void events_close(void *state)
{
	struct events *events = state;
	event_tail_free(events->tail);
	story_free(&events->story);
}

static int events_update(void *state, const struct view_subject *subject)
{
	struct events *events = state;
	const struct server *server = subject->server;
	events->server = server->stat.pid;
	events->has_log = server_logged(server) != NULL;
	events->mute = server->log != NULL && !events->has_log;
	events->pending = server_sigchld_pending(server);
	if (events->to_time_of_day == 0)
		events->to_time_of_day =
			clock_now(CLOCK_REALTIME) - clock_now(CLOCK_MONOTONIC);
	if (!events->has_log) {
		sightings_update(&events->sightings, subject->watch, server);
		return 0;
	}
	if (events->tail == NULL && (events->tail = event_tail_new()) == NULL)
		return -1;
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

/* Returns whether there is a row at the end, for deaths without a SIGCHLD
 * yet. */
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
	    strftime(text, sizeof(text), "%H:%M:%S", &local) > 0)
		line_format(line, STYLE_FAINT, "%s.%03d ", text,
			    (int)(at % NS_PER_SECOND / NS_PER_MS));
	line_pad(line, STYLE_FAINT, TIME_WIDTH);
}

/* Adds the time, and the process that a row is about. */
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
	add_who(events, sighting->t_ns, sighting->pid, !is_of_server(sighting),
		line);
	word_sighting(sighting, line);
}

static void add_event(const struct events *events,
		      const struct story_event *told, struct line *line)
{
	const struct tail_line *event =
		event_tail_line(events->tail, told->line);
	bool by_child = event->event.pid != events->server;
	add_who(events, event->event.t_ns, event->event.pid, by_child, line);
	word_event(event, told->deaths, line);
}

static void add_waiting(const struct events *events, struct line *line)
{
	uint64_t deaths = events->story.deaths_since;
	line_pad(line, STYLE_PLAIN,
		 (line->width >= WIDTH_FOR_TIMES ? TIME_WIDTH : 0) + PID_WIDTH +
			 1);
	line_add(line, STYLE_FAINT, "pending  ");
	if (deaths > 1)
		word_merged(deaths, "one pending SIGCHLD", line);
	else
		line_add(line, STYLE_FROZEN, "1 SIGCHLD waits to be taken");
}

static void events_row(const void *state, size_t number, struct line *line)
{
	const struct events *events = state;
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
	.opened_by = ACTION_EVENTS,
	.title = "Events",
	.state_size = sizeof(struct events),
	.close = events_close,
	.update = events_update,
	.count = events_count,
	.row = events_row,
	.from_end = true,
};
