/* One line of an event log. A scanner for flat JSON objects: it finds the end
 * of any value and reads the few members it knows. */
#include "reaptop/read/event.h"

#include <string.h>

/* A piece of the line; strings without their quotes, escapes left as are. */
struct token {
	const char *text;
	size_t size;
};

struct scanner {
	const char *at;
	const char *end;
};

static const struct {
	const char *name;
	enum event_kind kind;
} kinds[] = {
	{"listen", EVENT_LISTEN}, {"accept", EVENT_ACCEPT},
	{"fork", EVENT_FORK},     {"sigchld", EVENT_SIGCHLD},
	{"reap", EVENT_REAP},     {"close", EVENT_CLOSE},
	{"exit", EVENT_EXIT},     {"error", EVENT_ERROR},
	{"stop", EVENT_STOP},
};

static bool is_one_of(char byte, const char *bytes)
{
	return byte != '\0' && strchr(bytes, byte) != NULL;
}

static void skip_space(struct scanner *scanner)
{
	while (scanner->at < scanner->end && is_one_of(*scanner->at, " \t\r\n"))
		scanner->at++;
}

/* Skips space, then this byte if it comes next. */
static bool take(struct scanner *scanner, char byte)
{
	skip_space(scanner);
	if (scanner->at >= scanner->end || *scanner->at != byte)
		return false;
	scanner->at++;
	return true;
}

/* Takes a string, whose opening quote was taken, with its closing quote. */
static bool take_string(struct scanner *scanner, struct token *token)
{
	token->text = scanner->at;
	while (scanner->at < scanner->end) {
		char byte = *scanner->at++;
		if (byte == '"') {
			token->size = (size_t)(scanner->at - 1 - token->text);
			return true;
		}
		if (byte == '\\' && scanner->at < scanner->end)
			scanner->at++;
	}
	return false;
}

/* Skips a nested array or object, its opening bracket included. Strings are
 * honoured, the kinds of brackets are not told apart. */
static bool skip_nested(struct scanner *scanner)
{
	size_t depth = 0;
	while (scanner->at < scanner->end) {
		char byte = *scanner->at++;
		struct token ignored;
		if (byte == '"' && !take_string(scanner, &ignored))
			return false;
		if (byte == '{' || byte == '[')
			depth++;
		if ((byte == '}' || byte == ']') && --depth == 0)
			return true;
	}
	return false;
}

/* Takes any value. Stores an empty token for a nested one. */
static bool take_value(struct scanner *scanner, struct token *token)
{
	if (take(scanner, '"'))
		return take_string(scanner, token);
	token->text = scanner->at;
	token->size = 0;
	if (scanner->at < scanner->end &&
	    (*scanner->at == '{' || *scanner->at == '['))
		return skip_nested(scanner);
	while (scanner->at < scanner->end &&
	       !is_one_of(*scanner->at, ",}] \t\r\n"))
		scanner->at++;
	token->size = (size_t)(scanner->at - token->text);
	return token->size > 0;
}

static bool is(const struct token *token, const char *text)
{
	return token->size == strlen(text) &&
	       memcmp(token->text, text, token->size) == 0;
}

/* Returns a whole number that is not negative and fits, or -1. */
static int64_t number_of(const struct token *token)
{
	int64_t number = 0;
	if (token->size == 0 || token->size > 18)
		return -1;
	for (size_t i = 0; i < token->size; i++) {
		if (token->text[i] < '0' || token->text[i] > '9')
			return -1;
		number = number * 10 + (token->text[i] - '0');
	}
	return number;
}

static enum event_kind kind_of(const struct token *token)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (is(token, kinds[i].name))
			return kinds[i].kind;
	return EVENT_OTHER;
}

enum { HAS_TIME = 1, HAS_PID = 2, HAS_KIND = 4, HAS_ALL = 7 };

static pid_t pid_of(const struct token *token)
{
	int64_t number = number_of(token);
	return number > 0 && number <= INT32_MAX ? (pid_t)number : 0;
}

/* Stores a known member. Returns which of the needed members it was. */
static int store(struct event *event, const struct token *key,
		 const struct token *value)
{
	if (is(key, "event")) {
		event->kind = kind_of(value);
		return HAS_KIND;
	}
	if (is(key, "pid")) {
		event->pid = pid_of(value);
		return event->pid > 0 ? HAS_PID : 0;
	}
	if (is(key, "t_ns")) {
		event->t_ns = number_of(value);
		return event->t_ns >= 0 ? HAS_TIME : 0;
	}
	if (is(key, "child"))
		event->child = pid_of(value);
	return 0;
}

/* Takes the next member of the object, whose brace or comma was taken. */
static bool take_member(struct scanner *scanner, struct token *key,
			struct token *value)
{
	if (!take(scanner, '"') || !take_string(scanner, key) ||
	    !take(scanner, ':'))
		return false;
	skip_space(scanner);
	return take_value(scanner, value);
}

int event_parse(const char *line, size_t size, struct event *event)
{
	*event = (struct event){0};
	struct scanner scanner = {.at = line, .end = line + size};
	int has = 0;
	if (!take(&scanner, '{'))
		return -1;
	do {
		struct token key, value;
		if (!take_member(&scanner, &key, &value))
			return -1;
		has |= store(event, &key, &value);
	} while (take(&scanner, ','));
	/* A member may stand twice, the second time without a right value. */
	bool whole = has == HAS_ALL && event->pid > 0 && event->t_ns >= 0;
	return take(&scanner, '}') && whole ? 0 : -1;
}

bool event_member(const char *line, size_t size, const char *name, char *text,
		  size_t room)
{
	struct scanner scanner = {.at = line, .end = line + size};
	text[0] = '\0';
	if (!take(&scanner, '{'))
		return false;
	do {
		struct token key, value;
		if (!take_member(&scanner, &key, &value))
			return false;
		if (!is(&key, name))
			continue;
		size_t kept = value.size < room ? value.size : room - 1;
		memcpy(text, value.text, kept);
		text[kept] = '\0';
		return true;
	} while (take(&scanner, ','));
	return false;
}
