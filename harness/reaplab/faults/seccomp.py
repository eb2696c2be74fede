"""System calls that a process and all that it becomes may not make: seccomp(2)."""

import ctypes
import errno
import struct

# The same on all architectures that Linux added them to at once.
NUMBERS = {"pidfd_open": 434, "clone3": 435, "close_range": 436}

PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 22, 38
SECCOMP_MODE_FILTER = 2
LOAD_NUMBER = (0x20, 0, 0, 0)  # of the call: the first field of struct seccomp_data
ALLOW = (0x06, 0, 0, 0x7FFF0000)


def forbid(call, error):
    """A preexec function: from then on this call fails with this error ("EPERM"), as
    on a kernel without it (ENOSYS) or in a container."""
    filters = [
        LOAD_NUMBER,
        (0x15, 0, 1, NUMBERS[call]),  # another number: skip the next
        (0x06, 0, 0, 0x00050000 | getattr(errno, error)),
        ALLOW,
    ]
    code = ctypes.create_string_buffer(
        b"".join(struct.pack("HBBI", *one) for one in filters)
    )
    program = struct.pack("HP", len(filters), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)

    def apply():
        assert code  # kept as long as this is
        for option, *arguments in (
            (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
            (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0),
        ):
            if libc.prctl(option, *arguments) != 0:
                raise OSError(ctypes.get_errno(), "prctl")

    return apply
