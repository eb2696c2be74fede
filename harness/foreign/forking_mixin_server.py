#!/usr/bin/env python3
"""An echo server on Python's ForkingTCPServer, with nothing added: it reaps, but its
children keep the listening socket, and so the port. Usage: forking_mixin_server.py
PORT"""

import socketserver
import sys


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1 << 16):
            self.request.sendall(data)


class Server(socketserver.ForkingTCPServer):
    allow_reuse_address = True
    max_children = 1000


if __name__ == "__main__":
    with Server(("127.0.0.1", int(sys.argv[1])), Echo) as server:
        server.serve_forever()
