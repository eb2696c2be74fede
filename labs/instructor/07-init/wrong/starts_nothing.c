/* Wrong: it waits for signals, and has started nobody. */
#include <unistd.h>

int main(void)
{
	for (;;)
		(void)pause();
}
