/* Preloaded into a server (LD_PRELOAD), it lets a child die at the moments that
 * no client can hit, and says what happened:
 *
 *   inside snprintf a child died, and the handler called malloc
 *   accept failed with ECONNABORTED, a child died, and errno was ECHILD
 *
 * The first: the server was inside a function that is not async-signal-safe, and
 * its handler called another; POSIX leaves undefined what happens then
 * (signal-safety(7)). The second: the handler has changed errno. If SIGCHLD is
 * blocked, or has no handler, it says nothing of a death. Run by hand, it writes
 * to stderr; for where it writes when a check runs it, see report.h.
 *
 * The program may define the C library's functions itself. What this file does for
 * itself calls none of them by name (bare.h), nor one of those that it defines. */
#include "bare.h"
#include "report.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <syslog.h>

/* Enough to be sure: a death is the same at the hundredth call. */
enum { MOST_DEATHS = 50 };

static pid_t server; /* who has accepted a client; its children are not it */
static __thread int deaths; /* brought about so far */
static __thread volatile bool
	staging; /* a death is being brought about right now */
static __thread const char
	*volatile interrupted; /* the unsafe function that it hits */

/* Bare for this reason too: fork(3) is itself not async-signal-safe. */
static long wait_bare(long child, int options)
{
	siginfo_t info;

	return bare_call(SYS_waitid, P_PID, child, (long)&info,
			 WEXITED | options, 0, 0);
}

/* A child of this process is dead, and SIGCHLD pending. Returns its PID, or a
 * negative number. */
static long die_unheard(void)
{
	long child = bare_call(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0);

	if (child == 0)
		for (;;)
			(void)bare_call(SYS_exit_group, 0, 0, 0, 0, 0, 0);
	/* The kernel sends SIGCHLD before it shows the zombie (exit_notify). */
	if (child > 0)
		(void)wait_bare(child, WNOWAIT);
	return child;
}

/* A child dies now, inside a function or, if NULL, in accept. When this returns, the
 * handler has run, if SIGCHLD has one and the server lets it in. *error is what errno
 * was before, and then what it is. Returns false if there is no child to die. */
static bool let_a_child_die(const char *where, int *error)
{
	const unsigned long sigchld = 1UL << (SIGCHLD - 1);
	unsigned long before = 0;
	long child;

	set_mask(SIG_BLOCK, &sigchld, &before);
	child = die_unheard();
	if (child > 0 && where != NULL && deaths++ == 0)
		say("interrupted ", where, "", "");
	staging = true;
	interrupted = where;
	*error_number() = *error;
	/* The handler runs as this returns; it leaves errno alone itself. */
	set_mask(SIG_SETMASK, &before, NULL);
	*error = *error_number();
	interrupted = NULL;
	staging = false;
	/* If the handler has not reaped it, the server will not know how. */
	if (child > 0)
		(void)wait_bare(child, WNOHANG);
	return child > 0;
}

/* Every function that is not async-signal-safe begins with this. */
static void unsafe(const char *function)
{
	int before, error;

	if (server == 0 || self() != server)
		return;
	if (staging) {
		if (interrupted)
			say("inside ", interrupted,
			    " a child died, and the handler called ", function);
		return;
	}
	if (deaths >= MOST_DEATHS)
		return;
	before = error = *error_number();
	(void)let_a_child_die(function, &error);
	*error_number() = before;
}

static const char *name_of(int error)
{
	static const char *(*real)(int);

	FIND(real, "strerrorname_np");
	return real(error);
}

/* accept(2): once a client was served, it fails once with ECONNABORTED, which says
 * that a client has left again, and a child dies before anybody looks at errno. */
static bool fails_now(void)
{
	static bool has_failed;
	int error = ECONNABORTED;

	if (server == 0 || server != self() || has_failed)
		return false;
	if (!let_a_child_die(NULL, &error))
		return false; /* the next one may */
	has_failed = true;
	if (error != ECONNABORTED)
		say("accept failed with ECONNABORTED, a child died, and errno "
		    "was ",
		    name_of(error), "", "");
	say("interrupted accept", "", "", "");
	*error_number() = error;
	return true;
}

/* What a handler calls may change errno even when it succeeds (errno(3)): it does,
 * so that nothing depends on whether this child was the last. */
static void spoil_errno(int error)
{
	if (staging && interrupted == NULL)
		*error_number() = error;
}

static int note_client(int conn)
{
	if (conn >= 0 && server == 0) {
		server = self();
		say("watching", "", "", "");
	}
	return conn;
}

int accept(int fd, __SOCKADDR_ARG address, socklen_t *size)
{
	static int (*real)(int, __SOCKADDR_ARG, socklen_t *);

	if (fails_now())
		return -1;
	FIND(real, "accept");
	return note_client(real(fd, address, size));
}

int accept4(int fd, __SOCKADDR_ARG address, socklen_t *size, int flags)
{
	static int (*real)(int, __SOCKADDR_ARG, socklen_t *, int);

	if (fails_now())
		return -1;
	FIND(real, "accept4");
	return note_client(real(fd, address, size, flags));
}

