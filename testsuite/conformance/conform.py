#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Packet for packet against a real libvirt.

  conform.py run CASE...            folders with filters/, bindings/ and, if given, frames
  conform.py named                  the cases of this suite
  conform.py random --seeds A-B     random filters
  conform.py check [--seeds A-B]    both: what `make check-conformance` runs
  conform.py corpus                 filters that others wrote (../shared/corpus)

With --vm nwfc runs under Debian's kernel in a virtual machine.

Exit status 0: no differences; 1: some; 77: libvirt or root is not there.
"""
import argparse
import concurrent.futures
import json
import os
import shutil
import sys
import tempfile
import time

import cases
import judge
import machine
import shrink
import worlds

GOOD = ("same", "alike", "known")


def prepare(name, make, out):
    """The folder of a case under --out; `make` fills it."""
    folder = os.path.join(out, name)
    if not os.path.exists(os.path.join(folder, "frames")):
        shutil.rmtree(folder, ignore_errors=True)
        make(folder)
    return folder


def run_case(name, make, a, side):
    try:
        folder = prepare(name, make, a.out)
    except worlds.Broken as error:
        return judge.Verdict(name=name, kind="broken", frames=0, differences=[], runs=0,
                             reason=str(error))
    record = os.path.join(folder, f"verdict-{side.name}{a.mode}.json")
    if os.path.exists(record) and not a.again:
        with open(record, encoding="utf-8") as file:
            return judge.Verdict(json.load(file), name=name)
    v = judge.judge(folder, a, side)
    v["name"] = name
    if v["kind"] in ("different", "acceptance") and a.shrink:
        target = os.path.join(a.out, "shrunk", name.replace("/", "-"))
        small = shrink.shrink(folder, v, target, a, side)
        v["shrunk"] = target
        v["shrunk_to"] = small["differences"][:1] or small.get("reason")
    if v["kind"] != "broken":
        with open(record, "w", encoding="utf-8") as file:
            json.dump(v, file, indent=1)
    return v


def row(v):
    return (f"{v['name']:32} {v['kind']:10} {v['frames']:6} {len(v['differences']):5} "
            f"{v['runs']:4} {v.get('seconds_libvirt', 0):7.2f} {v.get('seconds_nwfc', 0):6.2f}  "
            f"{v.get('reason', '')}")


def explain(v):
    if v["kind"] == "acceptance":
        print("  libvirt: " + (v["libvirt"] or "takes it").replace("\n", "\n    "))
        print("  nwfc: " + (v["nwfc"] or "takes it").replace("\n", "\n    "))
    for line, sender, frame, base, theirs, ours in v["differences"][:5]:
        print(f"  line {line}: {sender} {frame}\n    no filter: {' '.join(base)}; libvirt: "
              f"{' '.join(theirs) or 'nowhere'}; nwfc: {' '.join(ours) or 'nowhere'}")
    if "shrunk" in v:
        print(f"  a case for the suite: {v['shrunk']}\n" +
              "    " + shrink.show(v["shrunk"]).replace("\n", "\n    "))


def sums(verdicts, what):
    total = {}
    for v in verdicts:
        for reason, n in v.get(what, {}).items():
            total[reason] = total.get(reason, 0) + n
    return total


def run_all(todo, a, side):
    start = time.monotonic()
    verdicts = []
    print(f"{'case':32} {'':10} frames differ runs libvirt   nwfc")
    with concurrent.futures.ThreadPoolExecutor(a.jobs) as pool:
        for v in pool.map(lambda item: run_case(*item, a, side), todo):
            verdicts.append(v)
            print(row(v), flush=True)
            if v["kind"] not in GOOD:
                explain(v)
    count = {kind: sum(v["kind"] == kind for v in verdicts)
             for kind in ("same", "alike", "known", "different", "acceptance", "broken")}
    differences = sum(len(v["differences"]) for v in verdicts if v["kind"] == "different")
    for reason, n in sorted(sums(verdicts, "known_frames").items()):
        print(f"known: {n} frames: {reason}")
    for reason, n in sorted(sums(verdicts, "apart").items()):
        print(f"not compared: {n} frames: {reason}")
    print(f"filters {len(verdicts)}, frames {sum(v['frames'] for v in verdicts)}, "
          f"differences {differences}, refused by one {count['acceptance']}, "
          f"refused alike {count['alike']}, known {count['known']}, broken {count['broken']}, "
          f"seconds {time.monotonic() - start:.0f}")
    bad = count["different"] + count["acceptance"] + count["broken"]
    print(f"{len(verdicts) - bad} passed, {bad} failed")
    return 1 if bad or not verdicts else 0


def arguments():
    ap = argparse.ArgumentParser(description=__doc__,
                                 formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("what", choices=("run", "named", "random", "corpus", "check"))
    ap.add_argument("case", nargs="*")
    ap.add_argument("--seeds", default="1-60")
    ap.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    ap.add_argument("--out", help="keep cases and verdicts there; finished ones are not repeated")
    ap.add_argument("--again", action="store_true", help="repeat finished cases too")
    ap.add_argument("--mode", choices=("compat", "default"), default="compat")
    ap.add_argument("--repeat", type=int, default=4,
                    help="times libvirt may show its outcome before a difference counts")
    ap.add_argument("--replies", action="store_true", help="compare ICMP errors of reject rules")
    ap.add_argument("--vm", action="store_true",
                    help="nwfc under Debian's kernel, with connection tracking in the bridge")
    ap.add_argument("--no-shrink", dest="shrink", action="store_false")
    return ap.parse_args()


def main():
    a = arguments()
    temporary = None
    if not a.out:
        a.out = temporary = tempfile.mkdtemp(prefix="conformance-")
    a.out = os.path.realpath(a.out)
    todo = []
    try:
        worlds.check_tools()
        if a.what == "run":
            todo = [cases.folder(path) for path in a.case]
        if a.what in ("named", "check"):
            todo += cases.named(a.vm)
        if a.what in ("random", "check"):
            todo += cases.random(a.seeds)
        if a.what == "corpus":
            todo = cases.corpus()
        os.makedirs(a.out, exist_ok=True)
        side = machine.Machine(a.out) if a.vm else worlds.Here()
        try:
            status = run_all(todo, a, side)
        finally:
            side.close()
    except worlds.Skip as reason:
        print(f"SKIP: {reason}")
        status = 77
    if temporary and status != 1:
        shutil.rmtree(temporary, ignore_errors=True)
    elif temporary:
        print(f"cases and verdicts are in {temporary}")
    sys.exit(status)


if __name__ == "__main__":
    main()
