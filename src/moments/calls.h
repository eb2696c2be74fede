/* System calls: their names, and the few that the explorer has to know. */
#ifndef REAP_MOMENTS_CALLS_H
#define REAP_MOMENTS_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CALL_NAME_SIZE = 32 };

/* Returns the name, which may be written into text: `accept`, or `call 999`. */
const char *call_name(int number, char text[CALL_NAME_SIZE]);

/* The calls that make a process the server. */
enum { CALLS_OF_SERVER = 2 };
extern const int calls_of_server[CALLS_OF_SERVER];

bool call_is_bind(int number);
bool call_is_listen(int number);
bool call_is_sigreturn(int number);
bool call_is_accept(int number);
bool call_is_wait(int number); /* waits for a child */
bool call_is_timer(
	int number); /* starts a timer that needs no call to wait in */

/* Returns whether the result says that a signal interrupted the call. */
bool call_was_interrupted(int64_t result);

#endif
