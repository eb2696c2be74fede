/* The keys and the clicks in what the terminal sends. curses's own getch(3X) is
 * not used: it waits for the rest of a sequence, and a mouse event that nobody
 * wants, or half of one, stops it for good. */
#ifndef REAP_SCREEN_INPUT_H
#define REAP_SCREEN_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	INPUT_SEQUENCES_MAX = 256,
	/* A sequence that is longer is dropped in parts. */
	INPUT_SIZE = 1024,
};

/* What a terminal sends for a key, from terminfo(5). */
struct input_sequence {
	char *bytes;
	size_t size;
	int code;
};

enum input_mouse {
	INPUT_CLICK,
	INPUT_WHEEL_UP,
	INPUT_WHEEL_DOWN,
};

struct input_key {
	int code; /* a byte, or one of curses's KEY_ codes */
	/* For KEY_MOUSE; column and line count from 0. */
	enum input_mouse mouse;
	size_t column, line;
};

/* Zero before first use. */
struct input {
	struct input_key key; /* the last one */
	struct input_sequence sequences[INPUT_SEQUENCES_MAX];
	size_t count;
	/* What was read and is not yet understood. */
	unsigned char bytes[INPUT_SIZE];
	size_t size;
	int64_t came;  /* when the last of it was read: CLOCK_MONOTONIC */
	bool pasted;   /* more came at once than anybody types */
	bool dropping; /* the rest of a paste */
	bool lost;     /* the terminal cannot be read any more */
};

/* Learns the terminal's keys. After terminal_open(). */
void input_open(struct input *input);

void input_close(struct input *input);

/* Reads what the terminal has now, as far as there is room: afterwards take
 * keys until there is none. Never waits. Sets `lost` when reading fails for
 * good. */
void input_read(struct input *input);

/* Drops what was typed so far and is not yet taken. If that was part of a
 * paste, also drops the rest of it, until nothing comes for half a second. */
void input_drop(struct input *input);

/* Takes the next key into `key`. Returns false if there is no whole one. A
 * sequence that stays cut off is dropped after a moment; a lone ESC then is the
 * key Esc. */
bool input_next(struct input *input);

/* Returns when to call input_next() even if nothing more comes, by
 * CLOCK_MONOTONIC. */
int64_t input_due(const struct input *input);

#endif
