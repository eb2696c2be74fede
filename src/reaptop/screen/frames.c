/* What curses writes, on its way to the terminal. curses insists on writing all
 * of a frame, and a signal does not end its wait. So curses writes into a file
 * in memory, which takes the place of standard output meanwhile, and the frame
 * goes to the terminal through a descriptor that never waits. */
#include "reaptop/screen/frames.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include "common/clock.h"
#include "reaptop/read/proc_file.h"

static const int64_t patience = NS_PER_SECOND / 4;

/* Shared with the crash handler; set before a crash can need it. */
static volatile sig_atomic_t terminal = -1;

static int standard_output = -1; /* to put back in its place */
static int kept = -1;
static off_t sent, size; /* of what is in `kept` */
static bool may_wait;    /* a write of more than a byte to `terminal` */

void frames_close(void)
{
	const int descriptors[] = {terminal, standard_output, kept};
	for (size_t i = 0; i < sizeof(descriptors) / sizeof(*descriptors); i++)
		if (descriptors[i] >= 0)
			proc_close(descriptors[i]);
	terminal = standard_output = kept = -1;
	sent = size = 0;
}

int frames_open(void)
{
	/* Opened once more, lest others who use the terminal, the shell above
	 * all, find it non-blocking too. After su(1) that may be forbidden. */
	terminal = open("/proc/self/fd/1",
			O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	may_wait = terminal < 0;
	if (may_wait)
		terminal = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	standard_output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
	kept = memfd_create("frames", MFD_CLOEXEC);
	if (terminal >= 0 && standard_output >= 0 && kept >= 0)
		return 0;
	frames_close();
	return -1;
}

static bool takes_bytes(int timeout_ms)
{
	struct pollfd out = {.fd = terminal, .events = POLLOUT};
	return poll(&out, 1, timeout_ms) > 0;
}

static void forget_all(void)
{
	sent = size = 0;
	(void)ftruncate(kept, 0); /* else it only keeps its memory */
	(void)lseek(kept, 0, SEEK_SET);
}

void frames_begin(void)
{
	/* dup2(2) fails for a wrong descriptor only: these are right. */
	(void)dup2(kept, STDOUT_FILENO);
}

void frames_end(void)
{
	(void)dup2(standard_output, STDOUT_FILENO);
	size = lseek(kept, 0, SEEK_CUR);
	frames_send();
}

void frames_send(void)
{
	char part[4096];
	while (sent < size) {
		/* If poll(2) says there is room, a single byte has room. */
		if (may_wait && !takes_bytes(0))
			return;
		ssize_t got =
			pread(kept, part, may_wait ? 1 : sizeof(part), sent);
		ssize_t written =
			got <= 0 ? -1 : write(terminal, part, (size_t)got);
		if (got > 0 && written < 0 && errno == EAGAIN)
			return;
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			break; /* it is gone: reading it tells */
		sent += written;
	}
	forget_all();
}

int frames_pending(void)
{
	return sent < size ? (int)terminal : -1;
}

void frames_settle(void)
{
	int64_t deadline = clock_now(CLOCK_MONOTONIC) + patience;
	frames_send();
	while (sent < size && clock_now(CLOCK_MONOTONIC) < deadline) {
		(void)takes_bytes(10);
		frames_send();
	}
	if (sent == size)
		return;
	(void)tcflush(terminal, TCOFLUSH); /* else no room: nothing to do */
	forget_all();
}

void frames_rescue(const char *bytes, size_t count)
{
	ssize_t written = -1;
	if (takes_bytes(0))
		written = write(terminal, bytes, count);
	if (written == (ssize_t)count)
		return;
	(void)tcflush(terminal, TCOFLUSH);
	written = write(terminal, bytes, count);
	(void)written; /* nothing more can be done */
}
