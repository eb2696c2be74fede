/* HOSTILE ON PURPOSE: processes that take all the memory they can get. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PROCESSES = 8, PIECE = 16 << 20, HUGE_PAGE = 2 << 20 };

int main(void)
{
	for (int i = 0; i < PROCESSES; i++)
		if (fork() == 0)
			break;
	for (;;) {
		char *piece = aligned_alloc(HUGE_PAGE, PIECE);

		if (piece == NULL)
			continue;
		/* A fault for 2 MiB, where the kernel has them: the limit is to
		 * be met before the time is up. */
		(void)madvise(piece, PIECE, MADV_HUGEPAGE);
		memset(piece, 1, PIECE);
	}
}
