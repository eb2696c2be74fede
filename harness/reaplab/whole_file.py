"""Writing a file so that it is there whole, or not at all."""

import os
import tempfile


def write(path, text):
    """Write a text, with the rights that the umask leaves; a link of that name is
    replaced, not followed."""
    handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with open(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(text)
            file.flush()
            os.fsync(handle)
        umask = os.umask(0o077)
        os.umask(umask)
        os.chmod(fresh, 0o666 & ~umask)
        os.replace(fresh, path)
    except BaseException:
        os.unlink(fresh)
        raise
