/* The timeline of one run: who does what, in order, with the line of the source. */
#include "moments/tell.h"

#include "moments/calls.h"
#include "moments/words.h"

#include <stdarg.h>
#include <string.h>

enum {
	BEFORE = 3, /* notes that are told before the death */
	AFTER = 14,
	COLUMNS = 56,
};

/* Writes one line: who, what, and where in the source. */
static void line(const struct exploration *exploration, int place, FILE *out,
		 const char *who, const char *format, ...)
{
	const struct place *where = source_place(exploration->source, place);
	char what[128];
	va_list arguments;

	va_start(arguments, format);
	/* The analyzer of LLVM 14 is wrong when it is given several files.
	 * NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
	(void)vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	if (where == NULL) {
		(void)fprintf(out, "  %-8s %s\n", who, what);
		return;
	}
	(void)fprintf(out, "  %-8s %-*s ", who, COLUMNS - 12, what);
	tell_safely(where->file, out);
	(void)fprintf(out, ":%d\n", where->line);
}

static void tell_result(const struct exploration *exploration,
			const struct note *note, FILE *out)
{
	char name[CALL_NAME_SIZE];
	const char *call = call_name(note->number, name);
	const char *error = NULL;

	if (call_is_sigreturn(note->number))
		return;
	if (call_was_interrupted(note->result))
		line(exploration, -1, out, "parent", "%s is interrupted", call);
	else if (note->result < 0 && note->result > -4096)
		error = strerrorname_np((int)-note->result);
	else
		line(exploration, -1, out, "parent", "%s returns %lld", call,
		     (long long)note->result);
	if (error != NULL)
		line(exploration, -1, out, "parent", "%s fails: %s", call,
		     error);
}

static const char *where_placed(char where)
{
	switch (where) {
	case MOMENT_BEFORE:
		return "DIES before this call: SIGCHLD is sent";
	case MOMENT_ENTERED:
		return "DIES as the call begins: SIGCHLD is sent";
	case MOMENT_SIGNAL:
		return "DIES as the handler starts: SIGCHLD is sent";
	default:
		return "DIES: SIGCHLD is sent";
	}
}

static void tell_parent(const struct exploration *exploration,
			const struct note *note, FILE *out)
{
	char text[WORDS_SIZE], name[CALL_NAME_SIZE];

	switch (note->kind) {
	case NOTE_CALL:
		if (call_is_sigreturn(note->number))
			line(exploration, -1, out, "parent",
			     "leaves the handler");
		else
			line(exploration, note->place, out, "parent",
			     "calls %s", call_name(note->number, name));
		break;
	case NOTE_RETURN:
		tell_result(exploration, note, out);
		break;
	case NOTE_SIGNAL:
		line(exploration, note->place, out, "parent",
		     "is interrupted here, and handles %.32s",
		     words_signal(note->number, text));
		break;
	case NOTE_ASLEEP:
		line(exploration, note->place, out, "parent", "waits in %s",
		     call_name(note->number, name));
		break;
	case NOTE_TIMEOUT:
		line(exploration, -1, out, "parent", "has waited its time");
		break;
	default:
		line(exploration, -1, out, "parent", "ENDS");
		break;
	}
}

static void tell_note(const struct exploration *exploration,
		      const struct note *note, FILE *out)
{
	char who[16];

	(void)snprintf(who, sizeof(who), "%s %d",
		       note->kind == NOTE_CLIENT || note->kind == NOTE_SENDS ||
				       note->kind == NOTE_SERVED
			       ? "client"
			       : "child",
		       note->number);
	switch (note->kind) {
	case NOTE_CLIENT:
		line(exploration, -1, out, who, "connects");
		break;
	case NOTE_SENDS:
		line(exploration, -1, out, who, "sends its line");
		break;
	case NOTE_SERVED:
		line(exploration, -1, out, who, "is served");
		break;
	case NOTE_FORK:
		line(exploration, -1, out, who, "is forked");
		break;
	case NOTE_HELD:
		line(exploration, -1, out, who, "exits, but is not dead yet");
		break;
	case NOTE_PLACED:
		line(exploration, note->place, out, who, "%s",
		     where_placed(note->where));
		break;
	case NOTE_RELEASED:
		line(exploration, -1, out, who,
		     "dies while the parent waits: SIGCHLD is sent");
		break;
	case NOTE_ZOMBIE:
		line(exploration, -1, out, who, "is still a zombie");
		break;
	default:
		tell_parent(exploration, note, out);
	}
}

void tell_story(const struct exploration *exploration, bool whole, FILE *out)
{
	const struct story *story = &exploration->story;
	size_t first = 0, end = story->count, placed = 0;

	while (placed < story->count &&
	       story->notes[placed].kind != NOTE_PLACED)
		placed++;
	if (!whole) {
		first = placed > BEFORE ? placed - BEFORE : 0;
		if (end - placed > AFTER)
			end = placed + AFTER;
	}
	for (size_t i = first; i < end; i++)
		tell_note(exploration, &story->notes[i], out);
	if (end < story->count)
		(void)fputs("  ...\n", out);
}
