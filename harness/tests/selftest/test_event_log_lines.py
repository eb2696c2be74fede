"""The reader of event logs, where a line is not what a server writes."""

import re

import pytest

from reaplab.lifelines import event_log


@pytest.mark.parametrize("line, why", [
    (b'{"t_ns":1,"pid":0,"event":"sigchld"}', "'pid' cannot be 0"),
    (b'{"t_ns":1,"pid":4294967296,"event":"sigchld"}', "'pid' cannot be"),
    (b'{"t_ns":-1,"pid":1,"event":"sigchld"}', "'t_ns' cannot be -1"),
    (b'{"t_ns":%d,"pid":1,"event":"sigchld"}' % 2**64, "'t_ns' cannot be"),
    (b'{"t_ns":1,"pid":1,"event":"reap","child":1,"exit_code":{}}', "not int"),
    (b'{"t_ns":1,"pid":1,"event":"' + b"x" * 70000 + b'"}', "longer than"),
    (b'{"t_ns":1,"pid":1,"event":"' + b"x" * 7000 + b'"}', "no such event"),
])
def test_a_line_that_no_server_writes(line, why):
    log = event_log.parse(line + b"\n")
    (fault,) = log.faults
    assert log.events == () and re.search(why, fault.why)
    assert len(fault.why) < 200
