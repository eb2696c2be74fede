"""A parent under control: it forks, kills and reaps children one by one, as it is
told. For what must be shown of a process that is no server."""

import contextlib
import signal
import subprocess
import sys

from . import spawn

PROGRAM = r"""
import ctypes, os, signal, sys, time

def child(live):
    # Its children end with it, however it ends.
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
    # The child waits to be told; then it leaves its own child to us. Both are ready
    # when this returns.
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
    # Ages are told in clock ticks (proc(5), starttime): who comes later, shows.
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
    """Each call returns the PID of the child it is about, when it is done."""

    def __init__(self):
        self._popen = spawn.spawn(
            [sys.executable, "-c", PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.pid = int(self._popen.stdout.readline())

    def sleep(self):
        """A child that sleeps."""
        return self._tell("sleep")

    def spin(self):
        """A child that runs without end."""
        return self._tell("spin")

    def toil(self):
        """A child that uses CPU without end, but waits now and then."""
        return self._tell("toil")

    def exit(self, code=0):
        """A zombie that exited so."""
        return self._tell("exit", code)

    def die(self, signum=signal.SIGKILL):
        """A zombie that died of this signal."""
        return self._tell("die", int(signum))

    def many(self, count):
        """So many zombies; the PID of the last."""
        return self._tell("many", count)

    def orphan(self):
        """A child which, at SIGUSR1, exits and leaves its own child to us."""
        return self._tell("orphan")

    def kill(self, pid):
        """Make a zombie of a child."""
        return self._tell("kill", pid)

    def reap(self, pid):
        """Wait for a zombie."""
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
