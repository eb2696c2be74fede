/* Lists of TCP sockets, and how they are read from text: `sl local remote st
 * tx:rx tr:when retransmits uid timeout inode ...`, numbers in hexadecimal up
 * to the timers (proc(5)). All listening sockets come first (tcp_get_idx() in
 * net/ipv4/tcp_ipv4.c). */
#include "reaptop/read/tcp_table.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reaptop/array.h"
#include "reaptop/read/proc_file.h"

void tcp_table_free(struct tcp_table *table)
{
	free(table->sockets);
	*table = (struct tcp_table){0};
}

int tcp_table_add(struct tcp_table *table, const struct tcp_socket *socket)
{
	if (ARRAY_RESERVE(table->sockets, table->capacity, table->count + 1) !=
	    0)
		return -1;
	table->sockets[table->count++] = *socket;
	return 0;
}

static int compare(const void *one, const void *other)
{
	const struct tcp_socket *a = one, *b = other;
	return (a->inode > b->inode) - (a->inode < b->inode);
}

void tcp_table_sort(struct tcp_table *table)
{
	ARRAY_SORT(table->sockets, table->count, compare);
}

const struct tcp_socket *tcp_table_find(const struct tcp_table *table,
					uint64_t inode)
{
	const struct tcp_socket key = {.inode = inode};
	return ARRAY_FIND(table->sockets, table->count, &key, compare);
}

/* Returns whether a socket has one of the ports asked for. */
static bool wants_ports(const struct tcp_query *query,
			const struct tcp_socket *socket)
{
	if (query->port_count == 0)
		return true;
	for (size_t i = 0; i < query->port_count; i++)
		if (socket->local.port == query->ports[i] ||
		    socket->remote.port == query->ports[i])
			return true;
	return false;
}

bool tcp_endpoint_is(const struct tcp_endpoint *one,
		     const struct tcp_endpoint *other)
{
	return one->port == other->port &&
	       memcmp(one->address, other->address, sizeof(one->address)) == 0;
}

bool tcp_endpoint_is_any(const struct tcp_endpoint *endpoint)
{
	static const uint8_t any6[16];
	static const uint8_t any4[16] = {[10] = 0xff, [11] = 0xff};
	return memcmp(endpoint->address, any6, sizeof(any6)) == 0 ||
	       memcmp(endpoint->address, any4, sizeof(any4)) == 0;
}

bool tcp_endpoint_is_loopback(const struct tcp_endpoint *endpoint)
{
	static const uint8_t loopback6[16] = {[15] = 1};
	static const uint8_t mapped[13] = {
		[10] = 0xff, [11] = 0xff, [12] = 127};
	return memcmp(endpoint->address, mapped, sizeof(mapped)) == 0 ||
	       memcmp(endpoint->address, loopback6, sizeof(loopback6)) == 0;
}

enum {
	/* Some 30 ms of the kernel's time; a screen must not wait longer. */
	LINES_MAX = 20000,
	BUFFER_SIZE = 32768,
};

struct scanner {
	const char *at;
	const char *end;
};

