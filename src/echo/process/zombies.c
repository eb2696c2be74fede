/* Counts this process's zombies: a child is one if waitid(2) with WNOWAIT, which does not
 * reap, says that it is dead. */
#include "echo/process/zombies.h"

#include "echo/process/children.h"

#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>

static bool is_zombie(pid_t child)
{
	siginfo_t info;

	memset(&info, 0, sizeof(info));
	/* __WALL: also children whose exit signal is not SIGCHLD. waitid is
	 * only a system call in glibc and musl, so it is async-signal-safe. It
	 * fails for a process that is not our child. */
	return waitid(P_PID, (id_t)child, &info,
		      WEXITED | WNOHANG | WNOWAIT | __WALL) == 0 &&
	       info.si_pid == child;
}

int zombies_count(void)
{
	return children_count(is_zombie);
}
