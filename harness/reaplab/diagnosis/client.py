"""A client that says something, and what comes of it."""

import contextlib
import itertools
import select

from . import evidence
from ..proc.process import now_in_ticks
from ..servers.clients import Session


class Client:
    """A session that has said something, unless it is not to say it yet, and wants
    it back. Its blocking calls end after `within` seconds."""

    _numbers = itertools.count(1)

    def __init__(self, address, within, says=True):
        self.came_ticks = now_in_ticks()
        self.came_after = frozenset()  # PIDs of children that were there before it
        self.session = Session(address, within)
        self.end = self.session.socket.getsockname()[:2]
        self.server_end = self.session.socket.getpeername()[:2]
        self._said = b"client %d: who reaps?\n" % next(self._numbers)
        self._heard = b""
        self.session.socket.setblocking(False)
        self._poll = select.poll()
        self._poll.register(self.session.socket, select.POLLIN)
        if says:
            self.say()

    def say(self):
        """Say what it wants back, once more or for the first time."""
        self._heard = b""
        with contextlib.suppress(ConnectionError):
            self.session.send(self._said)

    def reset(self):
        """Leave with RST instead of FIN."""
        self.session.reset()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def listen(self, seconds):
        """Wait at most so long; SERVED, TURNED_AWAY, GARBLED, or None: no answer
        yet."""
        if not self._poll.poll(seconds * 1000):
            return None
        try:
            piece = self.session.socket.recv(1 << 16)
        except BlockingIOError:
            return None
        except ConnectionError:
            piece = b""
        if not piece:
            return evidence.TURNED_AWAY
        self._heard += piece
        if self._said == self._heard:
            return evidence.SERVED
        return None if self._said.startswith(self._heard) else evidence.GARBLED

    def has_fin(self, seconds):
        """Whether the server's FIN, or RST, has come; waits at most so long."""
        if not self._poll.poll(seconds * 1000):
            return False
        try:
            return not self.session.socket.recv(1 << 16)
        except BlockingIOError:
            return False
        except ConnectionError:
            return True

    def half_close(self):
        with contextlib.suppress(OSError):
            self.session.half_close()

    def close(self):
        self.session.close()
