#!/usr/bin/env python3
"""An echo server that is WRONG ON PURPOSE, to see who notices.
Usage: lying_server.py HOW PORT, where HOW is

  flip    the 11th byte comes back changed
  short   the connection is closed after 10 bytes
  extra   one byte more comes back than was sent
  mute    nothing comes back
  at_fin  nothing comes back before the client's FIN, then all does
"""

import socket
import sys
import threading


def serve(connection, how):
    with connection:
        data = bytearray(connection.recv(1 << 16))
        if how == "flip":
            data[10] ^= 1
        elif how == "short":
            del data[10:]
        elif how == "extra":
            data += b"!"
        elif how == "mute":
            data.clear()
        elif how == "at_fin":
            while more := connection.recv(1 << 16):
                data += more
        connection.sendall(data)
        if how != "short":
            connection.recv(1)


def main(how, port):
    listener = socket.create_server(("127.0.0.1", port))
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, how), daemon=True).start()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
