/* The single signals a user can have sent. */
#include "reaptop/act/deeds.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "reaptop/act/aim.h"

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
	default:
		return strerror(error);
	}
}

static bool send(const struct watch *watch, const struct server *server,
		 pid_t pid, uint64_t start_ticks, int number,
		 char text[DEED_TEXT_SIZE])
{
	if (aim_signal(watch->proc, server, pid, start_ticks, number) == 0)
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
	if (!server->ended)
		return send(watch, server, server->stat.pid,
			    server->stat.start_ticks, number, text);
	snprintf(text, DEED_TEXT_SIZE, "%s has ended already", server->name);
	return false;
}

/* Now, and not at the last sample: a key may come before the next one. */
static bool is_stopped(const struct server *server)
{
	struct process_stat stat;
	return process_stat_read(server->directory, "stat", &stat) == 0 &&
	       (stat.state == 'T' || stat.state == 't');
}

bool deed_freeze_or_thaw(const struct watch *watch, const struct server *server,
			 char text[DEED_TEXT_SIZE])
{
	bool frozen = is_stopped(server);
	if (!send_server(watch, server, frozen ? SIGCONT : SIGSTOP, text))
		return false;
	snprintf(text, DEED_TEXT_SIZE,
		 frozen ? "%s is thawed (SIGCONT): what was pending comes now"
			: "%s is frozen (SIGSTOP): signals wait. f thaws it",
		 server->name);
	return true;
}

bool deed_send_sigchld(const struct watch *watch, const struct server *server,
		       char text[DEED_TEXT_SIZE])
{
	if (!send_server(watch, server, SIGCHLD, text))
		return false;
	snprintf(text, DEED_TEXT_SIZE, "SIGCHLD sent to %s%s", server->name,
		 is_stopped(server) ? ", which is frozen: it stays pending"
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
	if (!send(watch, server, child->stat.pid, child->stat.start_ticks,
		  SIGKILL, text))
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
