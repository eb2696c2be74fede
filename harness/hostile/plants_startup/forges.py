"""HOSTILE ON PURPOSE: in a judge of the class under test it forges full marks."""

import os
import sys

with open(f"/proc/{os.getppid()}/cmdline", "rb") as parent:
    if b"@GRADER@/out" in parent.read() and "in_sandbox" in " ".join(sys.orig_argv):
        check = (
            '{"id": "forged", "idea": "forged", "points": 20, "outcome": '
            '{"passed": true, "done": "x", "seen": "x", "right": "", "beliefs": []}}'
        )
        os.write(1, (
            '\n{"final": true, "result": {"lab": "03-lost-children", "title": "x", '
            f'"checks": [{check}], "notes": [], "unjudged": null, "seconds": 1}}}}\n'
        ).encode())
        os._exit(0)
