#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs the console blocks of the documentation and compares what they show.

A block is a command line after `$ ` and its output.  UPDATE=1 rewrites the
blocks, and fails all the same so that the difference is read.
"""
import os
import re
import shlex
import subprocess
import sys

SRCDIR = os.path.realpath(os.environ.get("srcdir", "."))
NWFC = os.path.realpath(os.environ.get("NWFC", "./nwfc"))
ENV = dict(os.environ, NWFC_FILTERS=os.path.join(SRCDIR, "runtime/filters"), LC_ALL="C")
PAGES = ["doc/architecture.md"]
BLOCK = re.compile(r"^```console\n\$ (.*)\n((?:(?!```).*\n)*)```$", re.M)


def output(command, folder):
    words = shlex.split(command)
    if words[0] == "nwfc":
        words[0] = NWFC
    done = subprocess.run(words, cwd=folder, env=ENV, capture_output=True, text=True)
    return done.stdout + done.stderr


def main():
    passed = failed = 0
    for page in PAGES:
        path = os.path.join(SRCDIR, page)
        with open(path) as text:
            old = text.read()

        def replace(block):
            nonlocal passed, failed
            shown = output(block[1], os.path.dirname(path))
            if shown == block[2]:
                passed += 1
            else:
                failed += 1
                print(f"not ok: {page}: $ {block[1]}\n{shown}")
            return f"```console\n$ {block[1]}\n{shown}```"

        new = BLOCK.sub(replace, old)
        if new != old and os.environ.get("UPDATE"):
            with open(path, "w") as text:
                text.write(new)
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
