/* How signal_witness.c reports: to the check that runs it, or to stderr. */
#ifndef REPORT_H
#define REPORT_H

#include "bare.h"

#include <stdatomic.h>
#include <sys/mman.h>

/* What a check reads: memory that it shares with the server. The server finds
 * neither a descriptor nor a variable for it, so it cannot close or imitate the
 * report by accident, nor with a constructor that writes to all descriptors. The
 * check ignores each line that does not begin with its number. */
struct report {
	char number[16]; /* drawn for this run; erased once it has been read */
	_Atomic size_t used; /* bytes of text, by all processes that write */
	char text[];
};

enum { REPORT_SIZE = 1 << 20 };

static const char HANDED_OVER[] = "REAP_WITNESS="; /* and the descriptor */

static struct report *report; /* NULL: nobody has asked for one */
static char number[sizeof(report->number) + 1];

/* What stands in this variable of the environment; NULL: it is another. */
static char *handed_over(char *variable)
{
	const char *name = HANDED_OVER;

	while (*name != '\0' && *name == *variable) {
		name++;
		variable++;
	}
	return *name == '\0' ? variable : NULL;
}

/* Reads the number of a descriptor, and erases the whole variable: /proc/self/environ
 * shows it. */
static int erase(char *variable)
{
	char *digit = handed_over(variable);
	int fd = 0;

	for (; *digit >= '0' && *digit <= '9'; digit++)
		fd = 10 * fd + (*digit - '0');
	while (*variable != '\0')
		*variable++ = '\0';
	return fd;
}

/* Maps the report, and removes all that leads to it. Linked with `-z initfirst`, so
 * that it runs before all other code of the program, except what runs while it is
 * being linked (an IFUNC). Nothing hides this memory from a program that searches
 * all of its own. */
__attribute__((constructor)) static void take_over(int argc, char **argv,
						   char **environment)
{
	char **entry = environment;
	size_t i;
	long mapped;
	int fd;

	(void)argc;
	(void)argv;
	while (*entry != NULL && handed_over(*entry) == NULL)
		entry++;
	if (*entry == NULL)
		return;
	fd = erase(*entry);
	for (; *entry != NULL; entry++)
		entry[0] = entry[1];
	mapped = bare_call(SYS_mmap, 0, REPORT_SIZE, PROT_READ | PROT_WRITE,
			   MAP_SHARED, fd, 0);
	/* It was opened to be mapped only, and nothing has been written. */
	(void)bare_call(SYS_close, fd, 0, 0, 0, 0, 0);
	if (mapped <= 0)
		return; /* nothing is reported, and the check says so */
	report = (struct report *)mapped;
	for (i = 0; i < sizeof(report->number); i++) {
		number[i] = report->number[i];
		report->number[i] = '\0';
	}
}

/* Adds a line to the report. A line that finds no room is lost. */
static void add(const char *line, size_t length)
{
	size_t room = REPORT_SIZE - sizeof(*report);
	size_t start = atomic_fetch_add(&report->used, length);
	size_t i;

	if (start > room || length > room - start)
		return;
	for (i = 0; i < length - 1; i++)
		report->text[start + i] = line[i];
	/* The end comes last: a reader takes whole lines. */
	atomic_thread_fence(memory_order_release);
	report->text[start + length - 1] = line[length - 1];
}

struct line {
	char text[160];
	size_t used;
};

static void append(struct line *line, const char *text)
{
	while (*text != '\0' && line->used < sizeof(line->text))
		line->text[line->used++] = *text++;
}

static void say(const char *first, const char *second, const char *third,
		const char *fourth)
{
	struct line line;

	line.used = 0;
	append(&line, report ? number : "witness:");
	append(&line, " ");
	append(&line, first);
	append(&line, second);
	append(&line, third);
	append(&line, fourth);
	append(&line, "\n");
	if (report)
		add(line.text, line.used);
	else /* nobody is left to tell if stderr fails */
		(void)bare_call(SYS_write, STDERR_FILENO, (long)line.text,
				(long)line.used, 0, 0, 0);
}

#endif
