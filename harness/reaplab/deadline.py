"""Polling to a deadline: no verdict hangs on how long something happens to take."""

import os
import time

from .proc.process import Gone

# Seconds; long enough for a machine kept busy by others. What comes true returns
# at once, so only a failure ever waits this long.
PATIENCE = float(os.environ.get("REAP_PATIENCE", 20))


def eventually(check, within=PATIENCE, every=0.01):
    """Call check() until it stops raising. Returns what it returns.

    Besides AssertionError three kinds of error mean "not yet". Gone: a process may
    vanish while it is read. ValueError and LookupError: a file may be half written,
    and a list may not have the wanted row yet.

    After `within` seconds the last of them is let through, so a failure says what
    was false and not merely that time ran out.
    """
    deadline = time.monotonic() + within
    while True:
        try:
            return check()
        except (AssertionError, Gone, ValueError, LookupError):
            if time.monotonic() >= deadline:
                raise
        time.sleep(every)
