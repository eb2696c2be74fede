#!/usr/bin/env python3
"""Forking echo servers that start or answer late, or in an unusual place.
Usage: slow_server.py HOW PORT"""

import os
import sys
import time

from right_forking import Server

CHILD = "import os\nwhile data := os.read(0, 65536): os.write(0, data)"


class ExecutesPython(Server):
    """Right, if slow: each client gets a new interpreter."""

    def in_child(self, connection):
        self.listener.close()
        os.dup2(connection.fileno(), 0)
        os.execvp(sys.executable, [sys.executable, "-c", CHILD])


class StartsLate(Server):
    """Right: the server reads its configuration for 2 seconds before it listens."""

    def __init__(self, port):
        time.sleep(2)
        super().__init__(port)


class OnePerWorker(Server):
    """Right: three workers serve one client each and end. The parent waits for a death
    and starts the next worker."""

    def run(self):
        for _ in range(3):
            self.start_worker()
        while True:
            os.wait()
            self.start_worker()

    def start_worker(self):
        if os.fork() == 0:
            self.in_child(self.accept())


class AnswersLate(Server):
    """Cannot be judged: the child thinks for a minute before each answer."""

    def in_child(self, connection):
        self.listener.close()
        while data := connection.recv(1 << 16):
            time.sleep(60)
            connection.sendall(data)
        os._exit(0)


class GoesIntoBackground(Server):
    """Cannot be judged: the server leaves its work to an orphan, as a daemon does."""

    def set_up(self):
        if os.fork():
            os._exit(0)
        os.setsid()
        super().set_up()


WAYS = {
    "executes_python": ExecutesPython,
    "starts_late": StartsLate,
    "one_per_worker": OnePerWorker,
    "answers_late": AnswersLate,
    "goes_into_background": GoesIntoBackground,
}

if __name__ == "__main__":
    WAYS[sys.argv[1]](int(sys.argv[2])).run()
