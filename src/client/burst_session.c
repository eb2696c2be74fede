/* The state machine of one session: see burst_session.h. */
#include "client/burst_session.h"

#include "common/clock.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel first repeats a SYN after 1 s (RFC 6298), and data after 200 ms
 * (TCP_RTO_MIN in Linux's include/net/tcp.h). After a wait of nearly that length the
 * kernel is asked whether it repeated anything. */
static const int64_t suspicious_connect_ns = 900 * NS_PER_MS;
static const int64_t suspicious_answer_ns = 190 * NS_PER_MS;

/* The step and the mixing function of SplitMix64: Steele, Lea, Flood, "Fast
 * splittable pseudorandom number generators", OOPSLA 2014. */
static const uint64_t step = 0x9e3779b97f4a7c15;

static uint64_t mix(uint64_t word)
{
	word ^= word >> 30;
	word *= 0xbf58476d1ce4e5b9;
	word ^= word >> 27;
	word *= 0x94d049bb133111eb;
	return word ^ (word >> 31);
}

/* Computes `size` bytes (at most PATTERN_CHUNK) of what the session sends, starting
 * at `offset`. The result points into `words`.
 *
 * The bytes depend only on the session's number and the offset. So a session can
 * check its echo without a copy of what it sent, and notices bytes of another session
 * or offset. */
static const unsigned char *pattern_at(uint64_t words[PATTERN_WORDS],
				       uint64_t session, uint64_t offset,
				       size_t size)
{
	uint64_t stream = mix((session + 1) * step);
	size_t skip = (size_t)(offset % 8);
	size_t count = (skip + size + 7) / 8;

	for (size_t i = 0; i < count; i++)
		words[i] = mix(stream + (offset / 8 + i) * step);
	return (const unsigned char *)words + skip;
}

static enum session_progress fail(struct burst_session *session,
				  enum cause cause, int error)
{
	session->cause = cause;
	session->error = error;
	return SESSION_FAILED;
}

static enum session_progress fail_errno(struct burst_session *session)
{
	bool connecting = session->stage == SESSION_CONNECTING;

	return fail(session, cause_of_errno(errno, connecting), errno);
}

/* Returns how many segments the kernel sent again (tcp(7), TCP_INFO). */
static uint32_t count_resent(const struct burst_session *session)
{
	struct tcp_info info;
	socklen_t size = sizeof(info);

	memset(&info, 0, sizeof(info));
	/* A failure counts as 0: the number is only used for a hint. */
	(void)getsockopt(session->fd, IPPROTO_TCP, TCP_INFO, &info, &size);
	return info.tcpi_total_retrans;
}

/* Counts repeated SYNs. Called when the connect has ended or timed out. */
static void look_for_resent_syn(struct burst_session *session)
{
	if (clock_now(CLOCK_MONOTONIC) - session->started_ns >=
	    suspicious_connect_ns)
		session->syns_resent = count_resent(session);
}

/* Notes whether data was repeated. Called when the first byte has come back or timed
 * out. If the listen queue is full, the server's kernel also drops the last ACK of a
 * handshake and the data after it. The client is connected by then. */
static void look_for_resent_data(struct burst_session *session)
{
	if (clock_now(CLOCK_MONOTONIC) - session->started_ns >=
	    suspicious_answer_ns)
		session->data_resent =
			count_resent(session) > session->syns_resent;
}

/* Sends the FIN. */
static enum session_progress send_fin(struct burst_session *session)
{
	if (shutdown(session->fd, SHUT_WR) < 0) {
		/* ENOTCONN (shutdown(2)): the connection was reset. */
		bool reset = errno == ENOTCONN;

		return reset ? fail(session, CAUSE_RESET, ECONNRESET)
			     : fail_errno(session);
	}
	return SESSION_WAITS;
}

/* Sends one chunk. Also finds out how the connect ended: send(2) fails with EAGAIN
 * until then. */
static enum session_progress send_some(struct burst_session *session,
				       const struct burst_plan *plan,
				       struct burst_scratch *scratch)
{
	uint64_t left = plan->size - session->sent;
	size_t size = left < PATTERN_CHUNK ? (size_t)left : PATTERN_CHUNK;
	const unsigned char *bytes = pattern_at(
		scratch->expected, session->number, session->sent, size);
	/* The last chunk and the FIN go out in one segment. */
	int more = plan->half_close && size == left ? MSG_MORE : 0;
	ssize_t sent = send(session->fd, bytes, size, MSG_NOSIGNAL | more);

	if (sent < 0 && (errno == EAGAIN || errno == EINTR))
		return SESSION_WAITS;
	if (sent < 0)
		return fail_errno(session);
	if (session->stage == SESSION_CONNECTING) {
		session->stage = SESSION_ECHOING;
		look_for_resent_syn(session);
	}
	session->sent += (uint64_t)sent;
	if (plan->half_close && session->sent == plan->size)
		return send_fin(session);
	return SESSION_WAITS;
}

/* Compares the bytes that came back with the bytes sent. */
static enum session_progress check(struct burst_session *session,
				   const struct burst_plan *plan,
				   struct burst_scratch *scratch, size_t size)
{
	uint64_t left = plan->size - session->received;
	size_t due = size < left ? size : (size_t)left;
	const unsigned char *expected = pattern_at(
		scratch->expected, session->number, session->received, due);

	if (memcmp(scratch->received, expected, due) != 0) {
		for (size_t i = 0; scratch->received[i] == expected[i]; i++)
			session->received++;
		return fail(session, CAUSE_WRONG_BYTES, 0);
	}
	session->received += due;
	if (size > due)
		return fail(session, CAUSE_EXTRA_BYTES, 0);
	return SESSION_WAITS;
}

static enum session_progress all_came_back(struct burst_session *session,
					   const struct burst_plan *plan)
{
	session->latency_ns = clock_now(CLOCK_MONOTONIC) - session->started_ns;
	if (plan->half_close) {
		session->stage = SESSION_CLOSING;
		return SESSION_WAITS;
	}
	if (plan->hold_ns == 0)
		return burst_session_leave(session);
	session->stage = SESSION_HOLDING;
	return SESSION_HOLDS;
}

static enum session_progress receive_some(struct burst_session *session,
					  const struct burst_plan *plan,
					  struct burst_scratch *scratch)
{
	ssize_t size = recv(session->fd, scratch->received,
			    sizeof(scratch->received), 0);

	if (size < 0 && (errno == EAGAIN || errno == EINTR))
		return SESSION_WAITS;
	if (size < 0)
		return fail_errno(session);
	if (size == 0 && session->stage == SESSION_CLOSING)
		return SESSION_DONE;
	if (size == 0)
		return fail(session, CAUSE_EARLY_FIN, 0);
	if (session->received == 0)
		look_for_resent_data(session);

	enum session_progress progress =
		check(session, plan, scratch, (size_t)size);

	if (progress == SESSION_WAITS && session->received == plan->size)
		return all_came_back(session, plan);
	return progress;
}

enum session_progress burst_session_start(struct burst_session *session,
					  const struct burst_plan *plan,
					  struct burst_scratch *scratch,
					  uint64_t number)
{
	*session = (struct burst_session){
		.number = number,
		.stage = SESSION_CONNECTING,
		.started_ns = clock_now(CLOCK_MONOTONIC),
	};
	session->fd = socket(plan->server.any.sa_family,
			     SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (session->fd < 0)
		return fail_errno(session);
	if (connect(session->fd, &plan->server.any,
		    address_size(&plan->server)) < 0 &&
	    errno != EINPROGRESS)
		return fail_errno(session);
	/* Over loopback the handshake is complete here, even if connect(2)
	 * failed with EINPROGRESS. Sending now saves a wait in epoll. */
	return send_some(session, plan, scratch);
}

enum session_progress burst_session_step(struct burst_session *session,
					 const struct burst_plan *plan,
					 struct burst_scratch *scratch,
					 uint32_t events)
{
	enum session_progress progress = SESSION_WAITS;

	/* Reads first: if the server closed early, read finds its FIN, but a
	 * write would find only the reset that follows. */
	if (events & ~(uint32_t)EPOLLOUT)
		progress = receive_some(session, plan, scratch);
	if (progress == SESSION_WAITS && (events & EPOLLOUT) &&
	    session->sent < plan->size)
		progress = send_some(session, plan, scratch);
	return progress;
}

enum session_progress burst_session_leave(struct burst_session *session)
{
	session->stage = SESSION_CLOSING;
	return send_fin(session);
}

enum session_progress burst_session_expire(struct burst_session *session)
{
	if (session->stage == SESSION_CONNECTING) {
		look_for_resent_syn(session);
		return fail(session, CAUSE_CONNECT_TIMEOUT, 0);
	}
	if (session->stage == SESSION_CLOSING)
		return fail(session, CAUSE_FIN_TIMEOUT, 0);
	if (session->received == 0)
		look_for_resent_data(session);
	return fail(session, CAUSE_ECHO_TIMEOUT, 0);
}

uint32_t burst_session_events(const struct burst_session *session,
			      const struct burst_plan *plan)
{
	return session->sent < plan->size ? EPOLLIN | EPOLLOUT : EPOLLIN;
}

bool burst_session_is_answered(const struct burst_session *session)
{
	return session->stage >= SESSION_HOLDING;
}

void burst_session_close(struct burst_session *session)
{
	if (session->fd >= 0)
		(void)close(session->fd); /* nothing can be lost any more */
	session->fd = -1;
}
