/* The answers of netlink as sockets. The kernel writes them; that is no reason to
 * trust a length in them. See tcp_diag.c for who asks. */
#include "reaptop/read/tcp_answer.h"

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

enum { ERRNO_MAX = 4095 }; /* as the kernel's own MAX_ERRNO */

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

/* What of these bytes is there: behind the last message or attribute its padding
 * may be missing, where NLMSG_NEXT() and RTA_NEXT() would go beyond the end. */
static size_t step_of(size_t aligned, size_t left)
{
	return aligned < left ? aligned : left;
}

static const void *behind(const void *start, size_t size)
{
	return (const char *)start + size;
}

/* The counter of drops in the attributes behind a message. */
static uint32_t drops_in(const struct nlmsghdr *header)
{
	const struct inet_diag_msg *message = NLMSG_DATA(header);
	const struct rtattr *attribute = (const struct rtattr *)(message + 1);
	size_t left = NLMSG_PAYLOAD(header, sizeof *message);
	while (RTA_OK(attribute, left)) {
		uint32_t memory[SK_MEMINFO_DROPS + 1];
		if (attribute->rta_type == INET_DIAG_SKMEMINFO &&
		    RTA_PAYLOAD(attribute) >= sizeof memory) {
			memcpy(memory, RTA_DATA(attribute), sizeof memory);
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
	if (header->nlmsg_len < NLMSG_LENGTH(sizeof *message))
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

/* An error, or the acknowledgement that nobody asked for. */
static int take_error(const struct nlmsghdr *header)
{
	const struct nlmsgerr *error = NLMSG_DATA(header);
	bool whole = header->nlmsg_len >= NLMSG_LENGTH(sizeof *error);
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
