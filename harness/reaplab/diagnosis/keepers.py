"""Who still holds a connection or a listening socket that nobody should hold."""

PARENT = "the parent"
HELPER = "a process that serves no client"
ANOTHER = "another process that it has started"


def keeper(subject, holders):
    """The most telling of the holders, or None if there are none."""
    if subject.listener in holders:
        return PARENT
    if holders & subject.standing:
        return HELPER
    return ANOTHER if holders else None
