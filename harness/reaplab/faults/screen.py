"""What comes of the viewer on a terminal, one of whose system calls fails: the same
words as fault_words.py's."""

from ..deadline import PATIENCE, eventually
from ..displays.terminal import Terminal
from .words import CRASHES, HANGS, LEAVES, LIES


def on_a_screen(argv, *wanted):
    """Run it until all of these are on its screen at once, or it ends; then press q.
    A frame in which a write failed is not whole; when asked, it paints all anew."""
    with Terminal(argv) as terminal:
        shown = _shows_or_ends(terminal, wanted, PATIENCE / 4)
        if not shown and not terminal.has_exited():
            terminal.type("\f")  # Ctrl-L
            shown = _shows_or_ends(terminal, wanted, PATIENCE)
        terminal.type("" if terminal.has_exited() else "q")
        try:
            status = terminal.await_end(within=10)
        except AssertionError:
            return HANGS
        if status not in (0, 1):
            return f"{CRASHES} {status}: {terminal.text()}"
        told = [f"ends with {status}"]
        if status == 0 and not shown:
            told.append(f"{LIES}: {terminal.text()}")
        if status == 1:
            # Lines may be longer than the terminal.
            why = "reaptop: " in terminal.text()
            told.append("says why" if why else "says nothing")
        if terminal.read_modes() != terminal.modes:
            told.append(f"{LEAVES} the terminal's modes changed")
        return "; ".join(told)


def _shows_or_ends(terminal, wanted, within):
    """Whether all of these came to its screen while it ran, in so many seconds."""
    def seen():
        text = terminal.text()
        shown = all(one in text for one in wanted)
        assert shown or terminal.has_exited(), text
        return shown

    try:
        return eventually(seen, within)
    except AssertionError:
        return False
