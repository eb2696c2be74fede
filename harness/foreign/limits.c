/* Forking echo servers with a limit on the number of children.
 * Usage: limits HOW PORT */
#include "forking.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* WRONG ON PURPOSE: the handler asks at most 16 times. If more children die together, the
 * 17th and all after it stay zombies. */

static void reap_sixteen(int signum)
{
	int saved_errno = errno;

	(void)signum;
	for (int i = 0; i < 16; i++)
		if (waitpid(-1, NULL, WNOHANG) <= 0)
			break;
	errno = saved_errno;
}

static void at_most_16(int listener)
{
	(void)listener;
	on_signal(SIGCHLD, reap_sixteen);
}

/* A table of children: the handler waits for those that are in it. */

enum { TABLE = 12, EVER = 25 };

static volatile pid_t table[EVER];
static volatile sig_atomic_t used;

static void reap_table(int signum)
{
	int saved_errno = errno;

	(void)signum;
	for (int i = 0; i < EVER; i++)
		if (table[i] > 0 && waitpid(table[i], NULL, WNOHANG) > 0) {
			table[i] = 0;
			used--;
		}
	errno = saved_errno;
}

static void by_table(int listener)
{
	(void)listener;
	on_signal(SIGCHLD, reap_table);
}

/* WRONG ON PURPOSE: the table has 12 places, and a child that finds none is forgotten.
 * With more than 12 clients at a time, zombies stay. */
static void note_if_room(pid_t child, int connection)
{
	for (int i = 0; i < TABLE; i++)
		if (table[i] == 0) {
			table[i] = child;
			break;
		}
	close(connection);
}

/* WRONG ON PURPOSE: no place of the table is used twice. Each child after the 25th stays a
 * zombie, although they die one by one. */
static void note_once(pid_t child, int connection)
{
	static int next;

	if (next < EVER)
		table[next++] = child;
	close(connection);
}

/* Right: a client waits in the backlog until the table has a place for its child. */
static int take_if_room(int listener)
{
	sigset_t blocked, before;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGCHLD);
	sigprocmask(SIG_BLOCK, &blocked, &before);
	while (used == TABLE)
		sigsuspend(&before);
	used++;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return take_client(listener);
}

static const struct server servers[] = {
	{"at_most_16", .set_up = at_most_16},
	{"table_full", .set_up = by_table, .in_parent = note_if_room},
	{"table_ends", .set_up = by_table, .in_parent = note_once},
	{"waits_for_room", .set_up = by_table, .take = take_if_room,
	 .in_parent = note_if_room},
};

int main(int argc, char **argv)
{
	return RUN(argc, argv, servers);
}
