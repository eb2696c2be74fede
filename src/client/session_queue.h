/* Sessions in the order in which they were appended. All sessions of a queue wait
 * equally long, so the time of the first is up next: the queue is a timer with O(1)
 * operations. */
#ifndef REAP_CLIENT_SESSION_QUEUE_H
#define REAP_CLIENT_SESSION_QUEUE_H

#include "client/burst_session.h"

/* A queue of zeros is empty. The caller owns the sessions. Each session is in at most
 * one queue. */
struct session_queue {
	struct burst_session *first;
	struct burst_session *last;
};

/* Appends the session with the time `now_ns`, which must not be before the time of
 * the last session. */
void session_queue_append(struct session_queue *queue,
			  struct burst_session *session, int64_t now_ns);

void session_queue_remove(struct session_queue *queue,
			  struct burst_session *session);

/* Returns the first session if its time is at least `age_ns` ago, otherwise NULL. */
struct burst_session *session_queue_due(const struct session_queue *queue,
					int64_t age_ns, int64_t now_ns);

/* Returns the milliseconds until session_queue_due() will return a session, rounded
 * up; or `most` if that is less or the queue is empty. -1 stands for ever, as in
 * epoll_wait(2). */
int session_queue_wait_ms(const struct session_queue *queue, int64_t age_ns,
			  int64_t now_ns, int most);

#endif
