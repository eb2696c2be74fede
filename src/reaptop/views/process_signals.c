/* The view of one process: signals by name, and limits. */
#include "reaptop/views/process_sections.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { SIGNAL_NAME_SIZE = 24, SIGNALS = 64 };

/* SIGCHLD ..., or SIGRTMIN+N. The C library keeps the first real-time signals
 * for itself: they read SIG32, SIG33. */
static void name_signal(int number, char name[SIGNAL_NAME_SIZE])
{
	const char *known = sigabbrev_np(number);
	if (known != NULL)
		snprintf(name, SIGNAL_NAME_SIZE, "SIG%.10s", known);
	else if (number == SIGRTMIN)
		snprintf(name, SIGNAL_NAME_SIZE, "SIGRTMIN");
	else if (number > SIGRTMIN)
		snprintf(name, SIGNAL_NAME_SIZE, "SIGRTMIN+%d",
			 number - SIGRTMIN);
	else
		snprintf(name, SIGNAL_NAME_SIZE, "SIG%d", number);
}

/* A set as a list of names, folded at the right edge; SIGCHLD stands out. */
static void add_set(const struct process_facts *facts, const char *label,
		    uint64_t set, struct rows *rows)
{
	rows_label(rows, label);
	if (set == 0)
		rows_add(rows, STYLE_FAINT, "none");
	else if (set == UINT64_MAX)
		rows_add(rows, STYLE_PLAIN, "all");
	size_t column = ROWS_LABEL_WIDTH;
	for (int number = 1; number <= SIGNALS && set != UINT64_MAX; number++) {
		char name[SIGNAL_NAME_SIZE];
		if (!signal_set_has(set, number))
			continue;
		name_signal(number, name);
		size_t size = strlen(name) + 1;
		if (column + size > facts->width && column > ROWS_LABEL_WIDTH) {
			rows_label(rows, "");
			column = ROWS_LABEL_WIDTH;
		}
		rows_add(rows, number == SIGCHLD ? STYLE_FROZEN : STYLE_PLAIN,
			 name);
		rows_add(rows, STYLE_PLAIN, " ");
		column += size;
	}
}

void process_section_signals(const struct process_facts *facts,
			     struct rows *rows)
{
	const struct process_detail *detail = &facts->detail;
	const struct signal_sets *sets = &detail->status.signals;
	rows_begin(rows);
	rows_begin(rows);
	rows_add(rows, STYLE_MESSAGE, "Signals");
	if (!detail->status_known) {
		rows_label(rows, "");
		rows_add(rows, STYLE_FAINT, "may not be read");
		return;
	}
	add_set(facts, "caught", sets->caught, rows);
	add_set(facts, "ignored", sets->ignored, rows);
	add_set(facts, "blocked", sets->blocked, rows);
	add_set(facts, "pending", sets->pending_process | sets->pending_thread,
		rows);
	rows_label(rows, "queued");
	rows_format(rows, STYLE_PLAIN,
		    "%" PRIu64 " of %" PRIu64 " for all of its user",
		    detail->queued, detail->queue_limit);
}

static void format_limit(uint64_t value, char text[24])
{
	if (value == LIMIT_NONE)
		snprintf(text, 24, "unlimited");
	else
		snprintf(text, 24, "%" PRIu64, value);
}

void process_section_limits(const struct process_facts *facts,
			    struct rows *rows)
{
	rows_begin(rows);
	rows_begin(rows);
	rows_add(rows, STYLE_MESSAGE, "Limits");
	if (facts->limits.count == 0) {
		rows_label(rows, "");
		rows_add(rows, STYLE_FAINT, "may not be read");
	}
	for (size_t i = 0; i < facts->limits.count; i++) {
		const struct limit *limit = &facts->limits.entries[i];
		char soft[24], hard[24];
		format_limit(limit->soft, soft);
		format_limit(limit->hard, hard);
		rows_begin(rows);
		rows_format(rows, STYLE_FAINT, "%-22.22s ", limit->name);
		rows_format(rows, STYLE_PLAIN, "%12s", soft);
		rows_format(rows, STYLE_FAINT, "  hard %12s %s", hard,
			    limit->units);
	}
}
