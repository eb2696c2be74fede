"""Which system call of which process is made to fail, and with which errors: those
that its manual page lists and that can come to a program like ours. What came of
each is found by fault_runs.py and told by fault_table.py.

Left out are errors of what we do not ask for (namespaces, time-sharing classes and
cgroups of clone(2); EINPROGRESS, where no socket is non-blocking; O_TMPFILE's), and
shutdown(2) and close(2) whose result is of no use to who lets a client go."""

from dataclasses import dataclass

NO_ROOM = ("EMFILE", "ENFILE", "ENOMEM")
POLL = ("EFAULT", "EINTR", "EINVAL", "ENOMEM")
SIGACTION = ("EFAULT", "EINVAL")
FORK = ("EAGAIN", "EINVAL", "ENOMEM", "ENOSYS", "EPERM")
CLOSE = ("EBADF", "EDQUOT", "EINTR", "EIO", "ENOSPC")
READ = ("EAGAIN", "EBADF", "EFAULT", "EINTR", "EINVAL", "EIO", "EISDIR")
WAIT = ("EAGAIN", "ECHILD", "EINTR", "EINVAL", "ESRCH")
WRITE = ("EAGAIN", "EBADF", "EDESTADDRREQ", "EDQUOT", "EFAULT", "EFBIG", "EINTR",
         "EINVAL", "EIO", "ENOSPC", "EPERM", "EPIPE")
OPEN = ("EACCES", "EAGAIN", "EBADF", "EBUSY", "EDQUOT", "EEXIST", "EFAULT", "EFBIG",
        "EINTR", "EINVAL", "EIO", "EISDIR", "ELOOP", "ENAMETOOLONG", "ENODEV", "ENOENT",
        "ENOSPC", "ENOTDIR", "ENXIO", "EOPNOTSUPP", "EOVERFLOW", "EPERM", "EROFS",
        "ETXTBSY", *NO_ROOM)
STAT = ("EACCES", "EBADF", "EFAULT", "EINVAL", "ELOOP", "ENAMETOOLONG", "ENOENT",
        "ENOMEM", "ENOTDIR", "EOVERFLOW")
SETSOCKOPT = ("EBADF", "EFAULT", "EINVAL", "ENOPROTOOPT", "ENOTSOCK")
SOCKET = ("EACCES", "EAFNOSUPPORT", "EINVAL", "ENOBUFS", "EPROTONOSUPPORT", *NO_ROOM)
CONNECT = ("EACCES", "EADDRINUSE", "EADDRNOTAVAIL", "EAFNOSUPPORT", "EAGAIN",
           "EALREADY", "EBADF", "ECONNREFUSED", "EFAULT", "EINTR", "EISCONN",
           "ENETUNREACH", "ENOTSOCK", "EPERM", "EPROTOTYPE", "ETIMEDOUT")
SEND = ("EACCES", "EAGAIN", "EALREADY", "EBADF", "ECONNRESET", "EDESTADDRREQ",
        "EFAULT", "EINTR", "EINVAL", "EISCONN", "EMSGSIZE", "ENOBUFS", "ENOMEM",
        "ENOTCONN", "ENOTSOCK", "EOPNOTSUPP", "EPIPE")
RECEIVE = ("EAGAIN", "EBADF", "ECONNREFUSED", "ECONNRESET", "EFAULT", "EINTR",
           "EINVAL", "ENOMEM", "ENOTCONN", "ENOTSOCK")
EPOLL_WAIT = ("EBADF", "EFAULT", "EINTR", "EINVAL")

