/* The keys and the clicks in what the terminal sends: bytes, the sequences that
 * terminfo(5) has for this terminal, mouse reports, and sequences nobody here
 * knows, which are skipped whole. Control sequences: ECMA-48, and "XTerm
 * Control Sequences" for the mouse. */
#include "reaptop/screen/input.h"

#include <curses.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "common/clock.h"

enum {
	ESCAPE = 27,
	BELL = 7,
	PASTE_MIN = 32, /* bytes that come at once */
};

/* How long the rest of a sequence, or of a paste, may take. A lone ESC is most
 * often the key, and somebody waits for what it does. */
static const int64_t patience_with_escape = 25 * NS_PER_MS;
static const int64_t patience_with_rest = 500 * NS_PER_MS;

/* What the bytes begin with. */
enum match {
	MATCH_KEY,
	MATCH_NOTHING, /* nothing that is of use here: to be skipped */
	MATCH_CUT_OFF, /* the rest has not come yet */
};

void input_open(struct input *input)
{
	*input = (struct input){0};
	for (int code = KEY_MIN; code <= KEY_MAX; code++) {
		char *bytes;
		if (code == KEY_MOUSE || code == KEY_RESIZE)
			continue;
		for (int i = 0; input->count < INPUT_SEQUENCES_MAX &&
				(bytes = keybound(code, i)) != NULL;
		     i++)
			input->sequences[input->count++] =
				(struct input_sequence){bytes, strlen(bytes),
							code};
	}
}

void input_close(struct input *input)
{
	for (size_t i = 0; i < input->count; i++)
		free(input->sequences[i].bytes);
	*input = (struct input){0};
}

void input_read(struct input *input)
{
	/* The terminal's modes make this return at once. Reads once only, as a
	 * terminal that sends faster than this reads must not hold it up. */
	ssize_t size = read(STDIN_FILENO, input->bytes + input->size,
			    INPUT_SIZE - input->size);
	if (size < 0 && errno != EINTR && errno != EAGAIN)
		input->lost = true;
	if (size <= 0)
		return;
	int64_t now = clock_now(CLOCK_MONOTONIC);
	input->dropping =
		input->dropping && now - input->came < patience_with_rest;
	input->pasted = size >= PASTE_MIN;
	input->came = now;
	if (!input->dropping)
		input->size += (size_t)size;
}

void input_drop(struct input *input)
{
	int waiting = 0;
	/* Both fail if the terminal is gone. */
	(void)ioctl(STDIN_FILENO, FIONREAD, &waiting);
	(void)tcflush(STDIN_FILENO, TCIFLUSH);
	input->size = 0;
	input->dropping |= input->pasted || waiting >= PASTE_MIN;
}

/* Matches the terminal's own keys. MATCH_CUT_OFF has in *used what a shorter
 * one takes, or 0. */
static enum match match_known(const struct input *input, size_t *used,
			      struct input_key *key)
{
	bool cut_off = false;
	*used = 0;
	for (size_t i = 0; i < input->count; i++) {
		const struct input_sequence *one = &input->sequences[i];
		size_t size = one->size < input->size ? one->size : input->size;
		if (memcmp(one->bytes, input->bytes, size) != 0)
			continue;
		if (one->size > input->size) {
			cut_off = true;
		} else if (one->size > *used) {
			*used = one->size;
			key->code = one->code;
		}
	}
	return cut_off ? MATCH_CUT_OFF : *used > 0 ? MATCH_KEY : MATCH_NOTHING;
}

/* Matches a mouse report with that button code. Presses of the first button and
 * of the wheel are keys; releases, moves and other buttons are not. */
static enum match match_button(unsigned long button, unsigned long column,
			       unsigned long line, struct input_key *key)
{
	enum { WHICH = 3, MODIFIERS = 4 | 8 | 16, WHEEL = 64 };
	button &= ~(unsigned long)MODIFIERS;
	if (column == 0 || line == 0 ||
	    (button != 0 && button != WHEEL && button != (WHEEL | 1)))
		return MATCH_NOTHING;
	*key = (struct input_key){
		.code = KEY_MOUSE,
		.mouse = button == 0       ? INPUT_CLICK
			 : button == WHEEL ? INPUT_WHEEL_UP
					   : INPUT_WHEEL_DOWN,
		.column = column - 1,
		.line = line - 1,
	};
	return MATCH_KEY;
}

/* Matches ESC [ M and three bytes: button, column and line, 32 added to each.
 */
static enum match match_old_mouse(const struct input *input, size_t *used,
				  struct input_key *key)
{
	const unsigned char *bytes = input->bytes;
	for (*used = 3; *used < 6; (*used)++) {
		if (*used == input->size)
			return MATCH_CUT_OFF;
		if (bytes[*used] < ' ')
			return MATCH_NOTHING;
	}
	return match_button(bytes[3] - 32UL, bytes[4] - 32UL, bytes[5] - 32UL,
			    key);
}

