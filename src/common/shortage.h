/* Which limit an error of a system call is about, and what it is set to. Limits are
 * read only here, when an error is reported. */
#ifndef REAP_COMMON_SHORTAGE_H
#define REAP_COMMON_SHORTAGE_H

/* The call that failed. EAGAIN and ENOSPC have several meanings: only the caller
 * knows which limit they are about. */
enum shortage_call {
	SHORTAGE_ANY_CALL,  /* EAGAIN and ENOSPC name no limit */
	SHORTAGE_NEW_TASK,  /* fork(2), clone(2), pthread_create(3) */
	SHORTAGE_EPOLL_ADD, /* epoll_ctl(2) */
};

enum { SHORTAGE_TEXT_SIZE = 192 };

/* Returns the error's text, as strerror(3) does, and the limit that it is about:
 * "Too many open files (RLIMIT_NOFILE is 64)". Limits that are not set are left
 * out. A limit is a fact and not always the cause. For a new task it is one that
 * is nearly used up (pids.max of the cgroup, kernel.threads-max, kernel.pid_max),
 * or else RLIMIT_NPROC. The text may be in `text` or constant. Async-signal-safe;
 * errno is preserved. */
const char *shortage_text(enum shortage_call call, int error,
			  char text[SHORTAGE_TEXT_SIZE]);

/* Returns NULL if the stack's limit leaves every program of this project enough,
 * else a text that names the limit and the need. To be called before anything that
 * takes much of the stack: where it cannot grow, the program dies of SIGSEGV. */
const char *shortage_of_stack(char text[SHORTAGE_TEXT_SIZE]);

#endif
