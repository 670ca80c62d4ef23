#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of codes, their pages, the manual page and the goldens, held against
one another: what lint can find has a page with all its parts, a place in
nwfc-lint(7), and a golden in testsuite/golden/lint that shows it.
"""
import os
import re
import subprocess
import sys

SRCDIR = os.path.realpath(os.environ.get("srcdir", "."))
NWFC = os.path.realpath(os.environ.get("NWFC", "./nwfc"))
GOLDEN = os.path.join(SRCDIR, "testsuite/golden/lint")
PAGE = re.compile(r"(NWF\d+): (.+)\n\n(.+?)\n\nBad:\n(.+?)\n\nGood:\n(.+?)\n\nSeverity: (\w+) "
                  r"\(with --compat=libvirt: \w+; with --strict: \w+\)\nFound by: (.+)\n", re.S)
# shown elsewhere: testsuite/cli, testsuite/unit
NO_GOLDEN = {
    "NWF101": "depends on the message of the system",
    "NWF102": "needs a file of more than 1 MiB",
    "NWF206": "needs a hundred filters",
}
LEAST = 60


def explain(word):
    return subprocess.run([NWFC, "lint", "--explain", word], capture_output=True, text=True,
                          check=True, timeout=60).stdout


def golden_of(code):
    path = os.path.join(GOLDEN, code + ".lint")
    if not os.path.exists(path):
        return None
    with open(path) as file:
        return file.read()


def faults():
    """Whatever does not fit, as text; at last how many codes there are."""
    listed = re.findall(r"^(NWF\d+)  (\w+) +(.+)$", explain("all"), re.M)
    numbers = [code for code, _, _ in listed]
    manual = explain("man")
    found = 0
    if numbers != sorted(set(numbers)):
        yield "the codes are not in order, or one is there twice"
    for code, severity, title in listed:
        page = PAGE.fullmatch(explain(code))
        if not page:
            yield f"{code}: its page lacks a part"
            continue
        if page[1] != code or page[2] != title or page[6] != severity:
            yield f"{code}: page and table differ"
        escaped = re.sub(r"([*_\\#`])", r"\\\1", title)
        if manual.count(f"## {code}: {escaped}\n") != 1:
            yield f"{code}: is not in nwfc-lint(7) once"
        if "libvirt" not in page[3] and page[7] == "lint alone":
            yield f"{code}: its page does not say what libvirt does"
        if not page[7].startswith("lint"):
            continue
        found += 1
        golden = golden_of(code)
        if code in NO_GOLDEN:
            continue
        if golden is None:
            yield f"{code}: has no golden"
        elif f"{severity}[{code}]" not in golden:
            yield f"{code}: its golden does not show it as {severity}"
    shown = {name.split(".")[0] for name in os.listdir(GOLDEN) if name.startswith("NWF")}
    for code in sorted(shown - set(numbers)):
        yield f"{code}: has a golden, but is no code"
    if found < LEAST:
        yield f"lint can find {found} codes, {LEAST} at least are wanted"
    print(f"lint can find {found} of {len(numbers)} codes")


def main():
    wrong = list(faults())
    for text in wrong:
        print(f"not ok: {text}")
    print(f"{0 if wrong else 1} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
