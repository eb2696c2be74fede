"""Reads the commands that a trial run of make prints, and writes those that compile C
as compile_commands.json, which clangd and others read.

    make -n -B all | python3 harness/compile_commands.py

The format: https://clang.llvm.org/docs/JSONCompilationDatabase.html
"""

import json
import os
import shlex
import sys


def commands(lines):
    """Yields the words of each command that compiles a C file, and that file."""
    for line in lines:
        words = shlex.split(line.partition("&&")[0])
        files = [word for word in words if word.endswith(".c")]
        if "-o" in words and len(files) == 1:
            yield words, files[0]


def main():
    # A line that ends in a backslash goes on in the next one.
    text = sys.stdin.read().replace("\\\n", " ")
    database = [
        {"directory": os.getcwd(), "file": file, "arguments": words}
        for words, file in commands(text.splitlines())
    ]
    json.dump(database, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
