"""Clients of an echo server: sessions that echo, hold, half-close and reset."""

import contextlib
import os
import select
import socket
import struct

from ..deadline import PATIENCE


def pattern(size):
    """So many bytes that repeat with no period near a buffer's size, with every
    value in them, so that a lost or doubled piece shows."""
    block = bytes(range(256)) + os.urandom(256 * 251 - 256 - 1)
    return (block * (size // len(block) + 1))[:size]


def check_same(sent, received):
    """Assert that the bytes are the same; say where they first differ."""
    if sent == received:
        return
    common = os.path.commonprefix([sent, bytes(received)])
    at = len(common)
    raise AssertionError(
        f"sent {len(sent)} bytes, received {len(received)}; they differ from "
        f"byte {at}: {bytes(sent[at:at + 16])!r} came back as "
        f"{bytes(received[at:at + 16])!r}"
    )


class Session:
    """One connection to a server. Every wait ends after `within` seconds with
    an error. Use it as a context: it closes itself."""

    def __init__(self, address, within=PATIENCE):
        self._within = within
        self.socket = socket.create_connection(address, timeout=within)
        self.port = self.socket.getsockname()[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, data):
        """Write all of it."""
        self.socket.sendall(data)

    def receive(self, size):
        """Read so many bytes; fewer only if the server closes."""
        data = bytearray()
        while len(data) < size:
            piece = self.socket.recv(min(size - len(data), 1 << 20))
            if not piece:
                break
            data += piece
        return bytes(data)

    def read_to_end(self):
        """Read until the server's FIN."""
        data = bytearray()
        while piece := self.socket.recv(1 << 20):
            data += piece
        return bytes(data)

    def exchange(self, data):
        """Write data while reading as many bytes back; return these. Writing
        all first would deadlock on large data: the echo must be drained."""
        view, back = memoryview(data), bytearray()
        poll = select.poll()
        self.socket.setblocking(False)
        try:
            while len(back) < len(data):
                wanted = select.POLLIN | (select.POLLOUT if view else 0)
                poll.register(self.socket, wanted)
                if not poll.poll(self._within * 1000):
                    raise AssertionError(
                        f"{len(back)} of {len(data)} bytes came back, and then "
                        f"nothing for {self._within} s"
                    )
                with contextlib.suppress(BlockingIOError):
                    view = view[self.socket.send(view):] if view else view
                with contextlib.suppress(BlockingIOError):
                    piece = self.socket.recv(1 << 20)
                    if not piece:
                        break
                    back += piece
        finally:
            self.socket.settimeout(self._within)
        return bytes(back)

    def echo(self, data=b"who reaps?\n"):
        """Send and read back, and assert that it is the same."""
        check_same(data, self.exchange(data))

    def half_close(self):
        """Send FIN; go on reading."""
        self.socket.shutdown(socket.SHUT_WR)

    def close(self):
        """Send FIN (or RST, if something was not read) and let go."""
        self.socket.close()

    def reset(self):
        """End with RST instead of FIN: SO_LINGER of 0, see socket(7)."""
        self.socket.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        self.socket.close()


@contextlib.contextmanager
def hold(address, count):
    """So many sessions open at once, each already served once: whatever serves
    it exists. A list; all are closed at the end."""
    with contextlib.ExitStack() as stack:
        sessions = []
        for _ in range(count):
            session = stack.enter_context(Session(address))
            session.echo()
            sessions.append(session)
        yield sessions
