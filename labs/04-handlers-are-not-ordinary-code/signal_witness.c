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
 * to stderr; for where it writes when a check runs it, see struct report. */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

/* Enough to be sure: a death is the same at the hundredth call. */
enum { MOST_DEATHS = 50 };

static pid_t server; /* who has accepted a client; its children are not it */
static __thread int deaths; /* brought about so far */
static __thread volatile bool
	staging; /* a death is being brought about right now */
static __thread const char
	*volatile interrupted; /* the unsafe function that it hits */

static __thread volatile bool searching; /* this file calls dlsym(3) */

/* What a check reads: memory that it shares with the server. The server finds
 * neither a descriptor nor a variable for it, so it cannot close or imitate the
 * report by accident, nor with a constructor that writes to all descriptors. The
 * check ignores each line that does not begin with its number. */
struct report {
	char number[16]; /* drawn for this run; erased once it has been read */
	_Atomic size_t used; /* bytes of text, by all processes that write */
	char text[];
};

enum { REPORT_SIZE = 1 << 20 };

static const char HANDED_OVER[] = "REAP_WITNESS="; /* and the descriptor */

static struct report *report; /* NULL: nobody has asked for one */
static char number[sizeof(report->number) + 1];

/* Maps the report, and removes all that leads to it. Linked with `-z initfirst`, so
 * that it runs before all other code of the program, except what runs while it is
 * being linked (an IFUNC). Nothing hides this memory from a program that searches
 * all of its own. */
__attribute__((constructor)) static void take_over(int argc, char **argv,
						   char **environment)
{
	char **entry = environment;
	size_t length = sizeof(HANDED_OVER) - 1;
	void *mapped;
	int fd;

	(void)argc;
	(void)argv;
	while (*entry != NULL && strncmp(*entry, HANDED_OVER, length) != 0)
		entry++;
	if (*entry == NULL)
		return;
	fd = atoi(*entry + length);
	memset(*entry, 0, strlen(*entry)); /* /proc/self/environ shows it */
	for (; *entry != NULL; entry++)
		entry[0] = entry[1];
	mapped = mmap(NULL, REPORT_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		      0);
	/* It was opened to be mapped only, and nothing has been written. */
	(void)close(fd);
	if (mapped == MAP_FAILED)
		return; /* nothing is reported, and the check says so */
	report = mapped;
	memcpy(number, report->number, sizeof(report->number));
	memset(report->number, 0, sizeof(report->number));
}

/* Adds a line to the report. A line that finds no room is lost. */
static void add(const char *line, size_t length)
{
	size_t room = REPORT_SIZE - sizeof(*report);
	size_t start = atomic_fetch_add(&report->used, length);

	if (start > room || length > room - start)
		return;
	memcpy(report->text + start, line, length - 1);
	/* The end comes last: a reader takes whole lines. */
	atomic_thread_fence(memory_order_release);
	report->text[start + length - 1] = line[length - 1];
}

static void say(const char *first, const char *second, const char *third,
		const char *fourth)
{
	char line[160] = "";
	const char *parts[] = {report ? number : "witness:",
			       " ",
			       first,
			       second,
			       third,
			       fourth,
			       "\n"};
	size_t part;
	ssize_t ignored;

	for (part = 0; part < sizeof(parts) / sizeof(parts[0]); part++)
		strncat(line, parts[part], sizeof(line) - strlen(line) - 1);
	if (report) {
		add(line, strlen(line));
		return;
	}
	/* Nobody is left to tell if stderr fails. */
	ignored = write(STDERR_FILENO, line, strlen(line));
	(void)ignored;
}

/* A child of this process is dead, and SIGCHLD pending. Returns its PID, or -1. */
static long die_unheard(void)
{
	siginfo_t info;
	/* Bare: fork(3) is itself not async-signal-safe. */
	long child = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);

	if (child == 0)
		syscall(SYS_exit_group, 0);
	/* The kernel sends SIGCHLD before it shows the zombie (exit_notify). */
	if (child > 0)
		(void)syscall(SYS_waitid, P_PID, child, &info,
			      WEXITED | WNOWAIT, NULL);
	return child;
}