/* What another function of this file needs is static: a program may define the one
 * that is not. */
static pid_t wait_for(pid_t child, int *status, int options)
{
	static pid_t (*real)(pid_t, int *, int);
	pid_t found;

	FIND(real, "waitpid");
	found = real(child, status, options);
	spoil_errno(ECHILD);
	return found;
}

pid_t waitpid(pid_t child, int *status, int options)
{
	return wait_for(child, status, options);
}

pid_t wait(int *status)
{
	return wait_for(-1, status, 0);
}

ssize_t write(int fd, const void *data, size_t size)
{
	static ssize_t (*real)(int, const void *, size_t);
	ssize_t written;

	FIND(real, "write");
	written = real(fd, data, size);
	spoil_errno(EAGAIN);
	return written;
}

/* Memory. */
void *malloc(size_t size)
{
	static void *(*real)(size_t);

	unsafe("malloc");
	FIND(real, "malloc");
	return real(size);
}

void *calloc(size_t count, size_t size)
{
	static void *(*real)(size_t, size_t);

	unsafe("calloc");
	FIND(real, "calloc");
	return real(count, size);
}

void *realloc(void *block, size_t size)
{
	static void *(*real)(void *, size_t);

	unsafe("realloc");
	FIND(real, "realloc");
	return real(block, size);
}

void free(void *block)
{
	static void (*real)(void *);

	unsafe("free");
	FIND(real, "free");
	real(block);
}

/* Stdio, also under the names that -D_FORTIFY_SOURCE gives. */
#define FORWARD(name, types, ...)                    \
	do {                                         \
		static int(*real) types;             \
		va_list arguments;                   \
		int done;                            \
		unsafe(name);                        \
		FIND(real, "v" name);                \
		va_start(arguments, format);         \
		done = real(__VA_ARGS__, arguments); \
		va_end(arguments);                   \
		return done;                         \
	} while (0)

int printf(const char *format, ...)
{
	FORWARD("printf", (const char *, va_list), format);
}

int __printf_chk(int flag, const char *format, ...);
int __printf_chk(int flag, const char *format, ...)
{
	(void)flag;
	FORWARD("printf", (const char *, va_list), format);
}

int fprintf(FILE *file, const char *format, ...)
{
	FORWARD("fprintf", (FILE *, const char *, va_list), file, format);
}

int __fprintf_chk(FILE *file, int flag, const char *format, ...);
int __fprintf_chk(FILE *file, int flag, const char *format, ...)
{
	(void)flag;
	FORWARD("fprintf", (FILE *, const char *, va_list), file, format);
}

int dprintf(int fd, const char *format, ...)
{
	FORWARD("dprintf", (int, const char *, va_list), fd, format);
}

int sprintf(char *text, const char *format, ...)
{
	FORWARD("sprintf", (char *, const char *, va_list), text, format);
}

int snprintf(char *text, size_t size, const char *format, ...)
{
	FORWARD("snprintf", (char *, size_t, const char *, va_list), text, size,
		format);
}

int __snprintf_chk(char *text, size_t size, int flag, size_t room,
		   const char *format, ...);
int __snprintf_chk(char *text, size_t size, int flag, size_t room,
		   const char *format, ...)
{
	(void)flag;
	(void)room;
	FORWARD("snprintf", (char *, size_t, const char *, va_list), text, size,
		format);
}

int puts(const char *text)
{
	static int (*real)(const char *);

	unsafe("puts");
	FIND(real, "puts");
	return real(text);
}

int fputs(const char *text, FILE *file)
{
	static int (*real)(const char *, FILE *);

	unsafe("fputs");
	FIND(real, "fputs");
	return real(text, file);
}

static int put_character(int character, FILE *file)
{
	static int (*real)(int, FILE *);

	unsafe("fputc");
	FIND(real, "fputc");
	return real(character, file);
}

int fputc(int character, FILE *file)
{
	return put_character(character, file);
}

int putc(int character, FILE *file)
{
	return put_character(character, file);
}

size_t fwrite(const void *data, size_t size, size_t count, FILE *file)
{
	static size_t (*real)(const void *, size_t, size_t, FILE *);

	unsafe("fwrite");
	FIND(real, "fwrite");
	return real(data, size, count, file);
}

int fflush(FILE *file)
{
	static int (*real)(FILE *);

	unsafe("fflush");
	FIND(real, "fflush");
	return real(file);
}

/* What else handlers are seen to call. */
void perror(const char *text)
{
	static void (*real)(const char *);

	unsafe("perror");
	FIND(real, "perror");
	real(text);
}

void syslog(int priority, const char *format, ...)
{
	static void (*real)(int, const char *, va_list);
	va_list arguments;

	unsafe("syslog");
	FIND(real, "vsyslog");
	va_start(arguments, format);
	real(priority, format, arguments);
	va_end(arguments);
}

int pthread_mutex_lock(pthread_mutex_t *mutex)
{
	static int (*real)(pthread_mutex_t *);

	unsafe("pthread_mutex_lock");
	FIND(real, "pthread_mutex_lock");
	return real(mutex);
}
