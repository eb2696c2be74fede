/* The same for programs: one JSON object. A change that breaks readers has a new
 * version. See tell.h. */
#include "moments/tell.h"

#include "moments/calls.h"
#include "moments/words.h"

static const char *const note_names[] = {
	[NOTE_CLIENT] = "client",    [NOTE_SENDS] = "sends",
	[NOTE_SERVED] = "served",    [NOTE_CALL] = "call",
	[NOTE_RETURN] = "return",    [NOTE_FORK] = "fork",
	[NOTE_HELD] = "exit",        [NOTE_PLACED] = "death",
	[NOTE_RELEASED] = "release", [NOTE_SIGNAL] = "handler",
	[NOTE_ASLEEP] = "asleep",    [NOTE_ZOMBIE] = "zombie",
	[NOTE_ENDED] = "end",        [NOTE_TIMEOUT] = "timeout",
};

/* Writes a string. Bytes outside of ASCII become `?`: a name may be no UTF-8. */
static void string(const char *text, FILE *out)
{
	(void)fputc('"', out);
	for (; *text != '\0'; text++) {
		unsigned char byte = (unsigned char)*text;

		if (byte == '"' || byte == '\\')
			(void)fprintf(out, "\\%c", byte);
		else if (byte < ' ')
			(void)fprintf(out, "\\u%04x", byte);
		else
			(void)fputc(byte < 0x7f ? byte : '?', out);
	}
	(void)fputc('"', out);
}

static void place_members(const struct exploration *exploration, int number,
			  FILE *out)
{
	const struct place *place = source_place(exploration->source, number);

	if (place == NULL) {
		(void)fputs(",\"file\":null,\"line\":null", out);
		return;
	}
	(void)fputs(",\"file\":", out);
	string(place->path, out);
	(void)fprintf(out, ",\"line\":%d", place->line);
}

static void placement(const struct exploration *exploration,
		      const struct unit *unit, FILE *out)
{
	const struct seen *seen = &exploration->trace.moments[unit->seen];
	struct plan plan = {.count = 1, .deaths = {unit->death}};
	char text[PLAN_TEXT_SIZE], name[CALL_NAME_SIZE], words[WORDS_SIZE];

	(void)fprintf(out, "{\"plan\":\"%s\",\"child\":%d,\"kind\":\"%s\"",
		      plan_format(&plan, text), unit->death.child,
		      words_kind(&seen->at));
	if (seen->at.kind == MOMENT_SIGNAL)
		(void)fprintf(out, ",\"signal\":\"%s\"",
			      words_signal(seen->at.number, words));
	else
		(void)fprintf(out, ",\"call\":\"%s\"",
			      call_name(seen->at.number, name));
	(void)fprintf(out, ",\"address\":\"0x%llx\"",
		      (unsigned long long)seen->address);
	place_members(exploration, seen->place, out);
	(void)fprintf(out, ",\"verdict\":\"%s\"}",
		      unit->tried ? words_verdict(unit->verdict) : "not_tried");
}

static void placements(const struct exploration *exploration, FILE *out)
{
	(void)fputs(",\"placements\":[", out);
	for (size_t i = 0; i < exploration->unit_count; i++) {
		if (i > 0)
			(void)fputc(',', out);
		placement(exploration, &exploration->units[i], out);
	}
	(void)fputc(']', out);
}

static void pairs(const struct exploration *exploration, FILE *out)
{
	char text[PLAN_TEXT_SIZE];

	(void)fprintf(out,
		      ",\"pairs\":{\"tried\":%zu,\"wrong\":%zu,\"all\":%s,"
		      "\"counterexamples\":[",
		      exploration->pair_count, exploration->pair_wrong,
		      exploration->pairs_cut ? "false" : "true");
	for (size_t i = 0; i < exploration->pair_wrong && i < PAIRS_KEPT; i++)
		(void)fprintf(out, "%s{\"plan\":\"%s\",\"verdict\":\"%s\"}",
			      i > 0 ? "," : "",
			      plan_format(&exploration->pair[i].plan, text),
			      words_verdict(exploration->pair[i].verdict));
	(void)fputs("]}", out);
}

static void note(const struct exploration *exploration, const struct note *note,
		 FILE *out)
{
	char name[CALL_NAME_SIZE], words[WORDS_SIZE];

	(void)fprintf(out, "{\"event\":\"%s\",\"phase\":%d",
		      note_names[note->kind], note->phase);
	switch (note->kind) {
	case NOTE_CALL:
	case NOTE_ASLEEP:
		(void)fprintf(out, ",\"call\":\"%s\"",
			      call_name(note->number, name));
		break;
	case NOTE_RETURN:
		(void)fprintf(out, ",\"call\":\"%s\",\"result\":%lld",
			      call_name(note->number, name),
			      (long long)note->result);
		break;
	case NOTE_SIGNAL:
		(void)fprintf(out, ",\"signal\":\"%s\"",
			      words_signal(note->number, words));
		break;
	case NOTE_CLIENT:
	case NOTE_SENDS:
	case NOTE_SERVED:
		(void)fprintf(out, ",\"client\":%d", note->number);
		break;
	case NOTE_TIMEOUT:
	case NOTE_ENDED:
		break;
	default:
		(void)fprintf(out, ",\"child\":%d", note->number);
	}
	place_members(exploration, note->place, out);
	(void)fputc('}', out);
}

static void timeline(const struct exploration *exploration, FILE *out)
{
	char text[PLAN_TEXT_SIZE];

	if (exploration->told.count == 0) {
		(void)fputs(",\"timeline\":null", out);
		return;
	}
	(void)fprintf(out,
		      ",\"timeline\":{\"plan\":\"%s\",\"verdict\":\"%s\","
		      "\"trouble\":\"%s\",\"question\":\"%s\",\"events\":[",
		      plan_format(&exploration->told, text),
		      words_verdict(exploration->told_verdict),
		      words_trouble(exploration->told_verdict),
		      words_question(exploration->told_verdict));
	for (size_t i = 0; i < exploration->story.count; i++) {
		if (i > 0)
			(void)fputc(',', out);
		note(exploration, &exploration->story.notes[i], out);
	}
	(void)fputs("]}", out);
}

void tell_json(const struct exploration *exploration, FILE *out)
{
	size_t tried = exploration->unit_count - exploration->not_tried;

	(void)fputs("{\"version\":1,\"command\":[", out);
	for (char *const *word = exploration->setting.command; *word; word++) {
		if (word != exploration->setting.command)
			(void)fputc(',', out);
		string(*word, out);
	}
	(void)fprintf(out,
		      "],\"clients\":%d,\"tried\":%zu,\"wrong\":%zu,"
		      "\"not_tried\":%zu",
		      exploration->setting.clients, tried, exploration->wrong,
		      exploration->not_tried);
	placements(exploration, out);
	if (exploration->pairs)
		pairs(exploration, out);
	timeline(exploration, out);
	(void)fputs("}\n", out);
}
