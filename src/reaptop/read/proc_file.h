/* Files below /proc, read whole. They have no size to ask for and may vanish
 * between any two calls: a process that is gone is an answer, not an error. */
#ifndef REAP_READ_PROC_FILE_H
#define REAP_READ_PROC_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What was read last. Zero it before first use; `data` is kept from file to
 * file so that a sample allocates nothing. */
struct proc_text {
	char *data; /* NUL-terminated after a read */
	size_t size;
	size_t capacity;
};

void proc_text_free(struct proc_text *text);

/* Opens /proc, as a place to look up names in (O_PATH). Returns the
 * descriptor, or -1 with errno: ENOENT when no procfs is mounted there; EXDEV
 * when it shows another PID namespace than ours, whose numbers are not those
 * that signals are sent to. */
int proc_open(void);

/* Opens /proc/PID the same way. Look-ups in it fail for good once that process
 * is gone, even if the PID is used again. -1 with errno (ENOENT: no such). */
int proc_open_process(int proc, pid_t pid);

/* Opens, the same way, the folder of a thread other than the first in the
 * folder of process `pid`: of a first thread that has ended the kernel shows
 * no descriptors and no memory, though the others have them. -1 with errno:
 * ENOENT, there is none. */
int proc_open_other_thread(int directory, pid_t pid);

/* Reads the file `path` in `directory` whole. 0, or -1 with errno. */
int proc_read(int directory, const char *path, struct proc_text *text);

/* The same of a file that is open already, from where it stands to its end. */
int proc_read_on(int file, struct proc_text *text);

/* Reads into a buffer of the caller's, at most size - 1 bytes, and ends them
 * with NUL. Returns the number of bytes, or -1 with errno. */
ssize_t proc_read_some(int directory, const char *path, char *buffer,
		       size_t size);

/* True for the errors that say the process is gone: ENOENT, ESRCH. */
bool proc_error_is_gone(int error);

#endif
