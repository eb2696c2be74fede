/* Forking echo servers that get clients and deaths from one epoll loop, SIGCHLD by a
 * signalfd. No handler interrupts epoll_wait, but SIGCONT after SIGSTOP does (signal(7)).
 * Usage: events HOW PORT */
#include "forking.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

static int deaths;
static sigset_t sigchld;

static void by_signalfd(int listener)
{
	(void)listener;
	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &sigchld, NULL);
	deaths = signalfd(-1, &sigchld, SFD_CLOEXEC);
}

static void watch(int loop, int descriptor)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};

	epoll_ctl(loop, EPOLL_CTL_ADD, descriptor, &event);
}

static int next_event(int listener)
{
	static int loop = -1;
	struct epoll_event event;

	if (loop < 0) {
		loop = epoll_create1(EPOLL_CLOEXEC);
		watch(loop, listener);
		watch(loop, deaths);
	}
	return epoll_wait(loop, &event, 1, -1) < 0 ? -1 : event.data.fd;
}

static int take_from(int listener, int ends_interrupted)
{
	struct signalfd_siginfo info;
	int ready;

	while ((ready = next_event(listener)) != listener) {
		if (ready == deaths) {
			(void)!read(deaths, &info, sizeof(info));
			reap_all(SIGCHLD);
		} else if (errno != EINTR || ends_interrupted) {
			perror("epoll_wait");
			exit(1);
		}
	}
	return take_client(listener);
}

/* WRONG ON PURPOSE: the server ends when epoll_wait is interrupted. */
static int take_or_end(int listener)
{
	return take_from(listener, 1);
}

/* Right: epoll_wait is called again. */
static int take_again(int listener)
{
	return take_from(listener, 0);
}

static void serve_unblocked(int listener, int connection)
{
	sigprocmask(SIG_UNBLOCK, &sigchld, NULL);
	serve_child(listener, connection);
}

static const struct server servers[] = {
	{"interrupted_ends", .set_up = by_signalfd, .take = take_or_end,
	 .in_child = serve_unblocked},
	{"interrupted_goes_on", .set_up = by_signalfd, .take = take_again,
	 .in_child = serve_unblocked},
};

int main(int argc, char **argv)
{
	return RUN(argc, argv, servers);
}
