/* What each key does on the screen. They follow top's and htop's habits. */
#include "reaptop/screen/keys.h"

#include <curses.h>

enum { CONTROL_L = 'L' - '@', ESCAPE = 27 };

static const struct {
	int key;
	enum action action;
} bindings[] = {
	{'q', ACTION_BACK},
	{'Q', ACTION_QUIT},
	{KEY_F(10), ACTION_QUIT},
	{ESCAPE, ACTION_ESCAPE},
	{KEY_BACKSPACE, ACTION_ESCAPE},
	{KEY_UP, ACTION_UP},
	{'k', ACTION_UP},
	{KEY_DOWN, ACTION_DOWN},
	{'j', ACTION_DOWN},
	{KEY_PPAGE, ACTION_PAGE_UP},
	{KEY_NPAGE, ACTION_PAGE_DOWN},
	{KEY_HOME, ACTION_HOME},
	{'g', ACTION_HOME},
	{KEY_END, ACTION_END},
	{'G', ACTION_END},
	{'\t', ACTION_NEXT_SERVER},
	{KEY_RIGHT, ACTION_NEXT_SERVER},
	{KEY_BTAB, ACTION_PREVIOUS_SERVER},
	{KEY_LEFT, ACTION_PREVIOUS_SERVER},
	{'t', ACTION_TREE},
	{KEY_F(5), ACTION_TREE},
	{'s', ACTION_SOCKETS},
	{'e', ACTION_EVENTS},
	{'\r', ACTION_PROCESS},
	{'\n', ACTION_PROCESS},
	{KEY_ENTER, ACTION_PROCESS},
	{'?', ACTION_HELP},
	{'h', ACTION_HELP},
	{KEY_F(1), ACTION_HELP},
	{'z', ACTION_ZOMBIES_ONLY},
	{KEY_F(4), ACTION_ZOMBIES_ONLY},
	{'>', ACTION_SORT_NEXT},
	{'<', ACTION_SORT_PREVIOUS},
	{KEY_F(6), ACTION_SORT_NEXT},
	{'R', ACTION_REVERSE},
	{'I', ACTION_REVERSE},
	{'/', ACTION_SEARCH},
	{KEY_F(3), ACTION_SEARCH_NEXT},
	{'N', ACTION_SEARCH_NEXT},
	{' ', ACTION_PAUSE},
	{'.', ACTION_STEP},
	{'+', ACTION_SLOWER},
	{'-', ACTION_FASTER},
	{KEY_MOUSE, ACTION_MOUSE},
	{CONTROL_L, ACTION_REDRAW},
};

enum action keys_action(int key)
{
	for (size_t i = 0; i < sizeof(bindings) / sizeof(*bindings); i++)
		if (bindings[i].key == key)
			return bindings[i].action;
	return ACTION_NONE;
}

static const struct key_help help[] = {
	{"", "Look"},
	{"Tab Left Right", "the next, the previous server"},
	{"Up Down PgUp PgDn", "select a child; Up from the first: none"},
	{"Home End", "to the first, with none selected; to the last"},
	{"Enter", "the selected child, or else the server, in detail"},
	{"t", "tree: all below the server, orphans too"},
	{"s", "sockets: queues, TCP states of both ends, who holds them"},
	{"e", "events: the end of the event log"},
	{"q Esc", "back to the table; q there, Q and F10 anywhere: leave"},
	{"", "The table"},
	{"< >", "sort by another column; R or I reverses; or click on it"},
	{"z", "zombies only, and all again"},
	{"/", "search for a PID, a name, a state, an end; F3 or N: the next"},
	{"Space", "pause, and go on"},
	{".", "pause, and take one sample"},
	{"+ -", "a longer, a shorter delay between samples"},
	{"Ctrl-L", "draw the screen anew"},
	{"", "Act on the selected server (not with --read-only)"},
	{"b", "a burst of clients: how many, how many at once, how long"},
	{"f", "freeze the server (SIGSTOP), until reaptop leaves; thaw it"},
	{"c", "send it SIGCHLD"},
	{"x", "kill the selected child"},
	{"K", "kill the server, after a question"},
	{"n", "start another variant of the lab's server"},
	{"y", "the answer, if it asks: f, c and x ask where reaptop has not "
	      "started the server, K asks always"},
	{"1 2 3 4 5", "in a demo: play that scene"},
	{"", "What it means"},
	{"+", "has just come"},
	{"!", "has just died: now a zombie, until the server waits for it"},
	{"-", "has just gone: reaped, or an orphan that another adopted"},
	{"nonstop",
	 "works or spins, and has not waited once for half a second"},
	{"main gone", "its first thread ended; it lives on: no zombie"},
	{"holds", "connections that the server itself has not closed"},
	{"came, went", "between two samples; the event log misses none"},
	{"pending", "a SIGCHLD waits: one, however many children died"},
	{"bars", "zombies over time, 5 seconds each; the last is now"},
};

size_t keys_help_count(void)
{
	return sizeof(help) / sizeof(*help);
}

const struct key_help *keys_help(size_t number)
{
	return &help[number];
}
