/* Facts in words. */
#include "reaptop/words/wording.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "common/clock.h"

const char *wording_state(const struct process_stat *stat)
{
	switch (stat->state) {
	case 'R':
		return "running";
	case 'S':
		return "sleeping";
	case 'D':
		return "disk wait";
	case 'T':
		return "stopped";
	case 't':
		return "traced";
	case 'Z':
		return process_stat_is_headless(stat) ? "main gone" : "zombie";
	case 'X':
		return "dead";
	case 'I':
		return "idle";
	default:
		return "?";
	}
}

const char *wording_server_state(const struct server *server,
				 char text[WORDING_SIZE])
{
	if (server->ended && server->exit_known) {
		char how[WORDING_SIZE];
		snprintf(text, WORDING_SIZE, "ended: %.40s",
			 wording_exit(server->exit_status, how));
		return text;
	}
	if (server->gone)
		return "ended";
	if (server->ended)
		return "zombie itself";
	if (server->stat.state == 'T')
		return "frozen";
	return wording_state(&server->stat);
}

const char *wording_thaw(const struct process_stat *stat,
			 char text[WORDING_SIZE])
{
	if (stat->state == 't')
		return "its tracer (gdb, strace) holds it";
	if (stat->state != 'T')
		return NULL;
	snprintf(text, WORDING_SIZE, "kill -CONT %d thaws it", stat->pid);
	return text;
}

const char *wording_disposition(const struct server *server)
{
	if (server->ended)
		return "-";
	if (!server->signals_known)
		return "?";
	if (signal_set_has(server->signals.caught, SIGCHLD))
		return "caught";
	if (signal_set_has(server->signals.ignored, SIGCHLD))
		return "ignored";
	return "default";
}

const char *wording_sigchld(const struct server *server,
			    char text[WORDING_SIZE])
{
	snprintf(text, WORDING_SIZE, "%s%s%s", wording_disposition(server),
		 server_sigchld_blocked(server) ? " blocked" : "",
		 server_sigchld_pending(server) ? " pending" : "");
	return text;
}

const char *wording_age(int64_t ns, char text[WORDING_SIZE])
{
	int64_t seconds = ns / NS_PER_SECOND;
	int64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
	if (minutes < 1)
		snprintf(text, WORDING_SIZE, "%" PRId64 ".%" PRId64 "s",
			 seconds, ns % NS_PER_SECOND / (NS_PER_SECOND / 10));
	else if (hours < 1)
		snprintf(text, WORDING_SIZE, "%" PRId64 "m%02" PRId64 "s",
			 minutes, seconds % 60);
	else if (days < 1)
		snprintf(text, WORDING_SIZE, "%" PRId64 "h%02" PRId64 "m",
			 hours, minutes % 60);
	else if (days < 100)
		snprintf(text, WORDING_SIZE, "%" PRId64 "d%02" PRId64 "h", days,
			 hours % 24);
	else
		snprintf(text, WORDING_SIZE, "%" PRId64 "d", days);
	return text;
}

const char *wording_child_age(const struct watch *watch,
			      const struct child *child,
			      char text[WORDING_SIZE])
{
	if (child_is_hidden(child))
		return "?";
	return wording_age(watch_age(watch, child->stat.start_ticks), text);
}

const char *wording_server_age(const struct watch *watch,
			       const struct server *server,
			       char text[WORDING_SIZE])
{
	if (server->ended)
		return "-";
	return wording_age(watch_age(watch, server->stat.start_ticks), text);
}

const char *wording_signal(int number, char text[WORDING_SIZE])
{
	/* The C library would call it SIGPOLL. */
	const char *name = number == SIGIO ? "IO" : sigabbrev_np(number);
	if (name != NULL)
		snprintf(text, WORDING_SIZE, "SIG%s", name);
	else
		snprintf(text, WORDING_SIZE, "SIG%d", number);
	return text;
}

const char *wording_exit(int exit_status, char text[WORDING_SIZE])
{
	if (!WIFSIGNALED(exit_status)) {
		snprintf(text, WORDING_SIZE, "exit %d",
			 WEXITSTATUS(exit_status));
		return text;
	}
	return wording_signal(WTERMSIG(exit_status), text);
}

const char *wording_child_exit(const struct child *child,
			       char text[WORDING_SIZE])
{
	if (!child_is_zombie(child))
		return child_is_hidden(child) ? "?" : "-";
	if (!child->exit_known)
		return "?";
	return wording_exit(child->stat.exit_status, text);
}

const char *wording_child_end(const struct child *child,
			      char text[WORDING_SIZE])
{
	char how[WORDING_SIZE];
	if (!child_is_zombie(child) || !child->exit_known ||
	    !WIFSIGNALED(child->stat.exit_status))
		return wording_child_exit(child, text);
	snprintf(text, WORDING_SIZE, "killed by %.40s",
		 wording_exit(child->stat.exit_status, how));
	return text;
}

