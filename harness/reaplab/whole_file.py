"""Writing a file so that it is there whole, or not at all, and so that no trap is
stepped into that somebody laid in the folder: the name it is written under at first
nobody can know, and a link under its own name is replaced, not followed."""

import contextlib
import errno
import os
import tempfile


def check(path):
    """Raise FileExistsError if there is something that must not be replaced: a
    device, a pipe, a folder."""
    device = os.path.realpath(path.parent) == "/dev"
    if device or (path.exists() and not path.is_file()):
        why = "not a file, and will not be replaced by one"
        raise FileExistsError(errno.EEXIST, why, str(path))


@contextlib.contextmanager
def replacing(path):
    """A file to write bytes to. It takes the place of what is at the path, with the
    rights that the umask leaves, when all went well; else it goes. Raises OSError."""
    check(path)
    handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with open(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(handle)
        umask = os.umask(0o077)
        os.umask(umask)
        os.chmod(fresh, 0o666 & ~umask)
        os.replace(fresh, path)
    except BaseException:
        os.unlink(fresh)
        raise


def write(path, text):
    """Write a text. Raises OSError."""
    with replacing(path) as file:
        file.write(text.encode("utf-8", "backslashreplace"))
