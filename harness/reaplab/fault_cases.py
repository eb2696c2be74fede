"""Which system call of which process is made to fail, and with which errors: those
that its manual page lists and that can come to a program like ours. What came of
each is found by fault_runs.py and told by fault_table.py."""

from dataclasses import dataclass

NO_ROOM = ("EMFILE", "ENFILE", "ENOMEM")

# While a server starts: the first such call that its main() makes.
START = {
    "openat": ("EACCES", "EINTR", "EIO", "ENOENT", *NO_ROOM),
    "rt_sigaction": ("EFAULT", "EINVAL"),
    "rt_sigprocmask": ("EFAULT", "EINVAL"),
    "socket": ("EACCES", "EAFNOSUPPORT", "EINVAL", "ENOBUFS", *NO_ROOM,
               "EPROTONOSUPPORT"),
    "setsockopt": ("EBADF", "EINVAL", "ENOPROTOOPT"),
    "bind": ("EACCES", "EADDRINUSE", "EADDRNOTAVAIL", "EINVAL", "ENOMEM"),
    "listen": ("EADDRINUSE", "EBADF", "EOPNOTSUPP"),
    "getsockname": ("EBADF", "ENOBUFS"),
    "write": ("EAGAIN", "EDQUOT", "EINTR", "EIO", "ENOSPC", "EPIPE"),
}

# The parent, once it serves. close: strace keeps the call from being made, so the
# descriptor stays open, which no error of close(2) on Linux does.
PARENT = {
    "accept,accept4": ("EAGAIN", "EBADF", "ECONNABORTED", "EFAULT", "EHOSTDOWN",
                       "EHOSTUNREACH", "EINTR", "EINVAL", "ENETDOWN", "ENETUNREACH",
                       "ENOBUFS", "ENONET", "ENOPROTOOPT", "ENOTSOCK", "EOPNOTSUPP",
                       "EPERM", "EPROTO", "ETIMEDOUT", *NO_ROOM),
    "clone,clone3,fork": ("EAGAIN", "ENOMEM", "ENOSYS"),
    "close": ("EBADF", "EINTR", "EIO"),
    "wait4": ("ECHILD", "EINTR", "EINVAL"),
    "write": ("EAGAIN", "EDQUOT", "EFBIG", "EINTR", "EIO", "ENOSPC", "EPIPE"),
}

# A child that holds a session.
CHILD = {
    "read": ("EBADF", "ECONNRESET", "EINTR", "EIO", "ENOMEM", "ETIMEDOUT"),
    "write": ("EBADF", "ECONNRESET", "EINTR", "EIO", "ENOBUFS", "EPIPE"),
    "close": ("EBADF", "EINTR", "EIO"),
}

# The load generator, from its first call on. Not close: one that is not made leaves
# a socket in its epoll set, as no error of close(2) on Linux does.
CLIENT = {
    "epoll_create1": NO_ROOM,
    "signalfd4": NO_ROOM,
    "epoll_ctl": ("EBADF", "ENOMEM", "ENOSPC"),
    "socket": ("EACCES", "ENOBUFS", *NO_ROOM),
    "connect": ("EACCES", "EADDRNOTAVAIL", "EAGAIN", "ECONNREFUSED", "ENETUNREACH",
                "EPERM", "ETIMEDOUT"),
    "sendto": ("EAGAIN", "ECONNRESET", "EINTR", "ENOBUFS", "ENOMEM", "EPIPE"),
    "recvfrom": ("EAGAIN", "ECONNREFUSED", "ECONNRESET", "EINTR", "ENOMEM"),
    "epoll_wait": ("EBADF", "EINTR", "EINVAL"),
    "shutdown": ("EBADF", "ENOTCONN"),
    "write": ("EAGAIN", "EIO", "ENOSPC", "EPIPE"),
}

# The viewer: every such call that it makes for two samples fails once, the errors
# in turn.
REAPTOP = {
    "openat": ("EACCES", "EINTR", "ENOENT", "ESRCH", *NO_ROOM),
    "read": ("EACCES", "EINTR", "EIO", "ESRCH"),
    "getdents64": ("EBADF", "ENOENT", "ENOMEM"),
    "newfstatat": ("EACCES", "ENOENT", "ENOMEM"),
    "readlinkat": ("EACCES", "EIO", "ENOENT", "ENOMEM"),
    "socket": ("EACCES", "EAFNOSUPPORT", "EPROTONOSUPPORT", *NO_ROOM),
    "sendto": ("EAGAIN", "EINTR", "ENOBUFS", "ENOMEM"),
    "recvfrom": ("EAGAIN", "EINTR", "ENOBUFS", "ENOMEM"),
    "setsockopt": ("EINVAL", "ENOPROTOOPT"),
    "ppoll": ("EINTR", "EINVAL", "ENOMEM"),
    "close": ("EBADF", "EINTR", "EIO"),
    "write": ("EAGAIN", "EINTR", "EIO", "ENOSPC", "EPIPE"),
}


@dataclass(frozen=True)
class Case:
    """One call (or several names of one, as strace(1) wants them) of one process
    fails once with this error."""

    who: str
    call: str
    error: str


def all_cases():
    """Every Case but the viewer's, in the table's order."""
    tables = {"start": START, "parent": PARENT, "child": CHILD, "client": CLIENT}
    return [
        Case(who, call, error)
        for who, calls in tables.items()
        for call, errors in calls.items()
        for error in errors
    ]
