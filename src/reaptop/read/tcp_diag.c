/* TCP sockets by netlink. The kernel walks its hash tables either way; what a
 * filter spares is to word and copy what nobody wants, such as 80,000 sockets
 * in TIME_WAIT. See sock_diag(7) and net/ipv4/inet_diag.c; what it answers is
 * read in tcp_answer.c. */
#include "reaptop/read/tcp_diag.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "reaptop/read/tcp_answer.h"

enum {
	ANSWER_SIZE = 32768,
	/* A port's condition, and the jump to acceptance behind it. */
	CONDITION_SIZE = 2 * sizeof(struct inet_diag_bc_op),
	JUMP_SIZE = sizeof(struct inet_diag_bc_op),
	FILTER_MAX = 2 * TCP_PORTS_MAX * (CONDITION_SIZE + JUMP_SIZE),
};

struct request {
	struct nlmsghdr header;
	struct inet_diag_req_v2 query;
	struct rtattr attribute;
	struct inet_diag_bc_op
		filter[FILTER_MAX / sizeof(struct inet_diag_bc_op)];
};

/* Writes the filter "any of these ports at either end": a condition that holds
 * goes on to a jump to the very end, which accepts; one that fails skips that
 * jump; the last one's failure leads beyond the end, which rejects. Returns
 * its size in bytes. */
static size_t make_filter(const struct tcp_query *query,
			  struct inet_diag_bc_op *ops)
{
	size_t conditions = 2 * query->port_count;
	if (conditions == 0)
		return 0;
	size_t size = conditions * (CONDITION_SIZE + JUMP_SIZE) - JUMP_SIZE;
	size_t left = size;
	for (size_t i = 0; i < conditions; i++) {
		*ops++ = (struct inet_diag_bc_op){
			.code = i % 2 == 0 ? INET_DIAG_BC_S_EQ
					   : INET_DIAG_BC_D_EQ,
			.yes = CONDITION_SIZE,
			.no = CONDITION_SIZE + JUMP_SIZE,
		};
		*ops++ = (struct inet_diag_bc_op){.no = query->ports[i / 2]};
		left -= CONDITION_SIZE;
		if (left == 0)
			break;
		*ops++ = (struct inet_diag_bc_op){
			.code = INET_DIAG_BC_JMP,
			.yes = JUMP_SIZE,
			.no = (uint16_t)left,
		};
		left -= JUMP_SIZE;
	}
	return size;
}

static int ask(int netlink, int family, const struct tcp_query *query)
{
	struct request request = {
		.header = {.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
		.query = {.sdiag_family = (uint8_t)family,
			  .sdiag_protocol = IPPROTO_TCP,
			  .idiag_states = query->states},
	};
	if (query->states & UINT32_C(1) << TCP_LISTEN)
		request.query.idiag_ext = 1 << (INET_DIAG_SKMEMINFO - 1);
	size_t size = offsetof(struct request, attribute);
	size_t filter = make_filter(query, request.filter);
	if (filter > 0) {
		request.attribute.rta_type = INET_DIAG_REQ_BYTECODE;
		request.attribute.rta_len = (uint16_t)RTA_LENGTH(filter);
		size += RTA_LENGTH(filter);
	}
	request.header.nlmsg_len = (uint32_t)size;
	ssize_t sent = send(netlink, &request, size, MSG_NOSIGNAL);
	return sent == (ssize_t)size ? 0 : -1;
}

static int take_all(int netlink, const struct tcp_query *query,
		    struct tcp_table *table)
{
	_Alignas(struct nlmsghdr) char answer[ANSWER_SIZE];
	for (;;) {
		ssize_t size = recv(netlink, answer, sizeof answer, 0);
		if (size < 0 && errno == EINTR)
			continue;
		if (size <= 0) {
			errno = size == 0 ? EPROTO : errno;
			return -1;
		}
		int result =
			tcp_answer_take(answer, (size_t)size, query, table);
		if (result != 0)
			return result < 0 ? -1 : 0;
	}
}

/* With a socket of its own, so that an answer that is cut short ends there. */
static int read_family(int family, const struct tcp_query *query,
		       struct tcp_table *table)
{
	int netlink = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC,
			     NETLINK_SOCK_DIAG);
	if (netlink < 0)
		return -1;
	/* The kernel answers at once; whatever stands in its place may not. */
	const struct timeval patience = {.tv_sec = 1};
	int result = setsockopt(netlink, SOL_SOCKET, SO_RCVTIMEO, &patience,
				sizeof patience);
	if (result == 0)
		result = ask(netlink, family, query);
	if (result == 0)
		result = take_all(netlink, query, table);
	int error = errno;
	close(netlink);
	errno = error;
	return result;
}

static int read_families(const struct tcp_query *query, struct tcp_table *table)
{
	if (read_family(AF_INET, query, table) != 0)
		return -1;
	/* A kernel without IPv6 knows no such family. */
	return query->without_six || read_family(AF_INET6, query, table) == 0 ||
			       errno == ENOENT
		       ? 0
		       : -1;
}

/* Each question makes the kernel walk all sockets there are. Those in TIME_WAIT
 * are asked for apart only if they are many, so that the limit on them ends the
 * answer. */
int tcp_diag_read(const struct tcp_query *query, struct tcp_table *table)
{
	const uint32_t time_wait = UINT32_C(1) << TCP_TIME_WAIT;
	struct tcp_query part = *query;
	if (!query->many_time_wait)
		return read_families(query, table);
	part.states = query->states & ~time_wait;
	if (part.states != 0 && read_families(&part, table) != 0)
		return -1;
	part.states = query->states & time_wait;
	part.limit = table->count + query->time_wait_limit;
	if (part.states == 0)
		return 0;
	return read_families(&part, table);
}
