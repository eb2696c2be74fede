/* Moments and plans, and how they are written: see moment.h. */
#include "moments/moment.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELD_MAX = 1000000 };

bool moment_same(const struct moment *one, const struct moment *other)
{
	return one->phase == other->phase && one->call == other->call &&
	       one->kind == other->kind && one->number == other->number &&
	       one->step == other->step;
}

const char *plan_format(const struct plan *plan, char text[PLAN_TEXT_SIZE])
{
	size_t used = 0;

	text[0] = '\0';
	for (int i = 0; i < plan->count && used < PLAN_TEXT_SIZE; i++) {
		const struct placement *death = &plan->deaths[i];
		const struct moment *at = &death->at;
		int size = snprintf(text + used, PLAN_TEXT_SIZE - used,
				    "%s%d.%d.%c.%d.%d=%d", i > 0 ? "," : "",
				    at->phase, at->call, (char)at->kind,
				    at->number, at->step, death->child);

		if (size > 0)
			used += (size_t)size;
	}
	return text;
}

/* Reads digits and the byte `end` behind them. Returns what follows, or NULL. */
static const char *parse_field(const char *text, char end, int *value)
{
	long number = 0;

	if (!isdigit((unsigned char)*text))
		return NULL;
	for (; isdigit((unsigned char)*text); text++) {
		number = number * 10 + (*text - '0');
		if (number > FIELD_MAX)
			return NULL;
	}
	*value = (int)number;
	return *text == end ? text + 1 : NULL;
}

static const char *parse_kind(const char *text, enum moment_kind *kind)
{
	if (*text == '\0' || strchr("BEXSZ", *text) == NULL || text[1] != '.')
		return NULL;
	*kind = (enum moment_kind)(unsigned char)*text;
	return text + 2;
}

/* Reads one death. Returns the comma or NUL behind it, or NULL. */
static const char *parse_death(const char *text, struct placement *death)
{
	char *end;

	*death = (struct placement){.child = 0};
	text = parse_field(text, '.', &death->at.phase);
	if (text != NULL)
		text = parse_field(text, '.', &death->at.call);
	if (text != NULL)
		text = parse_kind(text, &death->at.kind);
	if (text != NULL)
		text = parse_field(text, '.', &death->at.number);
	if (text != NULL)
		text = parse_field(text, '=', &death->at.step);
	if (text == NULL || !isdigit((unsigned char)*text))
		return NULL;
	long child = strtol(text, &end, 10);
	if (child < 1 || child > 64 || (*end != '\0' && *end != ','))
		return NULL;
	death->child = (int)child;
	return end;
}

int plan_parse(const char *text, struct plan *plan)
{
	plan->count = 0;
	for (;;) {
		if (plan->count == PLAN_DEATHS_MAX)
			return -1;
		text = parse_death(text, &plan->deaths[plan->count]);
		if (text == NULL)
			return -1;
		plan->count++;
		if (*text == '\0')
			return 0;
		text++;
	}
}

uint32_t path_add(uint32_t path, int phase, int number, char kind)
{
	const uint32_t prime = 16777619; /* FNV-1a */

	path = (path ^ (uint32_t)phase) * prime;
	path = (path ^ (uint32_t)number) * prime;
	path = (path ^ (uint32_t)(unsigned char)kind) * prime;
	return path != 0 ? path : 1;
}
