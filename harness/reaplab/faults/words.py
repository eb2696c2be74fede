"""What came of a call that failed, in the words of harness/fault_table.md."""

import contextlib
import errno
import json
import os
import re
import socket

from ..deadline import eventually
from ..lifelines import event_log
from ..servers.clients import Session

HANGS = "HANGS"
CRASHES = "CRASHES"
LEAVES = "LEAVES"  # zombies, or a descriptor
LIES = "LIES"  # shows what is not so
BAD = (HANGS, CRASHES, LEAVES, LIES)


def has_no_child(server):
    children = server.process.children()
    assert not children, f"{LEAVES} {children}"


def talk(session):
    """How a client fares that sends a line: served, or how it is let go."""
    try:
        session.send(b"line\n")
        back = session.receive(5)
    except socket.timeout:
        return "waits"
    except ConnectionError:
        return "is dropped"
    return "is served" if back == b"line\n" else "is dropped"


def reception(server, within=3):
    """How one new client fares, from its connect to the server's FIN."""
    try:
        with Session(server.address, within) as session:
            told = talk(session)
            if told == "is served":
                session.half_close()
                session.read_to_end()
            return told
    except socket.timeout:
        return "is served, but gets no FIN"
    except ConnectionRefusedError:
        return "is refused"
    except ConnectionError:
        return "is dropped"


def receptions(server, count):
    """The same of several, one after the other, for as long as the server runs."""
    told = []
    for number in range(1, count + 1):
        if server.has_exited(0.1 if number > 1 else 0):
            break
        told.append(f"client {number} {reception(server)}")
    return told


def ending(reap):
    """"exit 0" or "signal 9", of a reap event."""
    if "signal" in reap:
        return f"signal {reap['signal']}"
    return f"exit {reap['exit_code']}"


def reaped(server):
    """How each child ended, by the event log: once all are in it, or none more
    comes."""
    def all_are_there():
        log = event_log.read(server.trace)
        assert len(log.of("reap")) == len(log.of("fork"))

    with contextlib.suppress(AssertionError):
        eventually(all_are_there, within=5)
    reaps = event_log.read(server.trace).of("reap")
    return [f"is reaped: {ending(one)}" for one in reaps]


def shown(printed, live):
    """What is wrong with the viewer's samples in JSON: nothing, if one has the server
    with so many live children and no zombie; the other may lack what could not be
    read."""
    try:
        servers = [json.loads(line)["servers"] for line in printed.splitlines()]
    except ValueError:
        return [f"{LIES}: no JSON: {printed!r}"]
    counts = [(one["live"], one["zombies"]) for each in servers for one in each]
    return [] if (live, 0) in counts else [f"{LIES}: live and zombies {counts}"]


def said(text, case, place):
    """What stands on stderr, less what differs from run to run."""
    why = re.escape(os.strerror(getattr(errno, case.error)))
    limit = r"(?: \([^()]* is [^()]*\))?"
    text = re.sub(why + limit, "(its text)", text).replace(str(place), "PLACE")
    return [f"`{line.partition(': ')[2]}`" for line in text.splitlines() if line]


def refusal(failure, case, place):
    """The same of a server that did not come to serve, from a ServerFailed."""
    found = re.search(r"status (-?\d+); its stderr: (.*)", failure, re.DOTALL)
    if found is None:
        return f"{HANGS}: {failure}"
    if found[1] != "1":
        return f"{CRASHES}: {failure}"
    return "; ".join(["ends with 1", *said(found[2], case, place)])
