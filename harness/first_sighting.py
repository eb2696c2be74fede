#!/usr/bin/env python3
"""Finds assertions on a first sighting (make lint): on a reading of something that
passes, outside of reaplab.deadline.eventually().

    python3 harness/first_sighting.py FILE...

A reading that passes is a process state that ends by itself (R, S, D, T or t), a table
or a queue of the kernel's sockets, or activity.look(). The functions that eventually()
calls may assert them, and so may the functions that those call, in one file.

It does not see a reading that was put in a variable first, a row of a screen, a count
of children, or a log. Exit status: 0 none, 1 some, 2 wrong command line.
"""

import ast
import sys
from pathlib import Path

PASSING_STATES = frozenset("RSDTt")
PASSING_CALLS = frozenset(
    ("accept_queue", "look", "proc_states", "ss_states", "tcp_sockets")
)


def name_of(node):
    """The last name of a.b.c or c, or None."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def names_in(node):
    """The names of all that the code in a node may call or pass on."""
    return {name_of(one) for one in ast.walk(node)} - {None}


def polled(tree):
    """The names of the functions that eventually() calls, directly or not."""
    bodies = {
        one.name: names_in(one)
        for one in ast.walk(tree)
        if isinstance(one, ast.FunctionDef)
    }
    found = set()
    todo = {
        name
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and name_of(call.func) == "eventually"
        for argument in call.args
        for name in names_in(argument)
    } & bodies.keys()
    while todo:
        name = todo.pop()
        found.add(name)
        todo |= (bodies[name] & bodies.keys()) - found
    return found


def is_passing(node):
    """Whether this part of an assertion reads something that passes."""
    if isinstance(node, ast.Call):
        return name_of(node.func) in PASSING_CALLS
    if not isinstance(node, ast.Compare) or name_of(node.left) != "state":
        return False
    others = [ast.walk(one) for one in node.comparators]
    constants = {getattr(one, "value", None) for other in others for one in other}
    return bool(PASSING_STATES & {one for one in constants if isinstance(one, str)})


def own_parts(function):
    """All nodes of a function but those of the functions in it."""
    todo = list(function.body)
    while todo:
        node = todo.pop()
        if not isinstance(node, (ast.FunctionDef, ast.Lambda)):
            yield node
            todo += ast.iter_child_nodes(node)


def first_sightings(text):
    """The numbers of the lines with such an assertion."""
    tree = ast.parse(text)
    waited_for = polled(tree)
    return sorted(
        part.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and function.name not in waited_for
        for part in own_parts(function)
        if isinstance(part, ast.Assert)
        and any(is_passing(one) for one in ast.walk(part.test))
    )


def main(paths):
    if not paths or paths[0].startswith("-"):
        print("usage: first_sighting.py FILE...", file=sys.stderr)
        return 2
    found = [
        f"{path}:{line}: asserts the first sighting of what passes: "
        "use reaplab.deadline.eventually"
        for path in paths
        for line in first_sightings(Path(path).read_text(encoding="utf-8"))
    ]
    print("".join(f"{one}\n" for one in found), end="")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
