/* The text: one row per line of the source, with a mark per moment; then one timeline
 * and one question. See tell.h. */
#include "moments/tell.h"

#include "moments/calls.h"
#include "moments/words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
	MARKS_MAX = 40,
	TEXT_COLUMNS = 32,
};

/* All moments at one line of the source; without source, at one call. */
struct row {
	int place;
	int number;
	char marks[MARKS_MAX + 1];
	int count;
	bool more;            /* than there is room for */
	size_t moment;        /* of the mark that was set last */
	enum verdict verdict; /* the first that is wrong */
};

struct rows {
	struct row *all;
	size_t count;
};

void tell_safely(const char *text, FILE *out)
{
	for (; *text != '\0'; text++)
		(void)fputc(iscntrl((unsigned char)*text) ? '?' : *text, out);
}

void tell_command(const struct exploration *exploration,
		  const struct plan *plan, FILE *out)
{
	char text[PLAN_TEXT_SIZE];

	(void)fprintf(out, "moments --replay %s", plan_format(plan, text));
	for (char *const *word = exploration->setting.command; *word; word++) {
		(void)fputc(' ', out);
		tell_safely(*word, out);
	}
	(void)fputc('\n', out);
}

static struct row *find_row(struct rows *rows, const struct seen *seen)
{
	for (size_t i = 0; i < rows->count; i++) {
		struct row *row = &rows->all[i];

		if (seen->place >= 0
			    ? row->place == seen->place
			    : row->place < 0 && row->number == seen->at.number)
			return row;
	}
	struct row *more =
		realloc(rows->all, (rows->count + 1) * sizeof(*more));
	if (more == NULL)
		return NULL;
	rows->all = more;
	more[rows->count] = (struct row){
		.place = seen->place,
		.number = seen->at.number,
		.moment = SIZE_MAX,
	};
	return &rows->all[rows->count++];
}

static char mark_of(const struct unit *unit)
{
	if (!unit->tried)
		return '?';
	if (unit->verdict == VERDICT_INTERPRETER)
		return 'i';
	return unit->verdict == VERDICT_CORRECT ? '.' : 'x';
}

/* One mark per moment: wrong if the death of any child is wrong there. */
static void add_mark(struct row *row, const struct unit *unit)
{
	char mark = mark_of(unit);

	if (mark == 'x' && row->verdict == VERDICT_CORRECT)
		row->verdict = unit->verdict;
	if (row->moment == unit->seen) {
		char *last = &row->marks[row->count - 1];

		if (mark == 'x' || *last == '.' || mark == 'i')
			*last = mark;
		return;
	}
	if (row->count == MARKS_MAX) {
		row->more = true;
		/* A wrong one is not left out. */
		if (mark == 'x')
			row->marks[MARKS_MAX - 1] = mark;
		return;
	}
	row->moment = unit->seen;
	row->marks[row->count++] = mark;
}

/* Gathers the moments by the lines that they are at. */
static void gather(const struct exploration *exploration, struct rows *rows)
{
	/* In the order of the run, not of the tries. */
	for (size_t i = 0; i < exploration->trace.count; i++)
		for (size_t j = 0; j < exploration->unit_count; j++) {
			const struct unit *unit = &exploration->units[j];
			struct row *row;

			if (unit->seen != i)
				continue;
			row = find_row(rows, &exploration->trace.moments[i]);
			if (row != NULL)
				add_mark(row, unit);
		}
}

static void tell_place(const struct exploration *exploration,
		       const struct row *row, FILE *out)
{
	const struct place *place =
		source_place(exploration->source, row->place);
	char name[CALL_NAME_SIZE], where[64], text[TEXT_COLUMNS + 1];

	if (place == NULL) {
		(void)fprintf(out, "  %-20s %-*s", "", TEXT_COLUMNS,
			      call_name(row->number, name));
		return;
	}
	(void)snprintf(where, sizeof(where), "%.40s:%d", place->file,
		       place->line);
	(void)snprintf(text, sizeof(text), "%s",
		       place->text != NULL ? place->text : "");
	(void)fputs("  ", out);
	tell_safely(where, out);
	for (size_t i = strlen(where); i < 20; i++)
		(void)fputc(' ', out);
	(void)fputc(' ', out);
	tell_safely(text, out);
	for (size_t i = strlen(text); i < TEXT_COLUMNS; i++)
		(void)fputc(' ', out);
}

