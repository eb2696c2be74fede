"""The rooms of reaptop: arrows run one way, no two modules include each other in a
circle, and only screen/ includes curses. A module is a .c file with its header."""

import re
from collections import defaultdict

import pytest

from conftest import ROOT

REAPTOP = ROOT / "src/reaptop"
# Which rooms a room may include. Each may include the files beside the rooms that
# all share, as array.h and clock.h.
BELOW = {
    "read": set(),
    "watch": {"read"},
    "words": {"read", "watch"},
    "screen": {"read", "watch", "words"},
    "views": {"read", "watch", "words", "screen"},
    "output": {"read", "watch", "words"},
    "act": {"read", "watch", "words", "screen"},
    "demo": {"read", "watch", "act"},
}
# The main loop, and how it begins: these know the rooms, and no room knows them.
LOOP = {"main", "options", "run"}
SHARED_MAY_INCLUDE = {"read"}
LINES_MAX = 500

FILES = sorted(REAPTOP.rglob("*.[ch]"))


def module_of(name):
    return name.rpartition(".")[0]


def includes():
    """Each module with the modules that it includes, but for itself."""
    found = defaultdict(set)
    for path in FILES:
        own = module_of(path.relative_to(REAPTOP).as_posix())
        names = re.findall(r'^#include "reaptop/(.*)"', path.read_text(), re.M)
        found[own] |= {module_of(name) for name in names} - {own}
    return found


def room_of(module):
    return module.partition("/")[0] if "/" in module else None


def arrows_up(graph):
    for module, others in graph.items():
        room = room_of(module)
        for other in others:
            target = room_of(other)
            if room is None and module not in LOOP:
                good = target in SHARED_MAY_INCLUDE | {None}
            elif room is None:
                good = True
            else:
                good = target in BELOW[room] | {room, None}
            if not good or (other in LOOP and module not in LOOP):
                yield f"{module} includes {other}"


def a_circle(graph):
    """The modules of a circle, in order; or None."""
    done, path = set(), []

    def walk(module):
        if module in path:
            return path[path.index(module):] + [module]
        if module in done:
            return None
        path.append(module)
        for other in sorted(graph.get(module, ())):
            found = walk(other)
            if found:
                return found
        path.pop()
        done.add(module)
        return None

    for start in sorted(graph):
        found = walk(start)
        if found:
            return found
    return None


def test_arrows_run_one_way():
    graph = includes()
    assert {room_of(module) for module in graph} == {*BELOW, None}
    assert LOOP <= set(graph)
    assert not list(arrows_up(graph))


@pytest.mark.parametrize("module, other", [
    ("read/children", "watch/child"),
    ("words/wording", "screen/paint"),
    ("screen/tables", "views/help_view"),
    ("output/output", "run"),
    ("clock", "screen/terminal"),
])
def test_an_arrow_that_runs_up_is_seen(module, other):
    assert list(arrows_up({module: {other}})) == [f"{module} includes {other}"]


def test_no_circle():
    circle = a_circle(includes())
    assert circle is None, " -> ".join(circle)


def test_a_circle_is_seen():
    assert a_circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]


def test_only_the_screen_includes_curses():
    users = {
        path.relative_to(REAPTOP).parts[0]
        for path in FILES
        if re.search(r"#include <n?curses", path.read_text())
    }
    assert users == {"screen"}


def test_a_header_exists_because_two_files_need_it():
    graph = includes()
    used = set().union(*graph.values())
    headers = {
        module_of(path.relative_to(REAPTOP).as_posix())
        for path in FILES
        if path.suffix == ".h"
    }
    assert not headers - used


def test_a_module_is_one_thought():
    too_long = {
        str(path): lines
        for path in FILES
        if (lines := len(path.read_text().splitlines())) > LINES_MAX
    }
    assert not too_long
