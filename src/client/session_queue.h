/* Sessions in the order in which they were last touched. As all wait equally
 * long, the first is always the next whose time is up: a timer of O(1). */
#ifndef REAP_CLIENT_SESSION_QUEUE_H
#define REAP_CLIENT_SESSION_QUEUE_H

#include "client/burst_session.h"

/* All zero is an empty one. The sessions belong to the caller; each may be in
 * one queue at a time. */
struct session_queue {
	struct burst_session *first;
	struct burst_session *last;
};

/* Appends the session, touched at `now_ns`, which must not be before that of
 * the last one. */
void session_queue_append(struct session_queue *queue,
			  struct burst_session *session, int64_t now_ns);

void session_queue_remove(struct session_queue *queue,
			  struct burst_session *session);

/* The first session if it was touched at least `age_ns` ago, else NULL. */
struct burst_session *session_queue_due(const struct session_queue *queue,
					int64_t age_ns, int64_t now_ns);

/* Milliseconds until the first session will have been touched `age_ns` ago,
 * rounded up; but `most` if that is less or the queue is empty. In `most`, -1
 * stands for ever, as in epoll_wait(2). */
int session_queue_wait_ms(const struct session_queue *queue, int64_t age_ns,
			  int64_t now_ns, int most);

#endif
