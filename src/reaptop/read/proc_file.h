/* Files below /proc, read whole. They have no size to ask for and may vanish
 * between any two calls: a process that is gone is an answer, not an error. */
#ifndef REAP_READ_PROC_FILE_H
#define REAP_READ_PROC_FILE_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The text that was read last. Zero before first use, free with
 * proc_text_free(). `data` is kept from file to file, so that a sample
 * allocates nothing. */
struct proc_text {
	char *data; /* NUL-terminated after a read */
	size_t size;
	size_t capacity;
};

void proc_text_free(struct proc_text *text);

/* Opens /proc, as a place to look up names in (O_PATH). Returns the
 * descriptor, or -1 with errno: ENOENT when no procfs is mounted there; EXDEV
 * when /proc shows another PID namespace than ours, whose numbers are not those
 * that signals are sent to. */
int proc_open(void);

/* Opens /proc/PID the same way. Look-ups in it fail for good once that process
 * is gone, even if the PID is used again. Returns -1 with errno if it fails
 * (ENOENT: no such process). */
int proc_open_process(int proc, pid_t pid);

/* Opens the folder of a thread other than the first in the folder of process
 * `pid`. When a first thread has ended, the kernel shows no descriptors and no
 * memory of it, though the other threads have them. Returns -1 with errno if it
 * fails (ENOENT: there is no other thread). */
int proc_open_other_thread(int directory, pid_t pid);

/* Opens a folder to list its entries. Returns NULL with errno if it fails. The
 * caller closes it with proc_close_folder(), which leaves errno as it is. */
DIR *proc_open_folder(int directory, const char *path);
void proc_close_folder(DIR *folder);

/* Returns the name of the next entry that is a number (a PID, a thread, a
 * descriptor) and stores the number; or NULL after the last. */
const char *proc_next_number(DIR *folder, int *number);

/* Reads the file `path` in `directory` whole. Returns 0, or -1 with errno. */
int proc_read(int directory, const char *path, struct proc_text *text);

/* Reads an open file from its offset to its end. Returns as proc_read(). */
int proc_read_on(int file, struct proc_text *text);

/* Reads into the caller's buffer, at most size - 1 bytes, and ends them with
 * NUL. Returns the number of bytes, or -1 with errno. */
ssize_t proc_read_some(int directory, const char *path, char *buffer,
		       size_t size);

/* Returns what stands behind `key:` at the start of a line, up to the end of
 * the text; NULL if there is no such line. */
const char *proc_value(const char *text, const char *key);

/* Returns whether an error says that the process is gone: ENOENT, ESRCH. */
bool proc_error_is_gone(int error);

/* Closes a descriptor and leaves errno as it is. */
void proc_close(int file);

#endif
