#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Cost of nwfc, printed as a table: compile at three sizes, lint of a repository, apply beside a bare
nft -f, and the time of the shortest processes, which is that of starting.  bench.py PART... prints
some parts: compile, lint, apply, start."""
import os
import subprocess
import sys
import tempfile

NWFC = os.environ.get("NWFC", "./nwfc")
MEASURE = os.environ.get("MEASURE", "testsuite/bench/measure")
RUNS = int(os.environ.get("RUNS", "9"))
START_RUNS = int(os.environ.get("START_RUNS", "200"))
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
    done = subprocess.run([MEASURE, str(runs)] + command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"bench: {command} failed: {done.stderr}")
    milliseconds, kibibytes = done.stdout.split()
    return float(milliseconds), float(kibibytes) / 1024


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
    print()
    print("stages of the last, by --stats:", flush=True)
    subprocess.run([NWFC, "compile", "--stats", "--bindings", folder, "-o", output], check=True,
                   stderr=sys.stdout)


def repository(folder, files, rules):
    """Filters as repositories have them: one in ten is of references, the rest of rules."""
    for n in range(files):
        chain = "" if n % 3 else " chain='ipv4'"
        lines = [f"<filter name='f{n}'{chain}>"]
        for k in range(rules if n % 10 else 10):
            if not n % 10:
                # what refers is never referred to, so there are no circles
                lines.append(f"  <filterref filter='f{(n + 1 + k * 10 + k % 9) % files}'/>")
                continue
            match = (f"<ip srcipaddr='10.{n % 256}.{k}.0' srcipmask='24'/>" if n % 3 == 0 else
                     f"<tcp srcipaddr='$A{k % 3}' dstportstart='{1000 + n + k}'/>" if k % 2 else
                     f"<udp dstipaddr='10.1.{n % 256}.{k}' dstportstart='53'/>")
            lines.append(f"  <rule action='accept' direction='in' priority='{k * 10}'>\n"
                         f"    {match}\n  </rule>")
        lines.append("  <rule action='drop' direction='inout' priority='1000'>\n"
                     f"    <{'all' if n % 3 else 'ip'}/>\n  </rule>\n</filter>\n")
        with open(f"{folder}/f{n:04}.xml", "w") as out:
            out.write("\n".join(lines))


def lint_part(scratch):
    folder = f"{scratch}/lint"
    os.mkdir(folder)
    repository(folder, 1000, 22)
    rules = sum(open(f"{folder}/{name}").read().count("<rule") for name in os.listdir(folder))
    for form in ("tty", "sarif"):
        milliseconds, peak = measure([NWFC, "lint", "--exit-zero", f"--format={form}", folder], 3)
        row(f"lint 1000 files, {rules} rules, {form}", milliseconds, peak, "wanted: under 2000 ms")
    print()


def apply_part(scratch):
    if os.geteuid():
        print("apply: skipped, needs root")
        return
    text = f"{scratch}/one.nft"
    arguments = ["--target", "mark-ct", "--tap", "vnet0", "--mac", "52:54:00:12:34:56", "-p",
                 "IP=10.9.1.2", "-I", "examples", "test-eth0"]
    subprocess.run([NWFC, "compile", "-o", text] + arguments, check=True)
    bare, _ = measure(["nft", "-f", text], namespace=True)
    ours, peak = measure([NWFC, "apply", "--root", scratch] + arguments, namespace=True)
    empty, _ = measure(["true"], namespace=True)
    print()
    row("an empty network namespace (in both figures below)", empty, 0)
    row("nft -f of the text for test-eth0", bare, 0)
    row("apply test-eth0, 1 tap", ours, peak, f"{(ours - empty) / (bare - empty):.2f} x nft -f")


def start_part(scratch):
    """Processes that have nothing to do, run in turn: the ratio is what counts."""
    pairs = [("nwfc --version", [NWFC, "--version"], "nft --version", ["nft", "--version"])]
    if not os.geteuid():
        pairs.append(("nwfc apply, nothing stored",
                      [NWFC, "apply", "--root", scratch, "--target", "mark-ct"],
                      "nft -f /dev/null", ["nft", "-f", "/dev/null"]))
    words = ["true"]
    for _, ours, _, bare in pairs:
        words += ["--"] + ours + ["--"] + bare
    inside = [] if os.geteuid() else ["unshare", "-n"]
    done = subprocess.run(inside + [MEASURE, str(START_RUNS)] + words, capture_output=True,
                          text=True)
    if done.returncode:
        sys.exit(f"bench: start: {done.stderr}")
    figures = [(float(ms), float(kib) / 1024) for ms, kib in map(str.split,
                                                                 done.stdout.splitlines())]
    print()
    row("true", *figures[0])
    for n, (what, _, other, _) in enumerate(pairs):
        ours, bare = figures[1 + 2 * n:3 + 2 * n]
        row(other, *bare)
        row(what, *ours, f"{ours[0] / bare[0]:.2f} x {other}")


PARTS = {"compile": compile_part, "lint": lint_part, "apply": apply_part, "start": start_part}


def main():
    for part in sys.argv[1:] or PARTS:
        if part not in PARTS:
            sys.exit(f"bench: the parts are {', '.join(PARTS)}")
        with tempfile.TemporaryDirectory() as scratch:
            PARTS[part](scratch)


if __name__ == "__main__":
    main()
