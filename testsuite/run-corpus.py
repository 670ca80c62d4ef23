#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Filters that others wrote, and defects with the line where each must be named.

Reads ../shared/corpus beside the checkout; exits 77 (skip) without it.  With
--rulesets only compiles the filters, for a kernel elsewhere to load.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

from totals import Totals

SRCDIR = os.path.realpath(os.environ.get("srcdir", "."))
NWFC = os.path.realpath(os.environ.get("NWFC", "./nwfc"))
CORPUS = os.environ.get("NWFC_CORPUS", os.path.join(SRCDIR, "../shared/corpus"))
ENV = dict(os.environ, NWFC_FILTERS=os.path.join(SRCDIR, "runtime/filters"), LC_ALL="C")
BOUND_SECONDS, BOUND_KIB = 2.0, 64 * 1024

# why a target refuses a file of these groups
REFUSED = {
    # only bridge-ct can count the connections of an address
    ("firewall/conntrack.xml", "mark-ct"): "NWF502",
}

# IP without a value is learned, unless that is forbidden
FORBID = ["-p", "CTRL_IP_LEARNING=none"]

# libvirt skips the parameter's value and then learns the address, which nwfc does not do yet
LEARNED = {"var-empty-value", "var-empty-list", "var-injection", "var-injection-newline"}

# values for variables that a group's own list does not give
VALUES = {
    "IP": ["10.9.1.2"], "IPV6": ["2001:db8::2"], "DHCPSERVER": ["10.9.1.1"],
    "DHCPSERVERV6": ["2001:db8::1"], "GATEWAY_MAC": ["52:54:00:00:00:01"],
    "A": ["1.1.1.1", "2.2.2.2", "3.3.3.3", "3.3.3.3"], "B": ["80", "90", "80", "80"],
    "C": ["1080", "1090", "1100", "1110"], "IPSETNAME": ["tck_test"],
}


def limit():
    import resource
    resource.setrlimit(resource.RLIMIT_CPU, (20, 20))


def run(verb, path, folders, variables, *more):
    """Exit status, standard output, diagnostics, seconds, KiB."""
    command = [NWFC, verb, "--format=json", *more]
    for folder in folders:
        command += ["-I", folder]
    command += ["--tap", "vnet0", "--mac", "52:54:00:12:34:56"]
    for name, values in variables.items():
        for value in values:
            command += ["-p", f"{name}={value}"]
    start = time.monotonic()
    child = subprocess.Popen(command + [path], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             stdin=subprocess.DEVNULL, env=ENV, preexec_fn=limit)
    out, err = child.communicate()
    try:
        found = json.loads(err)["diagnostics"]
    except ValueError:
        found = None
    return child.returncode, out, found, time.monotonic() - start, err.decode(errors="replace")


def lines_named(found, name):
    """(line, severity) of each diagnostic with a span in the file."""
    return {(span["line"], d["severity"]) for d in found for span in d["spans"]
            if os.path.basename(span["file"]) == os.path.basename(name)}


def bad_case(totals, case, mode):
    path = os.path.join(CORPUS, "bad", case["file"])
    top = case.get("top")
    folder = os.path.dirname(path)
    folders = [folder] if len(case["files"]) > 1 else []
    operand = path
    if folders and top:
        operand = top
    accepted = str(case["libvirt_9_0_0"].get("instantiate", "")) == "accepted"
    more = ["--compat=libvirt"] if mode == "compat" else []
    more += FORBID if case["variables"].get("IP") == [] else []
    status, out, found, seconds, err = run("compile", operand, folders, case["variables"], *more)
    name = f"bad/{case['file']} ({mode})"
    if case["expect"] == "bounded":
        totals.check(seconds < BOUND_SECONDS and status in (0, 3), name, f"{seconds:.1f} s, {status}")
        return
    if found is None:
        totals.check(False, name, f"status {status}: {err[:400]}")
        return
    severity = "error" if case["expect"] == "error" else "warning"
    if mode == "compat":
        if case["stage"] == "xml" or not accepted or case["case"] in LEARNED:
            return
        severity = "warning"
    wanted = {case["line"], *case.get("line_also_right", [])}
    named = {line for line, s in lines_named(found, case["file"])
             if s == severity or (severity == "warning" and s == "info")}
    ok = wanted & named and (status == 3 and not out if severity == "error" else status == 0)
    totals.check(ok, name, f"  {case['defect']}\n  wanted {severity} at {sorted(wanted)}, status "
                           f"{status}, found " + json.dumps(
                               [(d["code"], d["severity"], d["message"],
                                 [s["line"] for s in d["spans"]]) for d in found])[:600])


