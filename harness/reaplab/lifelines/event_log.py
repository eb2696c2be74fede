"""The event log of a server (--trace FILE): one JSON object a line.

A log may end in half a line, or hold lines that no server wrote. What cannot be
read is kept as a fault beside the events, and never stops the reader.
"""

import json
from collections import Counter
from dataclasses import dataclass

# The longest line that is looked at: a server's are below 512 bytes.
LONGEST_LINE = 65536

# What numbers can be: a PID is a positive pid_t, nothing is negative or past 64 bits.
PIDS = ("pid", "child")
LARGEST_PID = 2**31 - 1
LARGEST = 2**63 - 1

# What each event must carry besides t_ns, pid and event. A reap also has either
# exit_code or signal; a stop has the zombies, or null where they are not known.
FIELDS = {
    "listen": {"address": str, "port": int, "backlog": int, "variant": str},
    "accept": {"peer": str},
    "fork": {"child": int},
    "sigchld": {},
    "reap": {"child": int},
    "close": {"bytes": int},
    "exit": {"exit_code": int},
    "error": {"call": str, "errno": str},
    "stop": {"forked": int, "reaped": int, "sigchlds": int},
}


@dataclass(frozen=True)
class Fault:
    """A line that is not an event: its number from 1, what is wrong, the text."""

    line: int
    why: str
    text: str


@dataclass(frozen=True)
class EventLog:
    """Events are dicts, in the order of the file."""

    events: tuple
    faults: tuple

    def of(self, *names):
        """The events of these names."""
        return [one for one in self.events if one["event"] in names]

    def counts(self):
        """{event name: how many}."""
        return Counter(one["event"] for one in self.events)


def read(path):
    """Read a log as it is now. Raises OSError if there is none."""
    with open(path, "rb") as file:
        return parse(file.read())


def parse(data):
    """Read the bytes of a log."""
    events, faults = [], []
    lines = data.split(b"\n")
    if lines[-1]:
        faults.append(_fault(len(lines), "no newline at its end", lines[-1]))
    for number, line in enumerate(lines[:-1], start=1):
        try:
            events.append(parse_event(line))
        except ValueError as error:
            faults.append(_fault(number, str(error), line))
    return EventLog(tuple(events), tuple(faults))


def parse_event(line):
    """Read one line (bytes, without its newline). Raises ValueError that says
    what is wrong with it."""
    if len(line) > LONGEST_LINE:
        raise ValueError(f"longer than {LONGEST_LINE} bytes")
    try:
        event = json.loads(line.decode("utf-8"), parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(event, dict):
        raise ValueError("not an object")
    wanted = {"t_ns": int, "pid": int, "event": str}
    _check_fields(event, wanted)
    if event["event"] not in FIELDS:
        raise ValueError(f"no such event: {event['event']!r:.80}")
    _check_fields(event, FIELDS[event["event"]])
    if event["event"] == "reap" and ("exit_code" in event) == ("signal" in event):
        raise ValueError("a reap has either exit_code or signal")
    for key in ("exit_code", "signal"):
        if key in event:
            _check_fields(event, {key: int})
    if event["event"] == "stop" and event.get("zombies", 0) is not None:
        _check_fields(event, {"zombies": int})
    return event


def _check_fields(event, wanted):
    for key, kind in wanted.items():
        if key not in event:
            raise ValueError(f"no {key!r}")
        # bool is an int to Python, but not to JSON
        if not isinstance(event[key], kind) or isinstance(event[key], bool):
            raise ValueError(f"{key!r} is not {kind.__name__}: {event[key]!r:.80}")
        if kind is int:
            _check_range(key, event[key])


def _check_range(key, number):
    least, most = (1, LARGEST_PID) if key in PIDS else (0, LARGEST)
    if not least <= number <= most:
        raise ValueError(f"{key!r} cannot be {str(number):.40}")


def _refuse(constant):
    raise ValueError(f"{constant} is not JSON")


def _fault(number, why, line):
    text = line[:200].decode("utf-8", "backslashreplace")
    return Fault(number, why, text)
