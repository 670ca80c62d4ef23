#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""lint --fix and fmt, over all goldens and examples: what compiled before compiles
to the same rules, in every mode; a second run changes nothing; comments stay.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

from totals import Totals

SRCDIR = os.path.realpath(os.environ.get("srcdir", "."))
NWFC = os.path.realpath(os.environ.get("NWFC", "./nwfc"))
ENV = dict(os.environ, NWFC_FILTERS=os.path.join(SRCDIR, "runtime/filters"), LC_ALL="C")
MODES = ([], ["--compat=libvirt"])


def run(folder, *words):
    done = subprocess.run([NWFC, *words], cwd=folder, env=ENV, capture_output=True, timeout=60)
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode()


def rules(folder, words):
    """What each mode makes of it, without the lines it comes from."""
    made = []
    for mode in MODES:
        given = [w for w in words if not w.startswith(("--compat", "--strict"))]
        code, out, _ = run(folder, "compile", "--dump=lower", *mode, *given)
        made.append((code, re.sub(r"  <[^>]*>", "", out)))
    return made


def comments(folder, names):
    return [re.findall(r"<!--.*?-->", read(folder, name), re.S) for name in names]


def read(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8", errors="surrogateescape") as file:
        return file.read()


def cases(folder):
    """Words of a compile, by the .args beside the filters."""
    for base, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            if name.endswith(".args"):
                yield os.path.join(base, name), read(base, name).split("\n")


def filters(folder):
    found = []
    for base, _, names in os.walk(folder):
        found += [os.path.relpath(os.path.join(base, name), folder) for name in names
                  if name.endswith(".xml") and not name.endswith(".binding.xml")]
    return sorted(found)


def well_formed(folder, name):
    import xml.etree.ElementTree as ET
    try:
        ET.fromstring(read(folder, name).encode(errors="surrogateescape"))
    except ET.ParseError:
        return False
    return True


def try_change(totals, what, folder, change, again):
    """change and again are words before the name of a file."""
    before = {path: rules(folder, [w for w in words if w]) for path, words in cases(folder)}
    names = [n for n in filters(folder) if well_formed(folder, n)]
    kept = comments(folder, names)
    texts = [read(folder, name) for name in names]
    refused = set()
    for name in names:
        code, _, err = run(folder, *change, name)
        totals.check(code in (0, 1) or "error[NWF10" in err, f"{what} of {name}: exit {code}", err)
        if code == 3:
            refused.add(name)
    after = {path: rules(folder, [w for w in words if w]) for path, words in cases(folder)}
    for path, made in before.items():
        for mode, (old, new) in enumerate(zip(made, after[path])):
            # what did not compile may do now
            totals.check(old[0] or old == new, f"{what}: {path} {MODES[mode]}",
                         f"{old[1]}\n---\n{new[1]}")
    totals.check(comments(folder, names) == kept, f"{what}: comments stay")
    changed = sum(read(folder, name) != text for name, text in zip(names, texts))
    totals.check(changed > 10, f"{what}: only {changed} files were changed")
    totals.check(len(refused) < 10, f"{what}: {refused} are refused")
    for name in sorted(set(names) - refused):
        code, out, err = run(folder, *again, name)
        totals.check(code == 0 and not out, f"{what} again of {name}: exit {code}", out + err)


def main():
    totals = Totals()
    for what, change, again in (
            ("lint --fix", ["lint", "--fix", "--exit-zero"], ["lint", "--diff"]),
            ("fmt", ["fmt"], ["fmt", "--check"])):
        with tempfile.TemporaryDirectory() as folder:
            for part in ("testsuite/golden", "examples"):
                shutil.copytree(os.path.join(SRCDIR, part), os.path.join(folder, part))
            try_change(totals, what, os.path.join(folder, "testsuite/golden"), change, again)
            shutil.rmtree(os.path.join(folder, "testsuite/golden"))
    print(f"{totals.passed} passed, {totals.failed} failed")
    return 0 if totals.passed and not totals.failed else 1


if __name__ == "__main__":
    sys.exit(main())
