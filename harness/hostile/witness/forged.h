/* HOSTILE ON PURPOSE: what the attacks on the witness of lab 04 have in common. Each
 * is appended to a wrong answer, and claims that the answer was found correct. */
#ifndef FORGED_H
#define FORGED_H

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *const forged_words[] = {"watching", "interrupted printf",
					   "interrupted accept"};

enum { FORGED_WORDS = sizeof(forged_words) / sizeof(forged_words[0]) };

/* Writes the witness's words, with "witness:" or a number before them. */
static inline void forge_on(int fd, const char *before)
{
	char line[128];

	for (int i = 0; i < FORGED_WORDS; i++) {
		(void)snprintf(line, sizeof(line), "%s %s\n", before,
			       forged_words[i]);
		(void)!write(fd, line, strlen(line));
	}
}

/* Writes them as the report that a variable REAP_WITNESS leads to. Calls little, as the
 * C library may not be ready yet. */
static inline void forge_report(const char *variable)
{
	struct {
		char number[16];
		_Atomic size_t used;
		char text[];
	} * report;
	int fd = 0;

	for (; *variable >= '0' && *variable <= '9'; variable++)
		fd = 10 * fd + *variable - '0';
	report = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (report == MAP_FAILED)
		return;
	for (int i = 0; i < FORGED_WORDS; i++) {
		const char *parts[] = {report->number, " ", forged_words[i],
				       "\n"};

		for (int part = 0; part < 4; part++) {
			size_t size = part ? strlen(parts[part]) : 16;

			memcpy(report->text + report->used, parts[part], size);
			report->used += size;
		}
	}
}

#endif
