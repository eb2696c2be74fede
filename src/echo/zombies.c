/* How many zombies this process has: the kernel's list of its children
 * (/proc/PID/task/PID/children, see proc(5)), and for each a waitid(2) that
 * only looks (WNOWAIT). */
#include "echo/zombies.h"

#include "echo/json_line.h"

#include <fcntl.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static int is_zombie(pid_t child)
{
	siginfo_t info;

	memset(&info, 0, sizeof(info));
	/* __WALL: also children whose exit signal is not SIGCHLD. waitid is
	 * a bare system call in glibc and musl. A failure says "not ours". */
	return waitid(P_PID, (id_t)child, &info,
		      WEXITED | WNOHANG | WNOWAIT | __WALL) == 0 &&
	       info.si_pid == child;
}

static int open_children(void)
{
	char path[64] = "/proc/self/task/";
	char digits[DECIMAL_SIZE];

	strcat(path, decimal_format(getpid(), digits));
	strcat(path, "/children");
	return open(path, O_RDONLY | O_CLOEXEC);
}

int zombies_count(void)
{
	int fd = open_children();
	char text[4096];
	ssize_t size;
	pid_t child = 0;
	int count = 0;

	if (fd < 0)
		return -1;
	/* PIDs, each followed by a space; one may span two reads. */
	while ((size = read(fd, text, sizeof(text))) > 0) {
		for (ssize_t i = 0; i < size; i++) {
			if (text[i] >= '0' && text[i] <= '9') {
				child = child * 10 + (text[i] - '0');
			} else if (child > 0) {
				count += is_zombie(child);
				child = 0;
			}
		}
	}
	(void)close(fd); /* only read from */
	return size < 0 ? -1 : count;
}
