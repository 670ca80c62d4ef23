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


def ledger():
    """What is wrong with the table of differences: tests, codes and page agree."""
    golden = os.path.join(SRCDIR, "testsuite/golden")
    with open(os.path.join(SRCDIR, "doc/compatibility.md")) as text:
        page = text.read()
    named = set(re.findall(r"`(fixes/[^`]*)`", page))
    stored = {f"fixes/{name[:-5]}" for name in os.listdir(os.path.join(golden, "fixes"))
              if name.endswith(".args")}
    yield from (f"{name} is on the page and no test" for name in sorted(named - stored))
    yield from (f"{name} is a test and not on the page" for name in sorted(stored - named))
    for row in re.findall(r"^\| [FK]\d+ \|.*", page, re.M):
        code = re.search(r"NWF\d+", row)
        for name in re.findall(r"`(fixes/[^`]*)`", row) if code else ():
            args = os.path.join(golden, f"{name}.args")
            with open(args) as words:
                shown = subprocess.run([NWFC, "compile", "-o", "/dev/null"] + words.read().split(),
                                       cwd=golden, env=ENV, capture_output=True, text=True).stderr
            if code[0] not in shown:
                yield f"{name} does not show {code[0]}"


def main():
    passed = failed = 0
    for defect in ledger():
        failed += 1
        print(f"not ok: doc/compatibility.md: {defect}")
    passed += not failed
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
