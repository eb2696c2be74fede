/* One session of a burst, as a state machine over a non-blocking socket: it is
 * told what the socket is ready for and says what it waits for next. It knows
 * nothing of the other sessions, of epoll or of timers.
 *
 * CONNECTING -> ECHOING -> HOLDING -> CLOSING -> done: the client half-closes
 * first and then waits for the server's FIN, so TIME_WAIT stays on its side
 * and a server that forgets to close is found out. If the plan says so it
 * half-closes sooner: with the last byte that it sends. */
#ifndef REAP_CLIENT_BURST_SESSION_H
#define REAP_CLIENT_BURST_SESSION_H

#include "client/burst_plan.h"
#include "client/cause.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	/* The most bytes worked out at once. */
	PATTERN_CHUNK = 65536,
	/* Words of a buffer that holds a chunk from any offset. */
	PATTERN_WORDS = PATTERN_CHUNK / 8 + 1,
};

enum session_stage {
	SESSION_CONNECTING,
	SESSION_ECHOING,
	SESSION_HOLDING,
	SESSION_CLOSING,
};

/* What a call has brought the session to. */
enum session_progress {
	SESSION_WAITS,  /* for the socket; see burst_session_events() */
	SESSION_HOLDS,  /* all came back: call burst_session_leave() in time */
	SESSION_DONE,   /* well, up to the server's FIN */
	SESSION_FAILED, /* session->cause says why */
};

struct burst_session {
	struct burst_session *next; /* places in a session_queue */
	struct burst_session *previous;
	int64_t touched_ns; /* the queue's: when it was put there */
	uint32_t watched;   /* the loop's: events that epoll watches for */
	int fd;             /* -1: none */
	enum session_stage stage;
	enum cause cause;     /* of a failed one */
	int error;            /* errno behind the cause, or 0 */
	uint32_t syns_resent; /* as far as was looked for: see tally.h */
	bool data_resent;     /* before anything came back */
	uint64_t number;      /* from 0, names the session and its bytes */
	uint64_t sent;
	uint64_t received; /* and found right */
	int64_t started_ns;
	int64_t latency_ns; /* from connect(2) to the last echoed byte */
};

/* What the sessions of one burst share, so that each costs little memory. */
struct burst_scratch {
	uint64_t expected[PATTERN_WORDS];
	unsigned char received[PATTERN_CHUNK];
};

/* Opens the socket, connects, and sends what can be sent at once. Whatever
 * the outcome, burst_session_close() follows when the session is over. */
enum session_progress burst_session_start(struct burst_session *session,
					  const struct burst_plan *plan,
					  struct burst_scratch *scratch,
					  uint64_t number);

/* Goes on after epoll reported `events` of the socket: at most one chunk is
 * read and one written, so that no session starves the others. */
enum session_progress burst_session_step(struct burst_session *session,
					 const struct burst_plan *plan,
					 struct burst_scratch *scratch,
					 uint32_t events);

/* Ends the hold: half-closes the connection. */
enum session_progress burst_session_leave(struct burst_session *session);

/* Fails the session for having been silent too long. */
enum session_progress burst_session_expire(struct burst_session *session);

/* The epoll events that the session waits for (level-triggered). */
uint32_t burst_session_events(const struct burst_session *session,
			      const struct burst_plan *plan);

/* True once all bytes came back right. */
bool burst_session_is_answered(const struct burst_session *session);

/* Closes the socket. */
void burst_session_close(struct burst_session *session);

#endif