# While a server starts: the first such call that its main() makes. And then each of
# the later ones, with the errors in turn.
START = {
    "openat": OPEN,
    "newfstatat": STAT,
    "close": CLOSE,
    "rt_sigaction": SIGACTION,
    "rt_sigprocmask": SIGACTION,
    "socket": SOCKET,
    "setsockopt": SETSOCKOPT,
    "bind": ("EACCES", "EADDRINUSE", "EADDRNOTAVAIL", "EBADF", "EFAULT", "EINVAL",
             "ENOMEM", "ENOTSOCK"),
    "listen": ("EADDRINUSE", "EBADF", "ENOTSOCK", "EOPNOTSUPP"),
    "getsockname": ("EBADF", "EFAULT", "EINVAL", "ENOBUFS", "ENOTSOCK"),
    "write": WRITE,
}

# The parent, once it serves. close: strace keeps the call from being made, so the
# descriptor stays open, which no error of close(2) on Linux does.
PARENT = {
    "accept,accept4": ("EAGAIN", "EBADF", "ECONNABORTED", "EFAULT", "EHOSTDOWN",
                       "EHOSTUNREACH", "EINTR", "EINVAL", "ENETDOWN", "ENETUNREACH",
                       "ENOBUFS", "ENONET", "ENOPROTOOPT", "ENOSR", "ENOTSOCK",
                       "EOPNOTSUPP", "EPERM", "EPROTO", "EPROTONOSUPPORT",
                       "ESOCKTNOSUPPORT", "ETIMEDOUT", *NO_ROOM),
    "clone,clone3,fork": FORK,
    "close": CLOSE,
    "wait4": WAIT,
    "write": WRITE,
}

# What only other parents do: server_<variant>, and one with limits. (Those that ask
# once for each child are told EINTR alone, and nothing with WNOHANG: what strace keeps
# from being asked is never asked again, and the child stays as no error of waitid(2)
# has it.)
OTHER_PARENTS = {
    "flag": {"ppoll": POLL, "wait4": WAIT},
    "self_pipe": {"poll": POLL, "read": READ, "wait4": WAIT},
    "signalfd": {"poll": POLL, "read": READ, "wait4": WAIT},
    "rtsig": {"clone,clone3,fork": FORK},
    "pidfd": {
        "clone,clone3,fork": (*FORK, *NO_ROOM[:2]),
        "epoll_ctl": ("EBADF", "EEXIST", "EINVAL", "ENOMEM", "ENOSPC"),
        "epoll_wait": EPOLL_WAIT,
        "waitid": ("EINTR",),
    },
    "double_fork": {"wait4": ("EINTR",)},
    "waitpid_loop -m9": {
        "openat": ("EACCES", "EINTR", "ENOENT", *NO_ROOM),
        "read": ("EINTR", "EIO", "ENOMEM", "ESRCH"),
        "rt_sigprocmask": SIGACTION,
    },
    "waitpid_loop -i9": {"setsockopt": SETSOCKOPT},
}

# A child that holds a session. And one that is born: its first such call.
CHILD = {
    "read": (*READ, "ECONNRESET", "ENOMEM", "ETIMEDOUT"),
    "write": (*WRITE, "ECONNRESET", "ENOBUFS"),
    "close": CLOSE,
}
NEWBORN = {
    "rt_sigaction": SIGACTION,
}

# The load generator, from its first call on. Not close: one that is not made leaves
# a socket in its epoll set, as no error of close(2) on Linux does.
CLIENT = {
    "epoll_create1": NO_ROOM,
    "signalfd4": ("EBADF", "EINVAL", "ENODEV", *NO_ROOM),
    "rt_sigaction": SIGACTION,
    "epoll_ctl": ("EBADF", "EEXIST", "EINVAL", "ENOENT", "ENOMEM", "ENOSPC"),
    "socket": SOCKET,
    "connect": CONNECT,
    "sendto": SEND,
    "recvfrom": RECEIVE,
    "epoll_wait": EPOLL_WAIT,
    "shutdown": ("EBADF", "EINVAL", "ENOTCONN", "ENOTSOCK"),
    "write": WRITE,
}

