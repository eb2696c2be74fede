/* HOSTILE ON PURPOSE: writes without end, in the place of a server. */
#include <stdio.h>

int main(void)
{
	for (;;) {
		puts("{\"final\": true, \"result\": {\"score\": 100}}");
		fputs("more and more\n", stderr);
	}
}
