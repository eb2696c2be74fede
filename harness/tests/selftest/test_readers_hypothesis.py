"""The Python readers against whatever Hypothesis can think of: /proc and event logs
are written by the kernel and by programs under test, who choose names and bytes.
What a reader promises holds for all input; what it cannot read it refuses in its own
words. Short in `make test`, long in `make soak`."""

import json
from pathlib import Path

import pytest

hypothesis = pytest.importorskip("hypothesis", reason="needs python3-hypothesis")

from hypothesis import HealthCheck, configuration, given, settings  # noqa: E402
from hypothesis import strategies as some  # noqa: E402

from conftest import ROOT  # noqa: E402
from reaplab.documents import transcript  # noqa: E402
from reaplab.lifelines import event_log  # noqa: E402
from reaplab.proc import process, sockets  # noqa: E402

QUIET = {"deadline": None, "database": None,
         "suppress_health_check": list(HealthCheck)}
SHORT, LONG = 50, 1000
PIECES = some.sampled_from([b") ", b"(", b"Z 1 ", b"\n", b"\x1b[", b"\xff"])
NAMES = some.lists(PIECES | some.binary(max_size=4)).map(b"".join)


def examples(check):
    """The check as a test of a few examples, and of many in `make soak`."""
    @pytest.mark.parametrize(
        "count", [SHORT, pytest.param(LONG, marks=[pytest.mark.soak,
                                                   pytest.mark.timeout(600)])]
    )
    def test(count):
        settings(max_examples=count, **QUIET)(check)()

    test.__doc__ = check.__doc__
    return test


@given(NAMES, some.lists(some.integers(0, 1 << 63), min_size=49, max_size=60))
def a_name_never_passes_for_fields(name, numbers):
    """A process may call itself ") Z 1 (": what stands behind the last ")" counts."""
    rest = " ".join(map(str, numbers)).encode()
    stat = process.parse_stat(b"7 (" + name + b") S " + rest + b"\n")
    assert (stat.state, stat.ppid) == ("S", numbers[0])


@given(some.dictionaries(some.from_regex(r"[A-Za-z_]{1,12}", fullmatch=True),
                         some.from_regex(r"[ -~]{0,40}", fullmatch=True)))
def a_status_comes_back_as_written(pairs):
    text = "".join(f"{key}:\t{value}\n" for key, value in pairs.items())
    found = process.parse_status(text.encode())
    assert found == {key: value.strip() for key, value in pairs.items()}


@given(some.binary(max_size=400))
def any_bytes_are_a_status_of_some_kind(data):
    assert all(isinstance(key, str) for key in process.parse_status(data))


@given(some.integers(0, (1 << 64) - 1))
def a_mask_has_as_many_signals_as_bits(mask):
    assert len(process.signal_set(f"{mask:016x}")) == bin(mask).count("1")


@given(some.integers(0, 0xffff))
def every_wait_status_has_words(status):
    assert process.describe_wait_status(status)


@given(some.binary(max_size=600))
def any_bytes_are_a_log_of_events_and_faults(data):
    """Each line is one or the other, none is lost, and none stops the reader."""
    log = event_log.parse(data)
    lines = data.split(b"\n")
    assert len(log.events) + len(log.faults) \
        == len(lines) - 1 + bool(lines[-1])
    for event in log.events:
        assert {"t_ns", "pid", "event"} <= set(event)


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
    lambda inner: some.lists(inner, max_size=3)
    | some.dictionaries(some.sampled_from(["t_ns", "pid", "event", "child", "x"]),
                        inner, max_size=5),
    max_leaves=12,
)


@given(JSON)
def any_json_is_an_event_or_refused_in_words(value):
    line = json.dumps(value).encode()
    try:
        event = event_log.parse_event(line)
    except ValueError as refusal:
        assert str(refusal)
    else:
        assert event["event"] in event_log.FIELDS


@given(some.sampled_from(sorted(event_log.FIELDS)), some.integers(0, 1 << 62),
       some.integers(1, 1 << 22), some.text(max_size=20))
def every_event_comes_back_as_written(name, number, pid, text):
    values = {int: number, str: text}
    event = {"t_ns": number, "pid": pid, "event": name}
    event.update((key, values[kind]) for key, kind in event_log.FIELDS[name].items())
    event.update((key, pid) for key in event_log.PIDS if key in event)
    if name == "reap":
        event["exit_code"] = 0
    if name == "stop":
        event["zombies"] = None
    log = event_log.parse(json.dumps(event).encode() + b"\n")
    assert (log.events, log.faults) == ((event,), ())


@given(some.ip_addresses(v=4), some.integers(0, 65535), some.ip_addresses(v=4),
       some.integers(0, 65535), some.integers(1, 11), some.integers(0, 1 << 32))
def a_line_of_tcp_comes_back_as_written(local, port, remote, peer, state, inode):
    def end(address, number):
        return f"{int.from_bytes(address.packed, 'little'):08X}:{number:04X}"

    line = (f"   0: {end(local, port)} {end(remote, peer)} {state:02X} "
            f"00000000:00000000 00:00000000 00000000     0        0 {inode} 1 0")
    assert sockets.parse_line(line.encode()) == sockets.Socket(
        sockets.STATES[state], str(local), port, str(remote), peer, inode
    )


@given(some.text(max_size=80))
def masking_twice_changes_nothing_more(line):
    once = transcript.masked(line)
    assert transcript.masked(once) == once


@given(some.lists(some.text("ab 1", max_size=5), max_size=6))
def a_text_matches_itself(lines):
    assert transcript.matches(lines, lines)
    assert not transcript.matches(lines, [*lines, "more"])


test_names = examples(a_name_never_passes_for_fields)
test_status = examples(a_status_comes_back_as_written)
test_any_status = examples(any_bytes_are_a_status_of_some_kind)
test_masks = examples(a_mask_has_as_many_signals_as_bits)
test_wait_statuses = examples(every_wait_status_has_words)
test_any_log = examples(any_bytes_are_a_log_of_events_and_faults)
test_any_json = examples(any_json_is_an_event_or_refused_in_words)
test_events = examples(every_event_comes_back_as_written)
test_tcp_lines = examples(a_line_of_tcp_comes_back_as_written)
test_masked = examples(masking_twice_changes_nothing_more)
test_transcripts = examples(a_text_matches_itself)


def test_what_hypothesis_keeps_is_no_part_of_the_tree():
    """Tables of Unicode, which it makes when it first needs them."""
    assert Path(configuration.storage_directory()) == ROOT / "build/hypothesis"