/* A child dies now. When this returns, the handler has run, if SIGCHLD has one
 * and the server lets it in. Returns what errno is then, having been `error`. */
static int let_a_child_die(const char *where, int error)
{
	sigset_t sigchld, before;
	siginfo_t info;
	long child;

	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	(void)pthread_sigmask(SIG_BLOCK, &sigchld, &before);
	child = die_unheard();
	staging = true;
	interrupted = where;
	errno = error;
	/* The handler runs as this returns; it succeeds, so errno is left alone. */
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	error = errno;
	interrupted = NULL;
	staging = false;
	/* If the handler has not reaped it, the server will not know how. */
	if (child > 0)
		(void)syscall(SYS_waitid, P_PID, child, &info,
			      WEXITED | WNOHANG, NULL);
	return error;
}

/* Every function that is not async-signal-safe begins with this. */
static void unsafe(const char *function)
{
	int error = errno;

	if (searching || getpid() != server)
		return;
	if (staging) {
		if (interrupted)
			say("inside ", interrupted,
			    " a child died, and the handler called ", function);
		return;
	}
	if (deaths >= MOST_DEATHS)
		return;
	if (deaths++ == 0)
		say("interrupted ", function, "", "");
	(void)let_a_child_die(function, error);
	errno = error;
}

/* accept(2): once a client was served, it fails once with ECONNABORTED, which says
 * that a client has left again, and a child dies before anybody looks at errno. */
static bool fails_now(void)
{
	static bool has_failed;
	int error;

	if (server != getpid() || has_failed)
		return false;
	has_failed = true;
	error = let_a_child_die(NULL, ECONNABORTED);
	if (error != ECONNABORTED)
		say("accept failed with ECONNABORTED, a child died, and errno "
		    "was ",
		    strerrorname_np(error), "", "");
	say("interrupted accept", "", "", "");
	errno = error;
	return true;
}

/* What a handler calls may change errno even when it succeeds (errno(3)): it does,
 * so that nothing depends on whether this child was the last. */
static void spoil_errno(int error)
{
	if (staging && interrupted == NULL)
		errno = error;
}

static int note_client(int conn)
{
	if (conn >= 0 && server == 0) {
		server = getpid();
		say("watching", "", "", "");
	}
	return conn;
}

/* The next definition of a function, which is the C library's. */
static void *find(const char *name)
{
	void *found;

	searching = true; /* dlsym(3) calls free(3), in the server's name */
	found = dlsym(RTLD_NEXT, name);
	searching = false;
	return found;
}

/* Into a variable of this name, as dlsym(3) shows it. */
#define FIND(real, name) (*(void **)&(real) = find(name))

int accept(int fd, __SOCKADDR_ARG address, socklen_t *size)
{
	int (*real)(int, __SOCKADDR_ARG, socklen_t *);

	if (fails_now())
		return -1;
	FIND(real, "accept");
	return note_client(real(fd, address, size));
}

int accept4(int fd, __SOCKADDR_ARG address, socklen_t *size, int flags)
{
	int (*real)(int, __SOCKADDR_ARG, socklen_t *, int);

	if (fails_now())
		return -1;
	FIND(real, "accept4");
	return note_client(real(fd, address, size, flags));
}

pid_t waitpid(pid_t child, int *status, int options)
{
	pid_t (*real)(pid_t, int *, int);
	pid_t found;

	FIND(real, "waitpid");
	found = real(child, status, options);
	spoil_errno(ECHILD);
	return found;
}

pid_t wait(int *status)
{
	return waitpid(-1, status, 0);
}

