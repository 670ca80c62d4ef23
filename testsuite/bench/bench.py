#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Cost of nwfc, printed as a table: see bench.sh."""
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

NWFC = os.environ.get("NWFC", "./nwfc")
RUNS = int(os.environ.get("RUNS", "9"))
BINDING = """<filterbinding>
  <owner><name>vm{n}</name><uuid>d54df46f-1ab5-4a22-8618-{n:012x}</uuid></owner>
  <portdev name='vnet{n}'/>
  <mac address='52:54:00:{a:02x}:{b:02x}:01'/>
  <filterref filter='clean-traffic'><parameter name='IP' value='10.{a}.{b}.2'/></filterref>
</filterbinding>
"""


def measure(command, runs=RUNS, namespace=False):
    """Median wall milliseconds and largest resident MiB of a command."""
    if namespace:
        command = ["unshare", "-n"] + command
    times, peak = [], 0
    for _ in range(runs):
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        times.append((time.perf_counter() - start) * 1000)
        peak = max(peak, usage.ru_maxrss / 1024)
        if status:
            sys.exit(f"bench: {command} failed")
    return statistics.median(times), peak


def row(what, milliseconds, mebibytes, note=""):
    print(f"{what:52} {milliseconds:9.2f} ms {mebibytes:8.1f} MiB  {note}")


def bindings(folder, count):
    for n in range(count):
        with open(f"{folder}/{n:05}.xml", "w") as out:
            out.write(BINDING.format(n=n, a=n // 256, b=n % 256))


def compile_part(scratch):
    one = [NWFC, "compile", "--tap", "vnet0", "--mac", "52:54:00:12:34:56", "-p",
           "IP=10.9.1.2", "clean-traffic"]
    row("compile clean-traffic, 1 tap", *measure(one))
    for count in (1000, 10000):
        folder = f"{scratch}/{count}"
        os.mkdir(folder)
        bindings(folder, count)
        output = f"{scratch}/{count}.nft"
        milliseconds, peak = measure([NWFC, "compile", "--bindings", folder, "-o", output], 3)
        row(f"compile clean-traffic, {count} taps", milliseconds, peak,
            f"{os.path.getsize(output) / 1e6:.1f} MB of text")
    print("\nstages of the last, by --stats:", flush=True)
    subprocess.run([NWFC, "compile", "--stats", "--bindings", folder, "-o", output], check=True)


def apply_part(scratch):
    if os.geteuid() or resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 64:
        print("apply: skipped, needs root")
        return
    text = f"{scratch}/one.nft"
    arguments = ["--target", "mark-ct", "--tap", "vnet0", "--mac", "52:54:00:12:34:56", "-p",
                 "IP=10.9.1.2", "-I", "examples", "test-eth0"]
    subprocess.run([NWFC, "compile", "-o", text] + arguments, check=True)
    bare, _ = measure(["nft", "-f", text], namespace=True)
    ours, peak = measure([NWFC, "apply"] + arguments, namespace=True)
    empty, _ = measure(["true"], namespace=True)
    print()
    row("an empty network namespace (in both figures below)", empty, 0)
    row("nft -f of the text for test-eth0", bare, 0)
    row("apply test-eth0, 1 tap", ours, peak, f"{(ours - empty) / (bare - empty):.2f} x nft -f")


def main():
    with tempfile.TemporaryDirectory() as scratch:
        compile_part(scratch)
        apply_part(scratch)


if __name__ == "__main__":
    main()
