/* An event of the log as a sentence. What the log says is foreign text. */
#include "reaptop/words/event_wording.h"

enum { VALUE_SIZE = 64 };

/* Adds a member's value, or "?". */
static void add_value(const struct tail_line *event, const char *name,
		      struct line *line)
{
	char value[VALUE_SIZE];
	if (event_member(event->text, event->size, name, value, sizeof value))
		line_add_foreign(line, STYLE_PLAIN, value);
	else
		line_add(line, STYLE_FAINT, "?");
}

/* "words value", for sentences in parts. */
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
			 sizeof value))
		add_part(event, ", killed by signal ", "signal", line);
	else
		add_part(event, ", exit ", "exit_code", line);
}

static void add_stop(const struct tail_line *event, struct line *line)
{
	add_part(event, "stops: forked ", "forked", line);
	add_part(event, ", reaped ", "reaped", line);
	add_part(event, ", SIGCHLDs ", "sigchlds", line);
	add_part(event, ", zombies ", "zombies", line);
}

void event_wording_merged(uint64_t deaths, const char *what, struct line *line)
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
	event_wording_merged(deaths, "this one SIGCHLD", line);
}

void event_wording(const struct tail_line *event, uint32_t deaths,
		   struct line *line)
{
	switch (event->event.kind) {
	case EVENT_LISTEN:
		add_part(event, "listens on ", "address", line);
		add_part(event, " port ", "port", line);
		add_part(event, ", backlog ", "backlog", line);
		break;
	case EVENT_ACCEPT:
		add_part(event, "accepts ", "peer", line);
		break;
	case EVENT_FORK:
		add_part(event, "forks ", "child", line);
		break;
	case EVENT_SIGCHLD:
		add_sigchld(deaths, line);
		break;
	case EVENT_REAP:
		add_reap(event, line);
		break;
	case EVENT_CLOSE:
		add_part(event, "reads FIN, bytes echoed ", "bytes", line);
		break;
	case EVENT_EXIT:
		add_part(event, "exits with ", "exit_code", line);
		break;
	case EVENT_ERROR:
		add_value(event, "call", line);
		add_part(event, " failed: ", "errno", line);
		break;
	case EVENT_STOP:
		add_stop(event, line);
		break;
	case EVENT_OTHER:
		add_value(event, "event", line);
		break;
	}
}
