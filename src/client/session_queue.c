/* Sessions in the order in which they were appended: see session_queue.h. */
#include "client/session_queue.h"

#include "common/clock.h"

#include <stddef.h>

void session_queue_append(struct session_queue *queue,
			  struct burst_session *session, int64_t now_ns)
{
	session->touched_ns = now_ns;
	session->next = NULL;
	session->previous = queue->last;
	if (queue->last != NULL)
		queue->last->next = session;
	else
		queue->first = session;
	queue->last = session;
}

void session_queue_remove(struct session_queue *queue,
			  struct burst_session *session)
{
	if (session->previous != NULL)
		session->previous->next = session->next;
	else
		queue->first = session->next;
	if (session->next != NULL)
		session->next->previous = session->previous;
	else
		queue->last = session->previous;
}

struct burst_session *session_queue_due(const struct session_queue *queue,
					int64_t age_ns, int64_t now_ns)
{
	struct burst_session *first = queue->first;

	if (first != NULL && now_ns - first->touched_ns >= age_ns)
		return first;
	return NULL;
}

int session_queue_wait_ms(const struct session_queue *queue, int64_t age_ns,
			  int64_t now_ns, int most)
{
	if (queue->first == NULL)
		return most;

	int64_t left_ns = queue->first->touched_ns + age_ns - now_ns;
	int64_t left_ms =
		left_ns > 0 ? (left_ns + NS_PER_MS - 1) / NS_PER_MS : 0;

	/* Fits into an int: an age is at most a day. */
	return most >= 0 && most < left_ms ? most : (int)left_ms;
}
