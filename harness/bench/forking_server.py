"""An echo server as Python's standard library offers it: ForkingTCPServer.

    forking_server.py PORT

The bench compares the lab's servers with it.
"""

import socketserver
import sys


class Echo(socketserver.BaseRequestHandler):
    """One session, in a child of its own."""

    def handle(self):
        while data := self.request.recv(16 * 1024):
            self.request.sendall(data)


class Server(socketserver.ForkingTCPServer):
    """As it comes, but for the listen queue: the bench gives all the same."""

    allow_reuse_address = True
    request_queue_size = 1024


if __name__ == "__main__":
    with Server(("127.0.0.1", int(sys.argv[1])), Echo) as server:
        server.serve_forever()
