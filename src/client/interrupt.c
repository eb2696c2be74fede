/* Signals that end a burst: see interrupt.h. */
#include "client/interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <unistd.h>

static sigset_t interrupts(void)
{
	sigset_t signals;

	(void)sigemptyset(&signals); /* these fail for no valid signal */
	(void)sigaddset(&signals, SIGINT);
	(void)sigaddset(&signals, SIGTERM);
	return signals;
}

int interrupt_open(void)
{
	sigset_t signals = interrupts();

	if (sigprocmask(SIG_BLOCK, &signals, NULL) < 0)
		return -1;
	return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

void interrupt_close(int fd)
{
	sigset_t signals = interrupts();
	struct signalfd_siginfo taken;

	while (read(fd, &taken, sizeof(taken)) > 0)
		;
	(void)close(fd); /* read only: nothing to lose */
	(void)sigprocmask(SIG_UNBLOCK, &signals, NULL); /* cannot fail */
}