def good_group(totals, rulesets, target, group, folder, variables_of, libraries=()):
    base = os.path.join(CORPUS, folder)
    for name in sorted(os.listdir(base)):
        if not name.endswith(".xml") or ".fragment." in name:
            continue
        path = os.path.join(base, name)
        variables = variables_of(name)
        libs = [os.path.join(CORPUS, lib) for lib in libraries]
        for mode, more in (("default", []), ("compat", ["--compat=libvirt"])):
            status, out, found, _, err = run("compile", path, libs, variables,
                                             f"--target={target}", *more)
            key = f"{group}/{name}"
            wanted = REFUSED.get((key, target))
            codes = {d["code"] for d in found or [] if d["severity"] == "error"}
            if wanted:
                totals.check(status == 3 and codes == {wanted}, f"{key} ({mode})",
                             f"  wanted {wanted}, found {codes or status}")
                continue
            totals.check(status == 0 and found is not None, f"{key} ({mode})",
                         "\n".join(f"  {d['code']} {d['message']} {[s['line'] for s in d['spans']]}"
                                   for d in found or [] if d["severity"] == "error") or err[:300])
            if status == 0:
                rulesets.append((f"{key} ({mode})", out))


def used_variables(path):
    import re
    with open(path, errors="replace") as text:
        return set(re.findall(r"\$([A-Za-z0-9_]+)", text.read()))


def write_all(rulesets, folder):
    """A file for each ruleset; returns its name and path."""
    files = []
    for name, text in rulesets:
        base = name.replace(".xml (", ".").replace(")", "").replace("/", "-")
        path = os.path.join(folder, f"{base}.nft")
        with open(path, "xb") as out:
            out.write(text)
        files.append((name, path))
    return files


def load_all(totals, files):
    """Each ruleset into the kernel, in a private network namespace."""
    if os.geteuid():
        print("skipped: loading rulesets needs root")
        return
    script = "".join(f"nft -f '{path}' || echo 'refused: {name}'; nft flush ruleset\n"
                     for name, path in files)
    done = subprocess.run(["unshare", "-n", "sh", "-c", script], capture_output=True, text=True)
    refused = [line for line in done.stdout.splitlines() if line.startswith("refused")]
    for line in refused:
        totals.check(False, line, done.stderr[:2000])
    totals.passed += len(files) - len(refused)


def good_groups(totals, target):
    """Name and text of every ruleset that the filters make."""
    rulesets = []
    with open(os.path.join(CORPUS, "libvirt/params.json")) as text:
        params = json.load(text)

    def firewall(name):
        test = params["tests"].get(name[:-4], {})
        return dict(test.get("variables", params["default_variables"]), IP=["10.9.1.2"])

    def by_use(name):
        six = "v6" in name
        return dict(VALUES, DHCPSERVER=["2001:db8::1" if six else "10.9.1.1"])

    good_group(totals, rulesets, target, "shipped", "libvirt/shipped", by_use,
               ["libvirt/shipped"])
    good_group(totals, rulesets, target, "firewall", "libvirt/firewall", firewall,
               ["libvirt/firewall", "libvirt/shipped"])
    good_group(totals, rulesets, target, "seed", "seed", by_use, ["seed", "libvirt/shipped"])
    return rulesets


def bad_cases(totals):
    with open(os.path.join(CORPUS, "bad/INDEX.json")) as index:
        cases = json.load(index)["cases"]
    for case in cases:
        bad_case(totals, case, "default")
        bad_case(totals, case, "compat")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rulesets", metavar="DIR",
                        help="write the compiled filters into DIR, and do nothing else")
    parser.add_argument("--target", default="mark-ct", help="what to compile for")
    return parser.parse_args()


def main():
    wanted = arguments()
    if not os.path.isdir(CORPUS):
        print("SKIP: no ../shared/corpus beside the checkout")
        return 77
    totals = Totals()
    if wanted.rulesets:
        write_all(good_groups(totals, wanted.target), wanted.rulesets)
    else:
        bad_cases(totals)
        with tempfile.TemporaryDirectory() as scratch:
            load_all(totals, write_all(good_groups(totals, wanted.target), scratch))
    print(f"{totals.passed} passed, {totals.failed} failed")
    return 1 if totals.failed else 0


if __name__ == "__main__":
    sys.exit(main())
