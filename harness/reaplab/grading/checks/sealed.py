"""Right answers that students' files hold without showing them: as a digest of the
question and the answer. Whoever wants to can try all answers; nobody reads one by
accident, and a check that runs on a student's machine alone still knows it.

    python3 -m reaplab.grading.checks.sealed QUESTION ANSWER    prints the digest
"""

import hashlib
import sys

LENGTH = 8  # hexadecimal digits


def seal(question, answer):
    """The digest of an answer to the question of this key."""
    text = f"{question}: {plain(answer)}"
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:LENGTH]


def plain(given):
    """An answer as it is compared: 5, "5", " 5 " and 5.0 are the same."""
    if isinstance(given, float) and given.is_integer():
        given = int(given)
    return " ".join(str(given).lower().split())


if __name__ == "__main__":
    print(seal(*sys.argv[1:]))