/* Matches ESC [ < button ; column ; line M, or m for a release: whole, `size`
 * bytes. */
static enum match match_mouse(const struct input *input, size_t size,
			      struct input_key *key)
{
	char text[32];
	unsigned long numbers[3];
	if (size > sizeof(text) || input->bytes[size - 1] != 'M')
		return MATCH_NOTHING;
	memcpy(text, input->bytes + 3, size - 3);
	text[size - 4] = ';';
	text[size - 3] = '\0';
	char *at = text;
	for (int i = 0; i < 3; i++) {
		char *end;
		if (*at < '0' || *at > '9')
			return MATCH_NOTHING;
		numbers[i] = strtoul(at, &end, 10);
		if (*end != ';')
			return MATCH_NOTHING;
		at = end + 1;
	}
	return match_button(numbers[0], numbers[1], numbers[2], key);
}

/* Matches ESC [ or ESC O, parameters, and a last byte. */
static enum match match_control(const struct input *input, size_t *used,
				struct input_key *key)
{
	const unsigned char *bytes = input->bytes;
	bool bracket = bytes[1] == '[';
	if (bracket && input->size > 2 && bytes[2] == 'M')
		return match_old_mouse(input, used, key);
	/* The Linux console's function keys: ESC [ [ A. */
	*used = bracket && input->size > 2 && bytes[2] == '[' ? 3 : 2;
	while (*used < input->size && bytes[*used] >= 0x20 &&
	       bytes[*used] <= 0x3f)
		(*used)++;
	if (*used == input->size)
		return MATCH_CUT_OFF;
	if (bytes[*used] < 0x40 || bytes[*used] > 0x7e)
		return MATCH_NOTHING; /* broken off by that byte */
	(*used)++;
	return bracket && bytes[2] == '<' ? match_mouse(input, *used, key)
					  : MATCH_NOTHING;
}

/* Matches ESC ], ESC P and the like, a text, and BEL or ESC \. */
static enum match match_string(const struct input *input, size_t *used)
{
	const unsigned char *bytes = input->bytes;
	for (*used = 2; *used < input->size; (*used)++) {
		if (bytes[*used] == BELL) {
			(*used)++;
			return MATCH_NOTHING;
		}
		if (bytes[*used] != ESCAPE)
			continue;
		if (*used + 1 == input->size)
			return MATCH_CUT_OFF;
		if (bytes[*used + 1] == '\\')
			*used += 2;
		return MATCH_NOTHING;
	}
	return MATCH_CUT_OFF;
}

static enum match match_byte(const struct input *input, size_t *used,
			     struct input_key *key)
{
	*used = 1;
	key->code = input->bytes[0];
	return MATCH_KEY;
}

static enum match match_escape(const struct input *input, size_t *used,
			       struct input_key *key)
{
	if (input->size == 1)
		return MATCH_CUT_OFF;
	switch (input->bytes[1]) {
	case '[':
	case 'O':
		return match_control(input, used, key);
	case ']':
	case 'P':
	case '^':
	case '_':
		return match_string(input, used);
	default:
		return match_byte(input, used, key); /* Esc, then another */
	}
}

static enum match match(const struct input *input, bool wait, size_t *used,
			struct input_key *key)
{
	enum match result = match_known(input, used, key);
	size_t shorter = *used;
	if (result == MATCH_KEY || (result == MATCH_CUT_OFF && wait))
		return result;
	if (shorter > 0)
		return MATCH_KEY;
	if (input->bytes[0] != ESCAPE)
		return match_byte(input, used, key);
	result = match_escape(input, used, key);
	if (result != MATCH_CUT_OFF || wait)
		return result;
	if (input->size == 1)
		return match_byte(input, used, key);
	*used = input->size; /* the rest does not come */
	return MATCH_NOTHING;
}

bool input_next(struct input *input)
{
	while (input->size > 0) {
		bool wait = input->size < INPUT_SIZE &&
			    clock_now(CLOCK_MONOTONIC) < input_due(input);
		size_t used;
		input->key = (struct input_key){0};
		enum match result = match(input, wait, &used, &input->key);
		if (result == MATCH_CUT_OFF)
			return false;
		input->size -= used;
		memmove(input->bytes, input->bytes + used, input->size);
		if (result == MATCH_KEY)
			return true;
	}
	return false;
}

int64_t input_due(const struct input *input)
{
	if (input->size == 0)
		return INT64_MAX;
	return input->came +
	       (input->size == 1 ? patience_with_escape : patience_with_rest);
}
