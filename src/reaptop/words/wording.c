/* Facts in words. */
#include "reaptop/words/wording.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "reaptop/clock.h"

/* In the order of signal(7) for x86, ARM and most others; by name, as the
 * numbers differ between architectures. */
static const struct {
	int number;
	const char *name;
} signals[] = {
	{SIGHUP, "SIGHUP"},       {SIGINT, "SIGINT"},   {SIGQUIT, "SIGQUIT"},
	{SIGILL, "SIGILL"},       {SIGTRAP, "SIGTRAP"}, {SIGABRT, "SIGABRT"},
	{SIGBUS, "SIGBUS"},       {SIGFPE, "SIGFPE"},   {SIGKILL, "SIGKILL"},
	{SIGUSR1, "SIGUSR1"},     {SIGSEGV, "SIGSEGV"}, {SIGUSR2, "SIGUSR2"},
	{SIGPIPE, "SIGPIPE"},     {SIGALRM, "SIGALRM"}, {SIGTERM, "SIGTERM"},
	{SIGCHLD, "SIGCHLD"},     {SIGCONT, "SIGCONT"}, {SIGSTOP, "SIGSTOP"},
	{SIGTSTP, "SIGTSTP"},     {SIGTTIN, "SIGTTIN"}, {SIGTTOU, "SIGTTOU"},
	{SIGURG, "SIGURG"},       {SIGXCPU, "SIGXCPU"}, {SIGXFSZ, "SIGXFSZ"},
	{SIGVTALRM, "SIGVTALRM"}, {SIGPROF, "SIGPROF"}, {SIGWINCH, "SIGWINCH"},
	{SIGIO, "SIGIO"},         {SIGPWR, "SIGPWR"},   {SIGSYS, "SIGSYS"},
};

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

const char *wording_exit(int exit_status, char text[WORDING_SIZE])
{
	if (!WIFSIGNALED(exit_status)) {
		snprintf(text, WORDING_SIZE, "exit %d",
			 WEXITSTATUS(exit_status));
		return text;
	}
	int number = WTERMSIG(exit_status);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		if (signals[i].number == number)
			return signals[i].name;
	snprintf(text, WORDING_SIZE, "SIG%d", number);
	return text;
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
