/* What the demo does. Freezing makes it certain: exits that meet a stopped
 * server leave one pending SIGCHLD, however many they are (signal(7)). */
#include "reaptop/demo/script.h"

static const struct demo_step steps[] = {
	{DEMO_ONE_BY_ONE, 3,
	 "3 clients, one after another: each exit has a SIGCHLD of its own"},
	{DEMO_HOLD, 5, "5 clients at once: 5 live children in each server"},
	{DEMO_FREEZE, 5,
	 "The servers are frozen (SIGSTOP): their signals have to wait"},
	{DEMO_LEAVE, 5,
	 "The 5 clients leave: 5 zombies more, yet at most 1 SIGCHLD pending"},
	{DEMO_THAW, 5,
	 "Thawed (SIGCONT), 1 SIGCHLD for 5 exits: none, 1 or all are reaped"},
	{DEMO_HOLD, 10, "10 clients at once: 10 live children in each server"},
	{DEMO_FREEZE, 10, "The servers are frozen again"},
	{DEMO_LEAVE, 10,
	 "The 10 clients leave: 10 zombies more, and still 1 SIGCHLD pending"},
	{DEMO_THAW, 10,
	 "Thawed: one waitpid per signal reaps 1 of 10, a loop reaps them all"},
};

static const struct demo_script script = {
	.steps = steps,
	.count = sizeof steps / sizeof *steps,
	.again = 0,
};

const struct demo_script *demo_script(void)
{
	return &script;
}

int demo_script_clients(const struct demo_script *of, size_t from)
{
	int clients = 0;
	for (size_t i = from; i < of->count; i++)
		if (of->steps[i].action == DEMO_ONE_BY_ONE ||
		    of->steps[i].action == DEMO_HOLD)
			clients += of->steps[i].clients;
	return clients;
}
