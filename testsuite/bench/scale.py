#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What ten thousand taps cost, in one table with the targets; as root, in namespaces of its own.

  scale.py [--quick] [ROW...]     rows by number, 1 to 9; without: all

With --quick, in less than a minute, fewer ports, runs and rounds: figures to see that something
works.  Beside nwfc stands what one would write by hand for the same filters (layouts.py): the
targets are ratios to it and to a bridge without filters.  For libvirt's side see store.py: it
takes a second for a bind, so ten thousand take hours."""
import argparse
import os
import subprocess
import sys
import tempfile
from collections import namedtuple

import control
import traffic
from table import Table

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLES = os.path.join(HERE, "../../examples")
PROP_OPT = os.environ.get("PROP_OPT", "testsuite/prop/prop-opt")
# most: bindings; private: of them with chains of their own; runs, turns: of processes;
# ports: of a bridge; chunk: microseconds one layout sends before the next does
Plan = namedtuple("Plan", "most private runs turns ports rounds broadcast_rounds chunk seeds")
FULL = Plan(10000, 2000, 9, 41, 300, 600, 60, 2000, "1-1000")
QUICK = Plan(10000, 500, 3, 7, 30, 100, 30, 1000, "1-100")


def random_row(table, plan, _):
    done = subprocess.run([PROP_OPT, plan.seeds], capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        table.note("9 random filters: " + line)
    if done.returncode:
        raise SystemExit(f"scale: prop-opt failed: {done.stderr}")


ROWS = {
    1: control.compile_row, 2: control.load_row, 3: control.one_more_row,
    4: control.redefine_row, 5: control.memory_row, 6: traffic.clean_traffic_rows,
    8: lambda table, plan, folder: traffic.stateful_rows(table, plan, folder, EXAMPLES),
    9: random_row,
}
ROWS[7] = ROWS[6]  # the same bridges


def inside(arguments):
    """In namespaces of its own, with a memory file system for what is stored."""
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", arguments.inside], check=True)
    table = Table()
    done = []
    for number in sorted(arguments.row or ROWS):
        if ROWS[number] not in done:
            done.append(ROWS[number])
            ROWS[number](table, QUICK if arguments.quick else FULL, f"{arguments.inside}/{number}")
    table.note("libvirt takes a second for each bind: see `make bench-store`")
    return table.end()


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    parser.add_argument("row", nargs="*", type=int)
    arguments = parser.parse_args()
    if not set(arguments.row) <= set(ROWS):
        parser.error(f"the rows are {min(ROWS)} to {max(ROWS)}")
    if os.geteuid():
        sys.exit("scale: needs root")
    if arguments.inside:
        sys.exit(inside(arguments))
    with tempfile.TemporaryDirectory() as folder:
        # with the first process in them everything inside ends
        status = subprocess.run(
            ["unshare", "-n", "-m", "-p", "-f", "--mount-proc", "--kill-child", sys.executable,
             os.path.abspath(__file__), "--inside", folder, *sys.argv[1:]], check=False).returncode
    sys.exit(status)


if __name__ == "__main__":
    main()
