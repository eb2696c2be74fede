/* The single signals a user can have sent. */
#include "reaptop/act/deeds.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "reaptop/act/aim.h"
#include "reaptop/act/frozen.h"

static const char *why_not(int error)
{
	switch (error) {
	case ESRCH:
	case ENOENT:
		return "it is gone";
	case EXDEV:
		return "it is not below this server";
	case EINVAL:
		return "reaptop does not signal process 1, nor itself";
	case EPERM:
		return "it belongs to another user";
	case EAGAIN:
		return "reaptop has frozen as many as it can thaw";
	default:
		return strerror(error);
	}
}

/* Returns whether the signal was sent: `result` 0. Stores why not, from
 * errno. */
static bool was_sent(int result, pid_t pid, int number,
		     char text[DEED_TEXT_SIZE])
{
	if (result == 0)
		return true;
	snprintf(text, DEED_TEXT_SIZE, "%s was not sent to %d: %s",
		 number == SIGKILL   ? "SIGKILL"
		 : number == SIGCHLD ? "SIGCHLD"
		 : number == SIGSTOP ? "SIGSTOP"
				     : "SIGCONT",
		 pid, why_not(errno));
	return false;
}

static bool send_server(const struct watch *watch, const struct server *server,
			int number, char text[DEED_TEXT_SIZE])
{
	int proc = watch->proc;
	pid_t pid = server->stat.pid;
	if (!server->ended) {
		int result =
			number == SIGSTOP ? frozen_stop(proc, server)
			: number == SIGCONT
				? frozen_continue(proc, server)
				: aim_signal(proc, server, pid,
					     server->stat.start_ticks, number);
		return was_sent(result, pid, number, text);
	}
	snprintf(text, DEED_TEXT_SIZE, "%s has ended already", server->name);
	return false;
}

/* Returns the state that the server has now, or 0 if it cannot be read. */
static char state_of(const struct server *server)
{
	struct process_stat stat;
	return process_stat_read(server->directory, "stat", &stat) == 0
		       ? stat.state
		       : 0;
}

bool deed_is_stopped(const struct server *server)
{
	char state = state_of(server);
	return state == 'T' || state == 't';
}

bool deed_is_traced(const struct server *server)
{
	return state_of(server) == 't';
}

static void describe_tracing(const struct server *server,
			     char text[DEED_TEXT_SIZE])
{
	char by[32] = "";
	struct process_status status;
	struct proc_text scratch = {0};
	if (process_status_read(server->directory, &scratch, &status) == 0 &&
	    status.tracer != 0)
		snprintf(by, sizeof(by), " by PID %d", status.tracer);
	proc_text_free(&scratch);
	snprintf(text, DEED_TEXT_SIZE,
		 "%s is being traced%s: SIGCONT does not start it",
		 server->name, by);
}

bool deed_freeze(const struct watch *watch, const struct server *server,
		 char text[DEED_TEXT_SIZE])
{
	if (deed_is_stopped(server)) {
		snprintf(text, DEED_TEXT_SIZE, "%s is stopped already",
			 server->name);
		return false;
	}
	if (!send_server(watch, server, SIGSTOP, text))
		return false;
	snprintf(text, DEED_TEXT_SIZE,
		 "%s is frozen (SIGSTOP): signals wait. f thaws it",
		 server->name);
	return true;
}

bool deed_thaw(const struct watch *watch, const struct server *server,
	       char text[DEED_TEXT_SIZE])
{
	if (!server->ended && !deed_is_stopped(server)) {
		snprintf(text, DEED_TEXT_SIZE, "%s is thawed already",
			 server->name);
		return false;
	}
	if (!server->ended && deed_is_traced(server)) {
		describe_tracing(server, text);
		return false;
	}
	if (!send_server(watch, server, SIGCONT, text))
		return false;
	snprintf(text, DEED_TEXT_SIZE,
		 "%s is thawed (SIGCONT): what was pending comes now",
		 server->name);
	return true;
}

bool deed_send_sigchld(const struct watch *watch, const struct server *server,
		       char text[DEED_TEXT_SIZE])
{
	if (!send_server(watch, server, SIGCHLD, text))
		return false;
	snprintf(text, DEED_TEXT_SIZE, "SIGCHLD sent to %s%s", server->name,
		 deed_is_stopped(server) ? ", which is frozen: it stays pending"
					 : "");
	return true;
}

bool deed_kill_child(const struct watch *watch, const struct server *server,
		     const struct child *child, char text[DEED_TEXT_SIZE])
{
	if (child == NULL || child_is_hidden(child)) {
		snprintf(text, DEED_TEXT_SIZE, "No child is selected");
		return false;
	}
	if (child_is_zombie(child)) {
		snprintf(text, DEED_TEXT_SIZE,
			 "%d is dead already: a zombie cannot be killed, only "
			 "waited for",
			 child->stat.pid);
		return false;
	}
	if (!was_sent(aim_signal(watch->proc, server, child->stat.pid,
				 child->stat.start_ticks, SIGKILL),
		      child->stat.pid, SIGKILL, text))
		return false;
	snprintf(text, DEED_TEXT_SIZE,
		 "%d is killed (SIGKILL): a zombie until %s waits for it",
		 child->stat.pid, server->name);
	return true;
}

bool deed_kill_server(const struct watch *watch, const struct server *server,
		      char text[DEED_TEXT_SIZE])
{
	return send_server(watch, server, SIGKILL, text);
}
