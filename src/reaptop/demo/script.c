/* What the demo does. Freezing makes it certain: exits that meet a stopped
 * server leave one pending SIGCHLD, however many they are (signal(7)). */
#include "reaptop/demo/script.h"

static const struct demo_step nobody_reaps[] = {
	{DEMO_ONE_BY_ONE, 3,
	 "3 clients, one after another: each leaves a zombie. Nobody asks for "
	 "it"},
	{DEMO_HOLD, 5, "5 clients at once: 5 children, alive while they serve"},
	{DEMO_LEAVE, 5,
	 "They leave: 5 zombies more. A zombie is a PID and an exit status"},
	{DEMO_ONE_BY_ONE, 2,
	 "2 more: the table only grows. SIGCHLD is at its default: discarded"},
	{DEMO_HOLD, 8, "8 clients at once: the living are served as ever"},
	{DEMO_LEAVE, 8,
	 "18 clients came, 18 zombies stay: after months, no fork succeeds"},
};

static const struct demo_step one_wait_per_signal[] = {
	{DEMO_ONE_BY_ONE, 3,
	 "3 clients, one after another: 3 exits, 3 SIGCHLDs, 3 waits, 0 "
	 "zombies"},
	{DEMO_HOLD, 5, "5 clients at once: 5 live children"},
	{DEMO_FREEZE, 5,
	 "The server is frozen (SIGSTOP): its handler cannot run now"},
	{DEMO_LEAVE, 5,
	 "All 5 leave: 5 zombies, 1 bit. A pending SIGCHLD is not counted"},
	{DEMO_THAW, 5,
	 "Thawed (SIGCONT): the handler runs once and waits once: 4 are left"},
	{DEMO_ONE_BY_ONE, 1,
	 "1 more client: its SIGCHLD reaps one zombie, and it leaves one: "
	 "still 4"},
};

static const struct demo_step the_loop[] = {
	{DEMO_ONE_BY_ONE, 3,
	 "3 clients, one after another: each is reaped, as with a single wait"},
	{DEMO_HOLD, 5, "5 clients at once: 5 live children"},
	{DEMO_FREEZE, 5, "The server is frozen (SIGSTOP)"},
	{DEMO_LEAVE, 5,
	 "All 5 leave: 5 zombies, 1 SIGCHLD pending. No difference so far"},
	{DEMO_THAW, 5,
	 "Thawed: one SIGCHLD, but the handler waits until nobody is left: 0"},
	{DEMO_HOLD, 10, "10 clients at once"},
	{DEMO_FREEZE, 10, "Frozen again"},
	{DEMO_LEAVE, 10, "All 10 leave: 10 zombies, and still 1 SIGCHLD"},
	{DEMO_THAW, 10,
	 "Thawed: all 10 are reaped. An `if` has become a `while`, no more"},
};

static const struct demo_step kill_the_parent[] = {
	{DEMO_HOLD, 5,
	 "5 clients, 5 children. Beside the server its parent: reaptop itself"},
	{DEMO_LEAVE, 5,
	 "They leave: 5 zombies, for which only the server could wait"},
	{DEMO_HOLD, 2, "2 clients stay connected: 2 live children"},
	{DEMO_KILL, 2,
	 "The server is killed: all 7 move to reaptop, a subreaper, or to "
	 "init"},
	{DEMO_LEAVE, 2,
	 "The 2 orphans served on until their clients left: 7 zombies here"},
	{DEMO_REAP, 2,
	 "The new parent waits for them, as init does: a zombie needs a "
	 "parent"},
};

static const struct demo_step same_load[] = {
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

#define NOREAP                              \
	{                                   \
		"server_noreap", REAPS_NONE \
	}
#define SIGCHLD_ONCE                        \
	{                                   \
		"server_sigchld", REAPS_ONE \
	}
#define WAITPID_LOOP                             \
	{                                        \
		"server_waitpid_loop", REAPS_ALL \
	}
#define STEPS(steps) (steps), sizeof(steps) / sizeof(*(steps))

static const struct demo_scene scenes[DEMO_SCENES] = {
	{"nobody reaps", {{NOREAP}, 1, false}, STEPS(nobody_reaps)},
	{"one wait per signal",
	 {{SIGCHLD_ONCE}, 1, false},
	 STEPS(one_wait_per_signal)},
	{"the loop", {{WAITPID_LOOP}, 1, false}, STEPS(the_loop)},
	{"kill the parent", {{NOREAP}, 1, true}, STEPS(kill_the_parent)},
	{"the same load on all three",
	 {{NOREAP, SIGCHLD_ONCE, WAITPID_LOOP}, 3, false},
	 STEPS(same_load)},
};

const struct demo_scene *demo_scene(int number)
{
	return &scenes[number - 1];
}

int demo_scene_clients(const struct demo_scene *scene)
{
	int clients = 0;
	for (size_t i = 0; i < scene->count; i++)
		if (scene->steps[i].action == DEMO_ONE_BY_ONE ||
		    scene->steps[i].action == DEMO_HOLD)
			clients += scene->steps[i].clients;
	return clients;
}
