"""Clients that were served once and then stay, so that a server has children."""

import contextlib

from reaplab.servers.clients import Session

# So many connect before the first of them is echoed to: fewer than any server's
# listen queue here, as a connect that finds it full is tried again a second later.
BATCH = 50


class IdleClients:
    """Sessions held open with one server. Use it as a context: they all close."""

    def __init__(self, address):
        self._address = address
        self._sessions = []
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._stack.close()

    def grow(self, count):
        """Have so many of them. Each has echoed: what serves it exists."""
        while (missing := count - len(self._sessions)) > 0:
            batch = [
                self._stack.enter_context(Session(self._address))
                for _ in range(min(BATCH, missing))
            ]
            for one in batch:
                one.send(b"idle\n")
            for one in batch:
                if one.receive(5) != b"idle\n":
                    raise AssertionError("an idle client was not echoed to")
            self._sessions += batch
