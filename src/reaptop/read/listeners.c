/* Listening TCP sockets, from /proc/PID/net/tcp and tcp6, matched by inode with
 * the links in /proc/PID/fd (proc(5)). Those tables give all listening sockets
 * before any other (tcp_get_idx() in net/ipv4/tcp_ipv4.c), so reading stops at
 * the first other one: 20,000 connections cost nothing. */
#include "reaptop/read/listeners.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STATE_LISTEN = 0x0a }; /* TCP_LISTEN in net/tcp_states.h */

void listener_list_free(struct listener_list *list)
{
	free(list->entries);
	*list = (struct listener_list){0};
}

static int add(struct listener_list *list, const struct listener *listener)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity == 0 ? 32 : list->capacity * 2;
		struct listener *entries =
			realloc(list->entries, capacity * sizeof *entries);
		if (entries == NULL)
			return -1;
		list->entries = entries;
		list->capacity = capacity;
	}
	list->entries[list->count++] = *listener;
	return 0;
}

/* The kernel prints an address as words of 32 bits, of which each is a number
 * in host order made of bytes in network order. False if it is none. */
static bool parse_address(const char *hex, size_t size,
			  struct listener *listener)
{
	if (size != 8 && size != 32)
		return false;
	listener->is_ipv6 = size == 32;
	for (size_t i = 0; i < size; i += 8) {
		char digits[9] = "";
		memcpy(digits, hex + i, 8);
		uint32_t word = (uint32_t)strtoul(digits, NULL, 16);
		memcpy(listener->address + i / 2, &word, sizeof word);
	}
	return true;
}

int listener_parse(const char *line, size_t size, struct listener *listener)
{
	char text[256], address[40], state[4];
	unsigned long long inode;
	if (size >= sizeof text)
		return -1;
	memcpy(text, line, size);
	text[size] = '\0';
	if (strstr(text, "local_address") != NULL)
		return 0;
	/* sl local remote st tx:rx tr:when retransmits uid timeout inode */
	if (sscanf(text, " %*[^ ] %39s %*s %3s %*s %*s %*s %*s %*s %llu",
		   address, state, &inode) != 3)
		return -1;
	const char *colon = strrchr(address, ':');
	if (colon == NULL || strtol(state, NULL, 16) != STATE_LISTEN ||
	    !parse_address(address, (size_t)(colon - address), listener))
		return -1;
	listener->port = (uint16_t)strtoul(colon + 1, NULL, 16);
	listener->inode = inode;
	return 1;
}

void listener_reach(const struct listener *listener,
		    char text[LISTENER_ADDRESS_SIZE])
{
	static const unsigned char any[16];
	bool everywhere =
		memcmp(listener->address, any, listener->is_ipv6 ? 16 : 4) == 0;
	if (everywhere)
		strcpy(text, listener->is_ipv6 ? "::1" : "127.0.0.1");
	else
		inet_ntop(listener->is_ipv6 ? AF_INET6 : AF_INET,
			  listener->address, text, LISTENER_ADDRESS_SIZE);
}

/* Adds the listeners of an open table. 0, or -1 with errno. */
static int read_table(FILE *table, struct listener_list *list)
{
	char *line = NULL;
	size_t capacity = 0;
	ssize_t size;
	int result = 0, kind = 0;
	while (result == 0 && kind >= 0 &&
	       (size = getline(&line, &capacity, table)) > 0) {
		struct listener listener;
		kind = listener_parse(line, (size_t)size - 1, &listener);
		if (kind == 1)
			result = add(list, &listener);
	}
	free(line);
	return result;
}

int listeners_read(int directory, struct listener_list *list)
{
	static const char *const tables[] = {"net/tcp", "net/tcp6"};
	list->count = 0;
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		int fd = openat(directory, tables[i], O_RDONLY | O_CLOEXEC);
		/* A kernel without IPv6 has no tcp6. */
		if (fd < 0 && i == 1 && errno == ENOENT)
			return 0;
		FILE *table = fd < 0 ? NULL : fdopen(fd, "r");
		if (table == NULL) {
			if (fd >= 0)
				close(fd);
			return -1;
		}
		int result = read_table(table, list);
		fclose(table);
		if (result != 0)
			return -1;
	}
	return 0;
}

/* The inode in the link of a socket's descriptor, or 0. */
static uint64_t socket_inode(int folder, const char *name)
{
	char target[64];
	ssize_t size = readlinkat(folder, name, target, sizeof target - 1);
	if (size < 0)
		return 0;
	target[size] = '\0';
	if (strncmp(target, "socket:[", 8) != 0)
		return 0;
	return strtoull(target + 8, NULL, 10);
}

/* The port of the listener with that inode, or 0. */
static uint16_t port_of(const struct listener_list *list, uint64_t inode)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->entries[i].inode == inode)
			return list->entries[i].port;
	return 0;
}

/* The lowest port held, or if `wanted` is not 0 only that one. */
static enum holding look(int directory, const struct listener_list *list,
			 uint16_t wanted, uint16_t *port)
{
	int fd = openat(directory, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == EACCES || errno == EPERM ? HOLDS_HIDDEN
							 : HOLDS_NONE;
	DIR *folder = fdopendir(fd);
	if (folder == NULL) {
		close(fd);
		return HOLDS_NONE;
	}
	uint16_t lowest = 0;
	const struct dirent *entry;
	while ((entry = readdir(folder)) != NULL) {
		uint64_t inode = socket_inode(fd, entry->d_name);
		uint16_t held = inode == 0 ? 0 : port_of(list, inode);
		if (held == 0 || (wanted != 0 && held != wanted))
			continue;
		if (lowest == 0 || held < lowest)
			lowest = held;
	}
	closedir(folder);
	*port = lowest;
	return lowest == 0 ? HOLDS_NONE : HOLDS_PORT;
}

enum holding listeners_held_port(int directory,
				 const struct listener_list *list,
				 uint16_t *port)
{
	return look(directory, list, 0, port);
}

enum holding listeners_holds(int directory, const struct listener_list *list,
			     uint16_t port)
{
	uint16_t held;
	return look(directory, list, port, &held);
}
