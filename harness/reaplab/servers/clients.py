"""Clients of an echo server: sessions that echo, hold, half-close and reset."""

import contextlib
import os
import select
import socket
import struct

from ..deadline import PATIENCE


def pattern(size):
    """Returns `size` bytes of all values. Their period is not near the size of a
    buffer, so a lost or doubled piece is noticed."""
    block = bytes(range(256)) + os.urandom(256 * 251 - 256 - 1)
    return (block * (size // len(block) + 1))[:size]


def check_same(sent, received):
    """Asserts that the bytes are the same. The message says where they first differ."""
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
    """One connection to a server. Each wait fails after `within` seconds. A Session
    is a context manager that closes the connection."""

    def __init__(self, address, within=PATIENCE):
        self._within = within
        self.socket = socket.create_connection(address, timeout=within)
        self.port = self.socket.getsockname()[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, data):
        """Writes all of the data."""
        self.socket.sendall(data)

    def receive(self, size):
        """Reads `size` bytes, or fewer if the server closes."""
        data = bytearray()
        while len(data) < size:
            piece = self.socket.recv(min(size - len(data), 1 << 20))
            if not piece:
                break
            data += piece
        return bytes(data)

    def read_to_end(self):
        """Reads until the server's FIN."""
        data = bytearray()
        while piece := self.socket.recv(1 << 20):
            data += piece
        return bytes(data)

    def exchange(self, data):
        """Writes the data and reads as many bytes back at the same time. Returns them.
        If all were written first, both sides could block on large data."""
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
        """Sends the data, reads it back, and asserts that it is the same."""
        check_same(data, self.exchange(data))

    def half_close(self):
        """Sends the FIN. Reading is still possible."""
        self.socket.shutdown(socket.SHUT_WR)

    def close(self):
        """Closes the socket, which sends a FIN, or an RST if received data was not
        read."""
        self.socket.close()

    def reset(self):
        """Closes with an RST instead of a FIN (SO_LINGER of 0, socket(7))."""
        self.socket.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
        )
        self.socket.close()


@contextlib.contextmanager
def hold(address, count):
    """Opens `count` sessions at once, and closes them at the end. Each has had one
    echo, so the process that serves it exists."""
    with contextlib.ExitStack() as stack:
        sessions = []
        for _ in range(count):
            session = stack.enter_context(Session(address))
            session.echo()
            sessions.append(session)
        yield sessions