# The client that a line is typed into.
TYPED = {
    "socket": SOCKET,
    "connect": CONNECT,
    "poll": POLL,
    "read": READ,
    "sendto": SEND,
    "shutdown": ("EBADF", "EINVAL", "ENOTCONN", "ENOTSOCK"),
    "recvfrom": RECEIVE,
    "write": WRITE,
    "close": CLOSE,
}

# The viewer: every such call that it makes for two samples fails once, the errors
# in turn. The same where it starts the server.
REAPTOP = {
    "openat": (*OPEN, "ESRCH"),
    "read": (*READ, "EACCES", "ESRCH"),
    "getdents64": ("EBADF", "EFAULT", "EINVAL", "ENOENT", "ENOMEM", "ENOTDIR"),
    "newfstatat": STAT,
    "readlinkat": ("EACCES", "EBADF", "EFAULT", "EINVAL", "EIO", "ELOOP",
                   "ENAMETOOLONG", "ENOENT", "ENOMEM", "ENOTDIR"),
    "faccessat2": ("EACCES", "EBADF", "EFAULT", "EINVAL", "EIO", "ELOOP",
                   "ENAMETOOLONG", "ENOENT", "ENOMEM", "ENOTDIR", "EPERM"),
    "fcntl": ("EACCES", "EAGAIN", "EBADF", "EINVAL"),
    "fstatfs": ("EBADF", "EFAULT", "EINTR", "EIO", "ENOMEM", "ENOSYS", "EOVERFLOW"),
    "lseek": ("EBADF", "EINVAL", "ENXIO", "EOVERFLOW", "ESPIPE"),
    "rt_sigaction": SIGACTION,
    "socket": SOCKET,
    "sendto": SEND,
    "recvfrom": RECEIVE,
    "setsockopt": SETSOCKOPT,
    "ppoll": POLL,
    "close": CLOSE,
    "write": WRITE,
}
LAUNCHING = {
    "pipe2": ("EFAULT", "EINVAL", "EMFILE", "ENFILE"),
    "clone,clone3,fork": FORK,
    "wait4": WAIT,
    "waitid": ("ECHILD", "EINTR", "EINVAL"),
    "setpgid": ("EACCES", "EINVAL", "EPERM", "ESRCH"),
    "prctl": ("EINVAL", "EPERM"),
    "kill": ("EINVAL", "EPERM", "ESRCH"),
    "read": READ,
    "ppoll": POLL,
}

# The viewer on a terminal, where curses makes most of these, and a key ends it.
SCREEN = {
    "ioctl": ("EBADF", "EFAULT", "EINVAL", "EIO", "ENOTTY"),
    "write": WRITE,
    "read": READ,
    "poll": POLL,
    "ppoll": POLL,
    "rt_sigaction": SIGACTION,
    "access": ("EACCES", "EIO", "ENOENT", "ENOMEM"),
}

# Who is tried with the errors in turn, at each place where they call.
IN_TURN = {
    "start, later": START,
    "reaptop": REAPTOP,
    "reaptop --": LAUNCHING,
    "screen": SCREEN,
}


@dataclass(frozen=True)
class Case:
    """One call (or several names of one, as strace(1) wants them) of one process
    fails once with this error."""

    who: str
    call: str
    error: str

    @property
    def name(self):
        """The call, by the first of its names."""
        return self.call.partition(",")[0]


def all_cases():
    """Every Case but those in turn, in the table's order."""
    tables = {
        "start": START,
        "parent": PARENT,
        **{f"parent {name}": calls for name, calls in OTHER_PARENTS.items()},
        "child": CHILD,
        "newborn": NEWBORN,
        "client": CLIENT,
        "typed": TYPED,
    }
    return [
        Case(who, call, error)
        for who, calls in tables.items()
        for call, errors in calls.items()
        for error in errors
    ]


def everybody():
    """Whom all_cases() are of, in the table's order."""
    return list(dict.fromkeys(case.who for case in all_cases()))