const char *wording_cpu(uint32_t thousandths, char text[WORDING_SIZE])
{
	if (thousandths < 1000)
		snprintf(text, WORDING_SIZE, "%u.%u%%", thousandths / 10,
			 thousandths % 10);
	else if (thousandths < 99995)
		snprintf(text, WORDING_SIZE, "%u%%", (thousandths + 5) / 10);
	else
		snprintf(text, WORDING_SIZE, "9999%%");
	return text;
}

const char *wording_child_state(const struct child *child, pid_t parent)
{
	if (child->nonstop && child->gone == 0)
		return "nonstop";
	if (child->gone == 0)
		return wording_state(&child->stat);
	return child->stat.ppid == parent ? "reaped" : "orphan";
}

const char *wording_count(uint64_t count, char text[WORDING_SIZE])
{
	if (count < 100000)
		snprintf(text, WORDING_SIZE, "%" PRIu64, count);
	else if (count < 1000000)
		snprintf(text, WORDING_SIZE, "%" PRIu64 "k", count / 1000);
	else if (count < 100000000)
		snprintf(text, WORDING_SIZE, "%" PRIu64 ".%" PRIu64 "M",
			 count / 1000000, count / 100000 % 10);
	else
		snprintf(text, WORDING_SIZE, "%" PRIu64 "M", count / 1000000);
	return text;
}

const char *wording_port(const struct server *server, char text[WORDING_SIZE])
{
	if (server->port_known == HOLDS_HIDDEN)
		return "?";
	if (server->port_known == HOLDS_NONE)
		return "-";
	snprintf(text, WORDING_SIZE, "%u", server->port);
	return text;
}

const char *wording_count_name(enum server_count count)
{
	static const char *const names[COUNT_COUNT] = {
		[COUNT_LIVE] = "live",         [COUNT_ZOMBIES] = "zombies",
		[COUNT_NONSTOP] = "nonstop",   [COUNT_SEEN] = "seen",
		[COUNT_CAME] = "came",         [COUNT_WENT] = "went",
		[COUNT_FORKED] = "forked",     [COUNT_REAPED] = "reaped",
		[COUNT_SIGCHLDS] = "SIGCHLDs",
	};
	return names[count];
}

bool wording_count_of(const struct server *server, enum server_count count,
		      uint64_t *number)
{
	static const struct event_counts none;
	const struct event_counts *logged = server_logged(server);
	const struct event_counts *counts = logged == NULL ? &none : logged;
	const uint64_t numbers[COUNT_COUNT] = {
		[COUNT_LIVE] = server->children.live,
		[COUNT_ZOMBIES] = server->children.zombies,
		[COUNT_NONSTOP] = server->children.nonstop,
		[COUNT_SEEN] = server->turnover.seen,
		[COUNT_CAME] = server->turnover.came,
		[COUNT_WENT] = server->turnover.went,
		[COUNT_FORKED] = counts->forked,
		[COUNT_REAPED] = counts->reaped,
		[COUNT_SIGCHLDS] = counts->sigchlds,
	};
	*number = numbers[count];
	return count < COUNT_FORKED || logged != NULL;
}

const char *wording_zombies(size_t count, char text[WORDING_SIZE])
{
	snprintf(text, WORDING_SIZE, "%zu zombie%s", count,
		 count == 1 ? "" : "s");
	return text;
}

const char *wording_address(const struct tcp_endpoint *endpoint,
			    char text[TCP_ADDRESS_SIZE])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	bool four = memcmp(endpoint->address, mapped, sizeof(mapped)) == 0;
	/* Cannot fail: the family and the size are right. */
	(void)inet_ntop(four ? AF_INET : AF_INET6,
			endpoint->address + (four ? sizeof(mapped) : 0), text,
			TCP_ADDRESS_SIZE);
	return text;
}

const char *wording_endpoint(const struct tcp_endpoint *endpoint,
			     char text[TCP_ENDPOINT_SIZE])
{
	char address[TCP_ADDRESS_SIZE];
	wording_address(endpoint, address);
	if (tcp_endpoint_is_any(endpoint))
		strcpy(address, "*");
	snprintf(text, TCP_ENDPOINT_SIZE,
		 strchr(address, ':') == NULL ? "%s:%u" : "[%s]:%u", address,
		 endpoint->port);
	return text;
}

const char *wording_tcp_state(uint8_t state)
{
	static const char *const words[] = {
		[TCP_ESTABLISHED] = "ESTABLISHED",
		[TCP_SYN_SENT] = "SYN_SENT",
		[TCP_SYN_RECV] = "SYN_RECV",
		[TCP_FIN_WAIT1] = "FIN_WAIT1",
		[TCP_FIN_WAIT2] = "FIN_WAIT2",
		[TCP_TIME_WAIT] = "TIME_WAIT",
		[TCP_CLOSE] = "CLOSED",
		[TCP_CLOSE_WAIT] = "CLOSE_WAIT",
		[TCP_LAST_ACK] = "LAST_ACK",
		[TCP_LISTEN] = "LISTEN",
		[TCP_CLOSING] = "CLOSING",
	};
	if (state >= sizeof(words) / sizeof(*words) || words[state] == NULL)
		return "?";
	return words[state];
}
