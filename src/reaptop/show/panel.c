/* A server as lines of text. At PANEL_WIDTH_MIN columns each header line holds
 * two short facts and a row ends with the age; wider, it goes on with how the
 * child ended, then its name. */
#include "reaptop/show/panel.h"

#include "reaptop/show/wording.h"

/* Where the columns of a row end or begin. */
enum {
	PID_END = 7,
	STATE_BEGIN = 8,
	AGE_WIDTH = 6,
	AGE_END = 26,
	EXIT_BEGIN = 27,
	EXIT_END = 36,
	NAME_BEGIN = 37,
	NAME_END = 45, /* a name shorter than that says little */
};

/* "label value" with two spaces before all but the first. */
static void add_fact(struct line *line, const char *label, const char *value,
		     enum style style)
{
	if (line->columns > 0)
		line_add(line, STYLE_PLAIN, "  ");
	line_add(line, STYLE_FAINT, label);
	line_add(line, STYLE_FAINT, " ");
	line_add(line, style, value);
}

static void add_state(const struct server *server, struct line *line)
{
	char text[WORDING_SIZE];
	enum style style = STYLE_PLAIN;
	if (server->ended)
		style = STYLE_ENDED;
	else if (server_is_frozen(server))
		style = STYLE_FROZEN;
	line_add(line, style, wording_server_state(server, text));
	if (server->ended)
		return;
	/* Room for one word: blocked, it matters little what is caught. */
	add_fact(line, "SIGCHLD",
		 server_sigchld_blocked(server) ? "blocked"
						: wording_disposition(server),
		 STYLE_PLAIN);
}

static void add_counts(const struct server *server, struct line *line)
{
	char text[WORDING_SIZE];
	add_fact(line, "live", wording_count(server->children.live, text),
		 STYLE_NAME);
	add_fact(line, "zombies", wording_count(server->children.zombies, text),
		 server->children.zombies > 0 ? STYLE_ALARM : STYLE_NAME);
}

static void add_logged(const struct server *server, const char *label,
		       uint64_t count, struct line *line)
{
	char text[WORDING_SIZE];
	add_fact(line, label,
		 server->log == NULL ? "-" : wording_count(count, text),
		 STYLE_PLAIN);
}

void panel_header(const struct panel *panel, size_t number, struct line *line)
{
	const struct server *server = panel->server;
	static const struct event_counts none;
	const struct event_counts *counts =
		server->log == NULL ? &none : event_log_counts(server->log);
	char text[WORDING_SIZE];
	line_start(line, panel->width);
	switch (number) {
	case 0:
		line_add_foreign(line,
				 panel->chosen ? STYLE_CHOSEN : STYLE_NAME,
				 server->name);
		break;
	case 1:
		line_format(line, STYLE_PLAIN, "pid %d", server->stat.pid);
		add_fact(line, "port", wording_port(server, text), STYLE_PLAIN);
		break;
	case 2:
		add_state(server, line);
		break;
	case 3:
		add_counts(server, line);
		break;
	case 4:
		add_logged(server, "forked", counts->forked, line);
		add_logged(server, "reaped", counts->reaped, line);
		break;
	default:
		add_logged(server, "SIGCHLDs", counts->sigchlds, line);
		if (server_sigchld_pending(server)) {
			line_add(line, STYLE_PLAIN, "  ");
			line_add(line, STYLE_FROZEN, "1 pending");
		}
		break;
	}
}

void panel_heading(const struct panel *panel, struct line *line)
{
	line_start(line, panel->width);
	line_add(line, STYLE_HEADING, "    PID S STATE        AGE");
	if (panel->width >= EXIT_END) {
		line_pad(line, STYLE_HEADING, EXIT_BEGIN);
		line_add(line, STYLE_HEADING, "EXIT");
	}
	if (panel->width >= NAME_END) {
		line_pad(line, STYLE_HEADING, NAME_BEGIN);
		line_add(line, STYLE_HEADING, "NAME");
	}
	line_pad(line, STYLE_HEADING, panel->width);
}

void panel_child(const struct panel *panel, const struct child *child,
		 struct line *line)
{
	bool zombie = child_is_zombie(child);
	enum style style = zombie ? STYLE_ZOMBIE : STYLE_PLAIN;
	enum style state = zombie ? STYLE_ALARM : style;
	if (child->stat.state == 'T')
		state = STYLE_FROZEN;
	char text[WORDING_SIZE];
	line_start(line, panel->width);
	line_format(line, style, "%*d ", PID_END, child->stat.pid);
	line_format(line, state, "%c %s", child->stat.state,
		    wording_state(child->stat.state));
	line_pad(line, style, AGE_END - AGE_WIDTH);
	line_format(line, style, "%*s ", AGE_WIDTH,
		    wording_child_age(panel->watch, child, text));
	if (panel->width < EXIT_END)
		return;
	line_add(line, style, wording_child_exit(child, text));
	if (panel->width < NAME_END)
		return;
	line_pad(line, style, NAME_BEGIN);
	line_add_foreign(line, style, child->stat.name);
}

void panel_row(const struct panel *panel, size_t number, struct line *line)
{
	const struct child_set *children = &panel->server->children.now;
	line_start(line, panel->width);
	size_t place = panel->first + number;
	if (place >= children->count || number >= panel->rows)
		return;
	size_t left = children->count - place;
	if (number + 1 == panel->rows && left > 1) {
		line_format(line, STYLE_FAINT, "+%zu more", left);
		return;
	}
	/* The kernel lists the oldest first. */
	panel_child(panel, &children->items[left - 1], line);
}

size_t panel_last_first(const struct panel *panel)
{
	size_t count = panel->server->children.now.count;
	return count > panel->rows ? count - panel->rows : 0;
}