static int digit(char byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	if (byte >= 'A' && byte <= 'F')
		return byte - 'A' + 10;
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* Takes exactly so many hexadecimal digits, at most 8. Returns false if there
 * are fewer. */
static bool take_hex(struct scanner *scanner, int count, uint32_t *number)
{
	*number = 0;
	if (scanner->end - scanner->at < count)
		return false;
	for (int i = 0; i < count; i++) {
		int value = digit(*scanner->at++);
		if (value < 0)
			return false;
		*number = *number << 4 | (uint32_t)value;
	}
	return true;
}

static bool take(struct scanner *scanner, char byte)
{
	if (scanner->at >= scanner->end || *scanner->at != byte)
		return false;
	scanner->at++;
	return true;
}

static void skip_spaces(struct scanner *scanner)
{
	while (take(scanner, ' '))
		;
}

static bool skip_word(struct scanner *scanner)
{
	skip_spaces(scanner);
	const char *begin = scanner->at;
	while (scanner->at < scanner->end && *scanner->at != ' ')
		scanner->at++;
	return scanner->at > begin;
}

/* Takes an address, of one or four words, and the port. Each word is printed as
 * a number although its bytes are in network order. */
static bool take_endpoint(struct scanner *scanner,
			  struct tcp_endpoint *endpoint, bool *six)
{
	skip_spaces(scanner);
	const char *colon =
		memchr(scanner->at, ':', (size_t)(scanner->end - scanner->at));
	size_t size = colon == NULL ? 0 : (size_t)(colon - scanner->at);
	if (size != 8 && size != 32)
		return false;
	memset(endpoint->address, 0, 10);
	endpoint->address[10] = endpoint->address[11] = 0xff;
	uint8_t *to = endpoint->address + (size == 8 ? 12 : 0);
	for (uint32_t word; scanner->at < colon; to += sizeof(word)) {
		if (!take_hex(scanner, 8, &word))
			return false;
		memcpy(to, &word, sizeof(word));
	}
	uint32_t port;
	if (!take(scanner, ':') || !take_hex(scanner, 4, &port))
		return false;
	*six = size == 32;
	endpoint->port = (uint16_t)port;
	return true;
}

static bool take_decimal(struct scanner *scanner, uint64_t *number)
{
	skip_spaces(scanner);
	const char *begin = scanner->at;
	*number = 0;
	while (scanner->at < scanner->end && *scanner->at >= '0' &&
	       *scanner->at <= '9')
		*number = *number * 10 + (uint64_t)(*scanner->at++ - '0');
	return scanner->at > begin;
}

int tcp_proc_parse(const char *line, size_t size, struct tcp_socket *socket)
{
	struct scanner scanner = {.at = line, .end = line + size};
	uint32_t state;
	*socket = (struct tcp_socket){0};
	if (!skip_word(&scanner) ||
	    !take_endpoint(&scanner, &socket->local, &socket->six) ||
	    !take_endpoint(&scanner, &socket->remote, &socket->six))
		return -1;
	skip_spaces(&scanner);
	if (!take_hex(&scanner, 2, &state) || !take(&scanner, ' ') ||
	    !take_hex(&scanner, 8, &socket->send_queue) ||
	    !take(&scanner, ':') ||
	    !take_hex(&scanner, 8, &socket->receive_queue))
		return -1;
	socket->state = (uint8_t)state;
	for (int i = 0; i < 4; i++) /* timer, retransmits, uid, timeout */
		if (!skip_word(&scanner))
			return -1;
	return take_decimal(&scanner, &socket->inode) ? 0 : -1;
}

/* A table being read. */
struct reading {
	const struct tcp_query *query;
	struct tcp_table *table;
	size_t time_wait; /* how many of these were added */
	int result;
};

/* Takes a line. Returns false if no later line is wanted. */
static bool take_line(struct reading *reading, const char *line, size_t size)
{
	const uint32_t only_listening = UINT32_C(1) << TCP_LISTEN;
	const struct tcp_query *query = reading->query;
	struct tcp_table *table = reading->table;
	struct tcp_socket socket;
	if (tcp_proc_parse(line, size, &socket) != 0)
		return true;
	if (query->states == only_listening && socket.state != TCP_LISTEN)
		return false;
	if (socket.state > 31 || !(query->states >> socket.state & 1) ||
	    !wants_ports(query, &socket))
		return true;
	bool time_wait = socket.state == TCP_TIME_WAIT;
	if (table->count >= query->limit ||
	    (time_wait && reading->time_wait >= query->time_wait_limit)) {
		table->cut = true;
		return table->count < query->limit;
	}
	reading->time_wait += time_wait;
	reading->result = tcp_table_add(table, &socket);
	return reading->result == 0;
}

static int read_file(FILE *file, const struct tcp_query *query,
		     struct tcp_table *table)
{
	struct reading reading = {.query = query, .table = table};
	char *line = NULL;
	size_t capacity = 0;
	ssize_t size;
	for (int count = 0; (size = getline(&line, &capacity, file)) > 0;
	     count++) {
		if (count == LINES_MAX) {
			table->cut = true;
			break;
		}
		if (!take_line(&reading, line, (size_t)size))
			break;
	}
	free(line);
	return reading.result;
}

static int read_path(int directory, const char *path,
		     const struct tcp_query *query, struct tcp_table *table)
{
	int fd = openat(directory, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	FILE *file = fdopen(fd, "r");
	if (file == NULL) {
		proc_close(fd);
		return -1;
	}
	static char buffer[BUFFER_SIZE];
	/* Without it, stdio reads with its own buffer: only slower. */
	(void)setvbuf(file, buffer, _IOFBF, sizeof(buffer));
	int result = read_file(file, query, table);
	int error = errno;
	/* Nothing was written: there is nothing to lose. */
	(void)fclose(file);
	errno = error;
	return result;
}

int tcp_proc_read(int directory, const struct tcp_query *query,
		  struct tcp_table *table)
{
	if (read_path(directory, "net/tcp", query, table) != 0)
		return -1;
	/* A kernel without IPv6 has no tcp6. */
	return query->without_six ||
			       read_path(directory, "net/tcp6", query, table) ==
				       0 ||
			       errno == ENOENT
		       ? 0
		       : -1;
}
