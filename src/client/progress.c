/* Progress on stderr: see progress.h. Each frame of the bar is one write(2) that fits
 * into the terminal's line and never starts a new line. */
#include "client/progress.h"

#include "common/clock.h"
#include "common/write_all.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
	ASSUMED_WIDTH = 80,
	WIDEST = 200,
	NARROWEST_BAR = 10,
};

/* Returns how many columns the bar may use: all but the last, so that the terminal
 * does not wrap the line. */
static unsigned columns(void)
{
	struct winsize size;
	unsigned width = ASSUMED_WIDTH;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		width = size.ws_col;
	if (width > WIDEST)
		width = WIDEST;
	return width - 1;
}

/* Writes one frame if this process is in the foreground of its terminal. Otherwise
 * the line belongs to the shell. Returns whether the process is in the foreground. */
static bool write_frame(const char *frame, size_t size)
{
	sigset_t ttou, before;
	bool foreground;

	/* The user may type Ctrl-Z and `bg` between the check and the write.
	 * With `stty tostop`, the write would then stop the process again, so
	 * SIGTTOU is blocked. sigprocmask cannot fail with these arguments. */
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	(void)sigprocmask(SIG_BLOCK, &ttou, &before);
	foreground = tcgetpgrp(STDERR_FILENO) == getpgrp();
	if (foreground)
		/* A lost frame does not matter. */
		(void)write_all(STDERR_FILENO, frame, size);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return foreground;
}

void progress_begin(struct progress *progress, uint64_t sessions, bool lines,
		    int64_t now_ns)
{
	*progress = (struct progress){
		.shown = lines || isatty(STDERR_FILENO) == 1,
		.lines = lines,
		.sessions = sessions,
		.started_ns = now_ns,
		.drawn_ns = now_ns,
	};
}

/* Formats the text beside the bar, such as "  42%  8400/20000  8650/s  3 failed". */
static void describe(const struct progress *progress, const struct tally *tally,
		     int64_t now_ns, char *text, size_t size)
{
	uint64_t over = tally->ok + tally->failed;
	double seconds = (double)(now_ns - progress->started_ns) / 1e9;
	int used = snprintf(text, size,
			    " %3" PRIu64 "%%  %" PRIu64 "/%" PRIu64 "  %.0f/s",
			    over * 100 / progress->sessions, over,
			    progress->sessions, (double)over / seconds);

	if (tally->failed > 0 && used > 0 && (size_t)used < size)
		snprintf(text + used, size - (size_t)used,
			 "  %" PRIu64 " failed", tally->failed);
}

static void write_line(const struct progress *progress,
		       const struct tally *tally)
{
	char line[96];
	int size = snprintf(
		line, sizeof(line),
		"progress: %" PRIu64 " of %" PRIu64 ", %" PRIu64 " failed\n",
		tally->ok + tally->failed, progress->sessions, tally->failed);

	/* A lost line does not matter. */
	(void)write_all(STDERR_FILENO, line, (size_t)size);
}

static void draw_bar(struct progress *progress, const struct tally *tally,
		     int64_t now_ns)
{
	char text[128];
	char line[WIDEST + 1] = "\r";
	size_t used = 1;

	describe(progress, tally, now_ns, text, sizeof(text));

	size_t width = columns();
	size_t length = strlen(text);

	if (width >= length + NARROWEST_BAR + 2) {
		size_t bar = width - length - 2;
		uint64_t over = tally->ok + tally->failed;
		size_t full = (size_t)(bar * over / progress->sessions);

		line[used++] = '[';
		memset(line + used, '#', full);
		memset(line + used + full, '.', bar - full);
		used += bar;
		line[used++] = ']';
	} else if (length > width) {
		length = width;
	}
	for (size_t i = 0; i < length; i++)
		line[used++] = text[i];
	while (used <= progress->width && used <= width)
		line[used++] = ' ';
	if (write_frame(line, used))
		progress->width = (unsigned)used - 1;
}

void progress_update(struct progress *progress, const struct tally *tally,
		     int64_t now_ns)
{
	if (!progress->shown ||
	    now_ns - progress->drawn_ns < PROGRESS_INTERVAL_MS * NS_PER_MS)
		return;
	progress->drawn_ns = now_ns;
	if (progress->lines)
		write_line(progress, tally);
	else
		draw_bar(progress, tally, now_ns);
}

void progress_end(struct progress *progress)
{
	char line[WIDEST + 2];

	if (progress->width == 0)
		return;
	line[0] = '\r';
	memset(line + 1, ' ', progress->width);
	line[progress->width + 1] = '\r';
	/* Does nothing in the background: the shell has overwritten the bar. */
	(void)write_frame(line, progress->width + 2);
	progress->width = 0;
}
