#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tries the examples of `nwfc lint --explain`: the bad one of a code gives that
code, the good one does not and compiles.

An example is XML, or a command after `$ ` and what it reads.  What lint alone
finds must not change what compile does: there the bad example compiles in silence.
"""
import os
import re
import subprocess
import sys
import tempfile

SRCDIR = os.path.realpath(os.environ.get("srcdir", "."))
NWFC = os.path.realpath(os.environ.get("NWFC", "./nwfc"))
PAGE = re.compile(r"NWF\d+: .*?\n\n.*?\n\nBad:\n(.*?)\n\nGood:\n(.*?)\n\nSeverity: (\w+)[^\n]*\nFound by: ([^\n]*)",
                  re.S)
COMPILE = ["nwfc", "compile", "--tap", "vnet0", "--mac", "52:54:00:12:34:56", "-p", "IP=192.0.2.7"]
# examples that name files and folders they do not show, or need a kernel of some kind
FOR_READING = {
    "NWF102": "needs a file of 2 MiB",
    "NWF132": "needs two bindings",
    "NWF134": "is about a domain, which compile does not read",
    "NWF135": "needs a store",
    "NWF203": "needs a folder of filters",
    "NWF205": "needs a folder of filters",
    "NWF206": "needs a hundred filters",
    "NWF208": "needs more bindings than fit into the memory allowed",
    "NWF210": "needs a folder of filters",
    "NWF330": "needs a folder of filters",
    "NWF506": "needs a kernel that refuses",
    "NWF507": "needs a kernel without connection state",
    "NWF508": "needs a binding and a file of elements",
    "NWF511": "needs a macvtap",
    "NWF701": "needs a store",
    "NWF702": "needs a store",
    "NWF703": "needs a store",
    "NWF704": "needs a store",
    "NWF705": "needs a kernel with other tables",
    "NWF706": "needs a store",
    "NWF812": "is about tests, whose findings are no errors of a compile",
    "NWF813": "needs tests",
    "NWF814": "needs a kernel with a defect",
}


def run(folder, command, **more):
    env = dict(os.environ, NWFC_FILTERS=os.path.join(SRCDIR, "runtime/filters"), LC_ALL="C",
               PATH=f"{folder}/bin:{os.environ['PATH']}")
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True,
                          timeout=300, **more)


def try_example(folder, text, by_lint):
    """The finished process, or None where the example is for reading."""
    if text.startswith(("$ nwfc ", "$ echo ", "$ printf ")):
        return run(folder, ["sh", "-c", text[2:]])
    path = os.path.join(folder, "example.xml")
    with open(path, "w") as file:
        file.write(text + "\n")
    if by_lint:
        return run(folder, ["nwfc", "lint", "--exit-zero", path])
    if "<filterbinding" in text:
        return run(folder, ["nwfc", "compile", "--binding", path])
    return run(folder, COMPILE + [path])


def faults(folder, code, bad, good, severity, by):
    """What is wrong with the examples of a code, as text."""
    for kind, example in (("bad", bad), ("good", good)):
        text = re.sub(r"^  ", "", example, flags=re.M)
        done = try_example(folder, text, by == "lint alone")
        shown = done.stdout + done.stderr
        if "Sanitizer" in shown or "runtime error" in shown or done.returncode not in (0, 3):
            yield f"{code}, {kind} example: exit {done.returncode}", shown
        elif kind == "bad" and f"[{code}]" not in shown:
            yield f"{code}: the bad example does not give it", shown
        elif kind == "bad" and f"{severity}[{code}]" not in shown:
            yield f"{code}: the bad example does not give it as {severity}", shown
        elif kind == "bad" and severity == "error" and done.returncode != 3:
            yield f"{code}: the bad example compiles", shown
        elif kind == "good" and f"[{code}]" in shown:
            yield f"{code}: the good example gives it", shown
        elif kind == "bad" and by == "lint alone" and not text.startswith("$ "):
            yield from silent(folder, code)
        elif kind == "good" and done.returncode:
            yield f"{code}: the good example does not compile", shown


def silent(folder, code):
    """The example in example.xml compiles, and what lint says of it is not said."""
    done = run(folder, COMPILE + [os.path.join(folder, "example.xml")])
    if done.returncode or f"[{code}]" in done.stderr:
        yield f"{code}: lint alone finds it, and compile is not the same", done.stderr


def main():
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(f"{folder}/bin")
        os.symlink(NWFC, f"{folder}/bin/nwfc")
        listing = run(folder, ["nwfc", "lint", "--explain", "all"]).stdout
        codes = re.findall(r"^NWF\d+", listing, re.M)
        for code in codes:
            page = PAGE.match(run(folder, ["nwfc", "lint", "--explain", code]).stdout)
            if code in FOR_READING:
                continue
            wrong = list(faults(folder, code, *page.groups())) if page else [("no page", "")]
            failed += bool(wrong)
            passed += not wrong
            for what, shown in wrong:
                print(f"not ok: {what}\n{shown[:1000]}")
    for code in sorted(FOR_READING.keys() - set(codes)):
        print(f"not ok: {code} is for reading and does not exist")
        failed += 1
    print(f"for reading, not run: {len(FOR_READING)}: {' '.join(sorted(FOR_READING))}")
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
