#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compares a ruleset with its --map: RULESET MAP."""
import json
import os
import re
import sys

BUILT_IN = "<built-in>/"


def rule_at(entry):
    """Does a <rule> start at the place that the entry names?"""
    path = entry["file"]
    if path.startswith(BUILT_IN):
        path = os.path.join(os.environ["NWFC_FILTERS"], path[len(BUILT_IN):])
    with open(path) as text:
        line = text.read().split("\n")[entry["rule_line"] - 1]
    return line[entry["column"] - 1:].startswith("<rule")


def main():
    with open(sys.argv[1]) as text:
        lines = text.read().split("\n")
    with open(sys.argv[2]) as text:
        entries = json.load(text)["rules"]
    wrong = []
    for entry in entries:
        line = lines[entry["line"] - 1]
        origin = f'{entry["filter"]}:{entry["rule_line"]}'
        if not line.startswith(f'add rule bridge nwfc {entry["chain"]} '):
            wrong.append(f'line {entry["line"]} is no rule of {entry["chain"]}: {line}')
        elif f'comment "{origin}' not in line:
            wrong.append(f'line {entry["line"]} is not from {origin}: {line}')
        elif entry["path"][-1] != entry["filter"]:
            wrong.append(f"the path of {origin} ends elsewhere")
        elif not rule_at(entry):
            wrong.append(f'{entry["file"]}:{entry["rule_line"]}:{entry["column"]} is no <rule>')
    mapped = {entry["line"] for entry in entries}
    for number, line in enumerate(lines, 1):
        if re.match(r'add rule .* comment "[^"]+:\d+', line) and number not in mapped:
            wrong.append(f"line {number} is not in the map: {line}")
    print("\n".join(wrong))
    return 1 if wrong or not entries else 0


if __name__ == "__main__":
    sys.exit(main())
