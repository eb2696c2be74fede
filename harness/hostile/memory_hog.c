/* HOSTILE ON PURPOSE: processes that take all the memory they can get. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROCESSES = 8, PIECE = 16 << 20 };

int main(void)
{
	for (int i = 0; i < PROCESSES; i++)
		if (fork() == 0)
			break;
	for (;;) {
		char *piece = malloc(PIECE);

		if (piece != NULL)
			memset(piece, 1, PIECE);
	}
}
