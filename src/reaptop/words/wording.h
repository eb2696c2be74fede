/* Facts in words: how states, ages, exits, counts and addresses read, on the
 * screen, in text and in JSON. Nothing here depends on a terminal or a
 * locale. */
#ifndef REAP_WORDS_WORDING_H
#define REAP_WORDS_WORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reaptop/read/tcp_table.h"
#include "reaptop/watch/child.h"
#include "reaptop/watch/server.h"
#include "reaptop/watch/watch.h"

/* Room for any text made here. */
enum { WORDING_SIZE = 64 };

/* Returns "zombie" for 'Z' and so on, at most 9 characters; "?" if unknown;
 * "main gone" for a Z of which other threads still run. */
const char *wording_state(const struct process_stat *stat);

/* Returns the state of a server: a word as above, or "frozen", or how it ended:
 * "ended", "ended: exit 1", "ended: SIGKILL", "zombie itself". */
const char *wording_server_state(const struct server *server,
				 char text[WORDING_SIZE]);

/* Returns how a stopped process can be thawed: "kill -CONT 42 thaws it", or who
 * holds it. Returns NULL if it is not stopped. */
const char *wording_thaw(const struct process_stat *stat,
			 char text[WORDING_SIZE]);

/* Returns what the server does about SIGCHLD: "caught", "ignored" or "default";
 * "?" if we may not read it, "-" once the server has ended. */
const char *wording_disposition(const struct server *server);

/* Returns the same, then " blocked" and " pending" if so. */
const char *wording_sigchld(const struct server *server,
			    char text[WORDING_SIZE]);

/* Returns a span of time in at most 6 characters: 0.5s 12.0s 5m12s 23h59m
 * 3d04h. */
const char *wording_age(int64_t ns, char text[WORDING_SIZE]);

/* Returns the age of a child at the last sample, or "?". */
const char *wording_child_age(const struct watch *watch,
			      const struct child *child,
			      char text[WORDING_SIZE]);

/* Returns the age of a server at the last sample; "-" once it has ended, as the
 * age would still grow. */
const char *wording_server_age(const struct watch *watch,
			       const struct server *server,
			       char text[WORDING_SIZE]);

/* Returns the name of a signal: "SIGKILL"; "SIG34" for a real-time one. */
const char *wording_signal(int number, char text[WORDING_SIZE]);

/* Returns a wait status: "exit 0", "SIGKILL", "SIG34". */
const char *wording_exit(int exit_status, char text[WORDING_SIZE]);

/* Returns how a child ended: as above; "-" while it lives, "?" if the kernel
 * does not show us. */
const char *wording_child_exit(const struct child *child,
			       char text[WORDING_SIZE]);

/* Returns the same in full: "exit 0", "killed by SIGKILL", "-", "?". */
const char *wording_child_end(const struct child *child,
			      char text[WORDING_SIZE]);

/* Returns a share of a CPU, given in thousandths, in at most 5 characters: 0.0%
 * 12.5% 100% 1600%. Several threads may take more than one CPU. */
const char *wording_cpu(uint32_t thousandths, char text[WORDING_SIZE]);

/* Returns the state of a child as wording_state(), or "nonstop"; or "reaped"
 * once it is gone, or "orphan" if another process has become its parent. */
const char *wording_child_state(const struct child *child, pid_t parent);

/* Returns a number in at most 5 characters: 99999 123k 4.5M 123M. */
const char *wording_count(uint64_t count, char text[WORDING_SIZE]);

/* Returns the port: "9190", "-" none known, "?" we may not look. */
const char *wording_port(const struct server *server, char text[WORDING_SIZE]);

/* The counts of a server, in the order of JSON. */
enum server_count {
	COUNT_LIVE,
	COUNT_ZOMBIES,
	COUNT_NONSTOP,
	COUNT_SEEN, /* of children, since the server started */
	COUNT_CAME, /* since the sample before */
	COUNT_WENT,
	COUNT_FORKED, /* the last three only by its event log */
	COUNT_REAPED,
	COUNT_SIGCHLDS,
	COUNT_COUNT,
};

/* Returns the name of a count: "live", "SIGCHLDs". Its key in JSON is the same
 * in small letters. */
const char *wording_count_name(enum server_count count);

/* Stores a count. Returns false if it is not known. */
bool wording_count_of(const struct server *server, enum server_count count,
		      uint64_t *number);

/* Returns "1 zombie", "2 zombies". */
const char *wording_zombies(size_t count, char text[WORDING_SIZE]);

/* Room for an address, and for "[" IPv6 "]:65535". */
enum { TCP_ADDRESS_SIZE = 48, TCP_ENDPOINT_SIZE = 56 };

/* Returns the address alone: "127.0.0.1", "::1", "0.0.0.0". */
const char *wording_address(const struct tcp_endpoint *endpoint,
			    char text[TCP_ADDRESS_SIZE]);

/* Returns "127.0.0.1:9190", "[::1]:9190", or "*:9190" for every address. */
const char *wording_endpoint(const struct tcp_endpoint *endpoint,
			     char text[TCP_ENDPOINT_SIZE]);

/* Returns "ESTABLISHED", "FIN_WAIT2" ... as in RFC 9293 and netstat(8), at most
 * 11 characters; "?" if unknown. */
const char *wording_tcp_state(uint8_t state);

#endif