/* Tells the lines that have one of these marks. */
static void tell_rows(const struct exploration *exploration, const char *marks,
		      FILE *out)
{
	struct rows rows = {0};

	gather(exploration, &rows);
	for (size_t i = 0; i < rows.count; i++) {
		const struct row *row = &rows.all[i];

		if (strpbrk(row->marks, marks) == NULL)
			continue;
		tell_place(exploration, row, out);
		(void)fprintf(out, " %s%s", row->marks, row->more ? "+" : "");
		if (row->verdict != VERDICT_CORRECT)
			(void)fprintf(out, "  %s", words_trouble(row->verdict));
		(void)fputc('\n', out);
	}
	free(rows.all);
}

static void tell_not_tried(const struct exploration *exploration, FILE *out)
{
	if (exploration->not_tried > 0)
		(void)fprintf(out, "%zu placements were not tried.\n",
			      exploration->not_tried);
	if (exploration->pairs_cut)
		(void)fputs("Not all pairs of deaths were tried.\n", out);
}

static void tell_interpreters(const struct exploration *exploration, FILE *out)
{
	if (exploration->interpreters == 0)
		return;
	(void)fprintf(out,
		      "Remark: at %zu of the correct moments, marked i, a "
		      "zombie stays until something else\n"
		      "happens. This is the interpreter's doing: if a signal "
		      "comes just before a call, it runs\n"
		      "the handler only after that call. A mistake of the "
		      "program would look the same here.\n",
		      exploration->interpreters);
}

static void tell_pairs(const struct exploration *exploration, FILE *out)
{
	if (exploration->pairs)
		(void)fprintf(out,
			      "Two children died at %zu pairs of moments: "
			      "%zu correct, %zu wrong.\n",
			      exploration->pair_count,
			      exploration->pair_count - exploration->pair_wrong,
			      exploration->pair_wrong);
}

static void tell_wrong(const struct exploration *exploration, FILE *out)
{
	(void)fputs("The first of them:\n", out);
	tell_story(exploration, false, out);
	(void)fprintf(out, "Ask yourself: %s\n",
		      words_question(exploration->told_verdict));
	(void)fputs("Replay: ", out);
	tell_command(exploration, &exploration->told, out);
}

void tell_text(const struct exploration *exploration, FILE *out)
{
	size_t tried = exploration->unit_count - exploration->not_tried;

	(void)fprintf(out,
		      "A child died at each of %zu moments: %zu correct, %zu "
		      "wrong.\n",
		      tried, tried - exploration->wrong, exploration->wrong);
	tell_pairs(exploration, out);
	tell_not_tried(exploration, out);
	tell_interpreters(exploration, out);
	if (exploration->wrong > 0 || exploration->interpreters > 0)
		tell_rows(exploration, "xi", out);
	if (exploration->told.count > 0) {
		tell_wrong(exploration, out);
		return;
	}
	(void)fprintf(out,
		      "No counterexample among %zu placements of one death",
		      tried);
	if (exploration->pairs)
		(void)fprintf(out, " and %zu of two", exploration->pair_count);
	(void)fprintf(out, ", with %d client%s.\n",
		      exploration->setting.clients,
		      exploration->setting.clients == 1 ? "" : "s");
}

void tell_text_plan(const struct exploration *exploration, FILE *out)
{
	tell_story(exploration, true, out);
	(void)fprintf(out, "Verdict: %s.\n",
		      words_trouble(exploration->told_verdict));
}
