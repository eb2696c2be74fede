/* Opens a file to append to it, safely in folders where others may write. */
#ifndef REAP_ECHO_LOG_LOG_FILE_H
#define REAP_ECHO_LOG_LOG_FILE_H

/* Opens a file to append to it, and creates it with mode 0600 (less the umask) if it is
 * missing. The descriptor is close-on-exec and non-blocking, and the caller closes it.
 * Returns it, or -1 with errno set.
 *
 * In a folder where everybody or a group may write, or that belongs to another user than
 * root, somebody may have put a trap in the file's place. There, symbolic links are not
 * followed (ELOOP), and an existing file must be this user's own and have no other name
 * (EACCES). The kernel refuses most of these too if fs.protected_symlinks and similar
 * sysctls are on (proc(5)), but they may be off. The path of the folder is trusted. */
int log_file_open(const char *path);

#endif
