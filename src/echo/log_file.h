/* Opening a file that is appended to, where others may write too. */
#ifndef REAP_ECHO_LOG_FILE_H
#define REAP_ECHO_LOG_FILE_H

/* Opens a file to append, made with mode 0600 (less the umask) if it is not there;
 * close-on-exec and non-blocking. Returns its descriptor, for the caller to
 * close, or -1 with errno set.
 *
 * In a folder that everybody or a group may write, as /tmp is, or that is another
 * user's but root's, somebody may have laid a trap under that name. There no symbolic link is
 * followed (ELOOP), and what is there already has to be this user's own and have no
 * other name (EACCES). The kernel refuses most of that by itself in /tmp where
 * fs.protected_symlinks and its like are on (proc(5)); they may be off. The way to
 * the folder is taken as it is given. */
int log_file_open(const char *path);

#endif
