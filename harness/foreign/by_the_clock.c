/* Forking echo servers that reap by the clock: right, if lazy.
 * Usage: by_the_clock HOW PORT */
#include "forking.h"

#include <poll.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

/* Right: an alarm every 3 seconds. */
static void reap_and_rearm(int signum)
{
	reap_all(signum);
	alarm(3);
}

static void by_alarm(int listener)
{
	(void)listener;
	on_signal(SIGALRM, reap_and_rearm);
	alarm(3);
}

/* Right: the loop that waits for clients reaps when 5 seconds have passed. */

static void nothing(int listener)
{
	(void)listener;
}

static int take_or_time_out(int listener)
{
	struct pollfd waiting = {.fd = listener, .events = POLLIN};
	static time_t last;

	for (;;) {
		int ready = poll(&waiting, 1, 5000);

		if (time(NULL) - last >= 5) {
			reap_all(SIGCHLD);
			last = time(NULL);
		}
		if (ready > 0)
			return take_client(listener);
	}
}

static const struct server servers[] = {
	{"alarm_3s", .set_up = by_alarm},
	{"poll_5s", .set_up = nothing, .take = take_or_time_out},
};

int main(int argc, char **argv)
{
	return RUN(argc, argv, servers);
}
