"""A parent that forks, kills and reaps children one by one, on request: for tests that
need a process with certain children and no server."""

import contextlib
import signal
import subprocess
import sys

from . import spawn

PROGRAM = r"""
import ctypes, os, signal, sys, time

def child(live):
    # The kernel kills the child when this process dies.
    pid = os.fork()
    if pid == 0:
        ctypes.CDLL(None).prctl(1, int(signal.SIGKILL))  # PR_SET_PDEATHSIG
        live()
        os._exit(0)
    return pid

def sleep():
    while True:
        signal.pause()

def spin():
    while True:
        pass

def toil():
    while True:
        end = time.thread_time() + 0.01
        while time.thread_time() < end:
            pass
        time.sleep(0.0001)

def die(pid, number):
    os.kill(pid, number)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    return pid

def exit_with(code):
    pid = child(lambda: os._exit(code))
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    return pid

def leave_orphan():
    # The child exits at SIGUSR1, and this process adopts the grandchild. Both are
    # ready when this returns.
    ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER
    ready, tell = os.pipe()
    def parent_of_orphan():
        signal.signal(signal.SIGUSR1, lambda *_: os._exit(0))
        child(sleep_on)
        sleep()
    def sleep_on():
        ctypes.CDLL(None).prctl(1, 0)
        os.write(tell, b"x")
        sleep()
    pid = child(parent_of_orphan)
    os.read(ready, 1)
    os.close(ready)
    os.close(tell)
    return pid

def await_next_tick():
    # Start times are in clock ticks (proc(5)): two children must not have the same.
    tick = 10**9 // os.sysconf("SC_CLK_TCK")
    before = time.clock_gettime_ns(time.CLOCK_BOOTTIME) // tick
    while time.clock_gettime_ns(time.CLOCK_BOOTTIME) // tick == before:
        time.sleep(0.001)

def act(word, number):
    await_next_tick()
    if word == "sleep":
        return child(sleep)
    if word == "spin":
        return child(spin)
    if word == "toil":
        return child(toil)
    if word == "exit":
        return exit_with(number)
    if word == "die":
        return die(child(sleep), number)
    if word == "many":
        return [exit_with(0) for _ in range(number)][-1]
    if word == "orphan":
        return leave_orphan()
    if word == "kill":
        return die(number, signal.SIGKILL)
    return os.waitpid(number, 0)[0]

print(os.getpid(), flush=True)
for line in sys.stdin:
    word, number = line.split()
    print(act(word, int(number)), flush=True)
"""


class Parent:
    """A process that does what its methods say. Each method returns the PID of its
    child when it is done."""

    def __init__(self):
        self._popen = spawn.spawn(
            [sys.executable, "-c", PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.pid = int(self._popen.stdout.readline())

    def sleep(self):
        """Forks a child that sleeps."""
        return self._tell("sleep")

    def spin(self):
        """Forks a child that runs for ever."""
        return self._tell("spin")

    def toil(self):
        """Forks a child that uses CPU time for ever, with short sleeps."""
        return self._tell("toil")

    def exit(self, code=0):
        """Makes a zombie that exited with this code."""
        return self._tell("exit", code)

    def die(self, signum=signal.SIGKILL):
        """Makes a zombie that was killed by this signal."""
        return self._tell("die", int(signum))

    def many(self, count):
        """Makes `count` zombies. Returns the PID of the last."""
        return self._tell("many", count)

    def orphan(self):
        """Forks a child with a child of its own. At SIGUSR1 it exits, and the parent
        adopts the grandchild."""
        return self._tell("orphan")

    def kill(self, pid):
        """Kills a child, and does not reap it."""
        return self._tell("kill", pid)

    def reap(self, pid):
        """Reaps a zombie."""
        return self._tell("reap", pid)

    def _tell(self, word, number=0):
        self._popen.stdin.write(f"{word} {number}\n".encode())
        self._popen.stdin.flush()
        return int(self._popen.stdout.readline())

    def close(self):
        spawn.end(self._popen)
        for stream in (self._popen.stdin, self._popen.stdout):
            with contextlib.suppress(BrokenPipeError):
                stream.close()
        spawn.end_strays()
