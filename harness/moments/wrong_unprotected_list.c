/* Wrong: the handler takes children off a list that the loop is changing. */
#include "echo.h"

struct child {
	volatile pid_t pid;
	struct child *volatile next;
};

static struct child all[32];
static struct child *volatile first;

static void on_sigchld(int signo)
{
	int saved_errno = errno;

	(void)signo;
	for (struct child *volatile *link = &first; *link != NULL;)
		if (waitpid((*link)->pid, NULL, WNOHANG) > 0)
			*link = (*link)->next;
		else
			link = &(*link)->next;
	errno = saved_errno;
}

int main(int argc, char **argv)
{
	int listener = echo_listen(argc, argv), used = 0;

	echo_handle(on_sigchld, SA_RESTART);
	for (;;) {
		int conn = accept(listener, NULL, NULL);
		struct child *child = &all[used++ % 32];

		echo_mask(SIG_BLOCK);
		child->pid = fork();
		if (child->pid == 0)
			echo_serve(conn);
		child->next = NULL;
		struct child *rest = first;
		first = child;
		echo_mask(SIG_UNBLOCK);
		/* The list is whole again only here. */
		child->next = rest; /* MOMENT */
		close(conn);
	}
}
