/* One session of a burst, as a state machine over a non-blocking socket. The caller
 * tells it what the socket is ready for, and it returns what it waits for next. It
 * does not depend on other sessions, epoll or timers.
 *
 * CONNECTING -> ECHOING -> HOLDING -> CLOSING -> done: the client half-closes first
 * and then waits for the server's FIN. So the client keeps the TIME_WAIT, and a
 * server that does not close is noticed. With half_close in the plan, the client
 * sends its FIN with the last byte. */
#ifndef REAP_CLIENT_BURST_SESSION_H
#define REAP_CLIENT_BURST_SESSION_H

#include "client/burst_plan.h"
#include "client/cause.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	/* The most bytes sent or received at once. */
	PATTERN_CHUNK = 65536,
	/* 64-bit words of a buffer for a chunk that starts at any offset. */
	PATTERN_WORDS = PATTERN_CHUNK / 8 + 1,
};

enum session_stage {
	SESSION_CONNECTING,
	SESSION_ECHOING,
	SESSION_HOLDING,
	SESSION_CLOSING,
};

/* The result of a call. */
enum session_progress {
	SESSION_WAITS,  /* for the socket: see burst_session_events() */
	SESSION_HOLDS,  /* has its answer; burst_session_leave() must follow */
	SESSION_DONE,   /* succeeded; the server's FIN has come */
	SESSION_FAILED, /* session->cause says why */
};

struct burst_session {
	/* Owned by session_queue. */
	struct burst_session *next;
	struct burst_session *previous;
	int64_t touched_ns;

	uint32_t watched; /* events in the epoll set; owned by burst.c */
	int fd;           /* the socket, or -1 */
	enum session_stage stage;
	enum cause cause;     /* if the session failed */
	int error;            /* errno behind the cause, or 0 */
	uint32_t syns_resent; /* 0 after a quick connect */
	bool data_resent;     /* before the first byte came back */
	uint64_t number;      /* from 0; determines the bytes to send */
	uint64_t sent;
	uint64_t received; /* correct bytes only */
	int64_t started_ns;
	int64_t latency_ns; /* from connect(2) to the last echoed byte */
};

/* Buffers that the sessions of a burst share, since they take turns. */
struct burst_scratch {
	uint64_t expected[PATTERN_WORDS];
	unsigned char received[PATTERN_CHUNK];
};

/* Opens the socket, connects, and sends what can be sent at once. The caller ends the
 * session with burst_session_close(), also if this fails. */
enum session_progress burst_session_start(struct burst_session *session,
					  const struct burst_plan *plan,
					  struct burst_scratch *scratch,
					  uint64_t number);

/* Handles `events`, which epoll reported for the socket. Reads at most one chunk and
 * writes at most one, so that no session starves the others. */
enum session_progress burst_session_step(struct burst_session *session,
					 const struct burst_plan *plan,
					 struct burst_scratch *scratch,
					 uint32_t events);

/* Ends the hold: half-closes the connection. */
enum session_progress burst_session_leave(struct burst_session *session);

/* Fails the session, because it was silent for too long. */
enum session_progress burst_session_expire(struct burst_session *session);

/* Returns the epoll events that the session waits for (level-triggered). */
uint32_t burst_session_events(const struct burst_session *session,
			      const struct burst_plan *plan);

/* Returns whether all bytes came back correctly. */
bool burst_session_is_answered(const struct burst_session *session);

/* Closes the socket, if one is open. */
void burst_session_close(struct burst_session *session);

#endif
