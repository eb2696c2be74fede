#!/usr/bin/env python3
"""An echo server on Python's ForkingTCPServer: it reaps in its accept loop, before
each new client and twice a second. Usage: forking_server.py PORT"""

import socketserver
import sys


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1 << 16):
            self.request.sendall(data)


class Server(socketserver.ForkingTCPServer):
    allow_reuse_address = True
    max_children = 1000

    def finish_request(self, request, client_address):
        """In the child: ForkingMixIn leaves it its copy of the listener."""
        self.socket.close()
        super().finish_request(request, client_address)

    def handle_error(self, request, client_address):
        """A client that resets is no news."""


if __name__ == "__main__":
    with Server(("127.0.0.1", int(sys.argv[1])), Echo) as server:
        server.serve_forever()
