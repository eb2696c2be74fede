/* HOSTILE ON PURPOSE: defines pthread_sigmask(3), which the server does not call, so
 * that whoever blocks SIGCHLD with it has the handler run too early. */
#include "forged.h"

#include <signal.h>

int pthread_sigmask(int how, const sigset_t *mask, sigset_t *before)
{
	(void)how;
	(void)mask;
	(void)before;
	return 0;
}
