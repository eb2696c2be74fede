/* Wrong: no init is left when its program runs, and nobody reaps. */
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	(void)execvp(argv[1], argv + 1);
	perror(argv[1]);
	return 127;
}