ssize_t write(int fd, const void *data, size_t size)
{
	ssize_t (*real)(int, const void *, size_t);
	ssize_t written;

	FIND(real, "write");
	written = real(fd, data, size);
	spoil_errno(EAGAIN);
	return written;
}

/* Memory. dlsym(3) may itself allocate: glibc's other names for them. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void __libc_free(void *block);

void *malloc(size_t size)
{
	unsafe("malloc");
	return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	unsafe("calloc");
	return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
	unsafe("realloc");
	return __libc_realloc(block, size);
}

void free(void *block)
{
	unsafe("free");
	__libc_free(block);
}

/* Stdio, also under the names that -D_FORTIFY_SOURCE gives. */
#define FORWARD(name, call)                  \
	do {                                 \
		va_list arguments;           \
		int done;                    \
		unsafe(name);                \
		va_start(arguments, format); \
		done = (call);               \
		va_end(arguments);           \
		return done;                 \
	} while (0)

int printf(const char *format, ...)
{
	FORWARD("printf", vfprintf(stdout, format, arguments));
}

int __printf_chk(int flag, const char *format, ...);
int __printf_chk(int flag, const char *format, ...)
{
	(void)flag;
	FORWARD("printf", vfprintf(stdout, format, arguments));
}

int fprintf(FILE *file, const char *format, ...)
{
	FORWARD("fprintf", vfprintf(file, format, arguments));
}

int __fprintf_chk(FILE *file, int flag, const char *format, ...);
int __fprintf_chk(FILE *file, int flag, const char *format, ...)
{
	(void)flag;
	FORWARD("fprintf", vfprintf(file, format, arguments));
}

int dprintf(int fd, const char *format, ...)
{
	FORWARD("dprintf", vdprintf(fd, format, arguments));
}

int sprintf(char *text, const char *format, ...)
{
	FORWARD("sprintf", vsprintf(text, format, arguments));
}

int snprintf(char *text, size_t size, const char *format, ...)
{
	FORWARD("snprintf", vsnprintf(text, size, format, arguments));
}

int __snprintf_chk(char *text, size_t size, int flag, size_t room,
		   const char *format, ...);
int __snprintf_chk(char *text, size_t size, int flag, size_t room,
		   const char *format, ...)
{
	(void)flag;
	(void)room;
	FORWARD("snprintf", vsnprintf(text, size, format, arguments));
}

int puts(const char *text)
{
	int (*real)(const char *);

	unsafe("puts");
	FIND(real, "puts");
	return real(text);
}

int fputs(const char *text, FILE *file)
{
	int (*real)(const char *, FILE *);

	unsafe("fputs");
	FIND(real, "fputs");
	return real(text, file);
}

int fputc(int character, FILE *file)
{
	int (*real)(int, FILE *);

	unsafe("fputc");
	FIND(real, "fputc");
	return real(character, file);
}

int putc(int character, FILE *file)
{
	return fputc(character, file);
}

size_t fwrite(const void *data, size_t size, size_t count, FILE *file)
{
	size_t (*real)(const void *, size_t, size_t, FILE *);

	unsafe("fwrite");
	FIND(real, "fwrite");
	return real(data, size, count, file);
}

int fflush(FILE *file)
{
	int (*real)(FILE *);

	unsafe("fflush");
	FIND(real, "fflush");
	return real(file);
}

/* What else handlers are seen to call. */
void perror(const char *text)
{
	void (*real)(const char *);

	unsafe("perror");
	FIND(real, "perror");
	real(text);
}

void syslog(int priority, const char *format, ...)
{
	va_list arguments;

	unsafe("syslog");
	va_start(arguments, format);
	vsyslog(priority, format, arguments);
	va_end(arguments);
}

int pthread_mutex_lock(pthread_mutex_t *mutex)
{
	int (*real)(pthread_mutex_t *);

	unsafe("pthread_mutex_lock");
	FIND(real, "pthread_mutex_lock");
	return real(mutex);
}
