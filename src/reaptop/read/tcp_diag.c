/* TCP sockets by netlink. The kernel walks its hash tables either way; a filter
 * saves formatting and copying sockets that nobody wants, such as 80,000 in
 * TIME_WAIT. See netlink(7), sock_diag(7) and net/ipv4/inet_diag.c. Lengths in
 * an answer are checked, although the kernel wrote them. */
#include "reaptop/read/tcp_diag.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>

#include "reaptop/read/proc_file.h"
#include "reaptop/read/tcp_table.h"

enum {
	ERRNO_MAX = 4095, /* as the kernel's own MAX_ERRNO */
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

/* Writes the filter "any of these ports at either end" and returns its size in
 * bytes. A condition that holds is followed by a jump to the very end, which
 * accepts; one that fails skips that jump; the failure of the last condition
 * leads beyond the end, which rejects. */
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

static void take_endpoint(struct tcp_endpoint *endpoint, int family,
			  const uint32_t address[4], uint16_t port)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	endpoint->port = ntohs(port);
	if (family == AF_INET6) {
		memcpy(endpoint->address, address, 16);
		return;
	}
	memcpy(endpoint->address, mapped, 12);
	memcpy(endpoint->address + 12, address, 4);
}

/* Returns the aligned size, cut to the bytes that are left: the padding of the
 * last message or attribute may be missing, where NLMSG_NEXT() and RTA_NEXT()
 * would go beyond the end. */
static size_t step_of(size_t aligned, size_t left)
{
	return aligned < left ? aligned : left;
}

static const void *behind(const void *start, size_t size)
{
	return (const char *)start + size;
}

/* Returns the counter of drops in the attributes behind a message. */
static uint32_t drops_in(const struct nlmsghdr *header)
{
	const struct inet_diag_msg *message = NLMSG_DATA(header);
	const struct rtattr *attribute = (const struct rtattr *)(message + 1);
	size_t left = NLMSG_PAYLOAD(header, sizeof(*message));
	while (RTA_OK(attribute, left)) {
		uint32_t memory[SK_MEMINFO_DROPS + 1];
		if (attribute->rta_type == INET_DIAG_SKMEMINFO &&
		    RTA_PAYLOAD(attribute) >= sizeof(memory)) {
			memcpy(memory, RTA_DATA(attribute), sizeof(memory));
			return memory[SK_MEMINFO_DROPS];
		}
		size_t step = step_of(RTA_ALIGN(attribute->rta_len), left);
		attribute = behind(attribute, step);
		left -= step;
	}
	return 0;
}

static int take_socket(const struct nlmsghdr *header, struct tcp_table *table)
{
	const struct inet_diag_msg *message = NLMSG_DATA(header);
	if (header->nlmsg_len < NLMSG_LENGTH(sizeof(*message)))
		return 0;
	struct tcp_socket socket = {
		.inode = message->idiag_inode,
		.receive_queue = message->idiag_rqueue,
		.send_queue = message->idiag_wqueue,
		.state = message->idiag_state,
		.six = message->idiag_family == AF_INET6,
	};
	take_endpoint(&socket.local, message->idiag_family,
		      message->id.idiag_src, message->id.idiag_sport);
	take_endpoint(&socket.remote, message->idiag_family,
		      message->id.idiag_dst, message->id.idiag_dport);
	if (socket.state == TCP_LISTEN)
		socket.drops = drops_in(header);
	return tcp_table_add(table, &socket);
}

/* Takes an error message, or an acknowledgement, which was not asked for. */
static int take_error(const struct nlmsghdr *header)
{
	const struct nlmsgerr *error = NLMSG_DATA(header);
	bool whole = header->nlmsg_len >= NLMSG_LENGTH(sizeof(*error));
	errno = whole && error->error < 0 && error->error >= -ERRNO_MAX
			? -error->error
			: EPROTO;
	return -1;
}

int tcp_answer_take(const void *answer, size_t size,
		    const struct tcp_query *query, struct tcp_table *table)
{
	const struct nlmsghdr *header = answer;
	size_t left = size;
	while (NLMSG_OK(header, left)) {
		if (header->nlmsg_type == NLMSG_DONE)
			return 1;
		if (header->nlmsg_type == NLMSG_ERROR)
			return take_error(header);
		if (table->count >= query->limit) {
			table->cut = true;
			return 1;
		}
		if (take_socket(header, table) != 0)
			return -1;
		size_t step = step_of(NLMSG_ALIGN(header->nlmsg_len), left);
		header = behind(header, step);
		left -= step;
	}
	return 0;
}

static int take_all(int netlink, const struct tcp_query *query,
		    struct tcp_table *table)
{
	_Alignas(struct nlmsghdr) char answer[ANSWER_SIZE];
	for (;;) {
		ssize_t size = recv(netlink, answer, sizeof(answer), 0);
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

/* Asks with a new socket, so that the rest of an answer is dropped with it. */
static int read_family(int family, const struct tcp_query *query,
		       struct tcp_table *table)
{
	int netlink = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC,
			     NETLINK_SOCK_DIAG);
	if (netlink < 0)
		return -1;
	/* The kernel answers at once; a sandbox in its place may not. */
	const struct timeval patience = {.tv_sec = 1};
	int result = setsockopt(netlink, SOL_SOCKET, SO_RCVTIMEO, &patience,
				sizeof(patience));
	if (result == 0)
		result = ask(netlink, family, query);
	if (result == 0)
		result = take_all(netlink, query, table);
	proc_close(netlink);
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

/* Asks once, as each question makes the kernel walk all its sockets. Asks for
 * those in TIME_WAIT separately if they are many, so that the limit on them
 * ends the answer. */
static int ask_all(const struct tcp_query *query, struct tcp_table *table)
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

/* Returns whether the process is in our network namespace. Its ns/net can be
 * read only for our own processes; but the files below net belong to the
 * namespace, each with an inode number of its own (proc_alloc_inum() in
 * fs/proc/generic.c). */
static bool is_our_namespace(int proc, int directory)
{
	struct stat its, ours;
	return fstatat(directory, "net/tcp", &its, 0) == 0 &&
	       fstatat(proc, "self/net/tcp", &ours, 0) == 0 &&
	       its.st_ino == ours.st_ino && its.st_dev == ours.st_dev;
}

int tcp_sockets_read(int proc, int directory, const struct tcp_query *query,
		     struct tcp_table *table)
{
	size_t before = table->count;
	if (is_our_namespace(proc, directory)) {
		if (ask_all(query, table) == 0) {
			table->details = true;
			return 0;
		}
		if (errno == ENOMEM)
			return -1;
		table->count = before;
	}
	table->details = false;
	if (tcp_proc_read(directory, query, table) == 0 ||
	    proc_error_is_gone(errno) || errno == EACCES || errno == EINVAL)
		return 0;
	return -1;
}
