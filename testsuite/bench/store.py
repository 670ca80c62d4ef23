#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Binding, defining and booting beside a real libvirt, in one run, printed as ratios.

  store.py                everything, as root: each side in namespaces of its own
  store.py SIDE FOLDER    one side, inside; prints its figures as JSON

Times are those of the whole command, virsh or nwfc, the least of several: what
else the machine does can only add, and adds more to what computes than to what
waits.  libvirt's daemon is the private one of testsuite/conformance; it takes a
second an interface, so it defines over fewer of them, and its boot is the sum of
binds.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
NWFC = os.environ.get("NWFC", "./nwfc")
MEASURE = os.environ.get("MEASURE", "testsuite/bench/measure")
# interfaces: that are there when one more is bound, that a definition reaches, of a boot
PRESENT, DEFINED, BOOTED = 100, 50, 1000
LIBVIRT_DEFINED = 10
RUNS, LIBVIRT_RUNS = 15, 3
FILTER = """<filter name='bench' chain='root'>
  <uuid>5c6d49af-b071-6127-b4ec-6f8ed4b55335</uuid>
  <filterref filter='clean-traffic'/>
  <rule action='{action}' direction='in' priority='500'><mac srcmacaddr='52:54:00:00:00:99'/></rule>
</filter>
"""
BINDING = """<filterbinding>
  <owner><name>vm{n}</name><uuid>d54df46f-1ab5-4a22-8618-{n:012x}</uuid></owner>
  <portdev name='vnet{n}'/>
  <mac address='52:54:00:{a:02x}:{b:02x}:01'/>
  <filterref filter='bench'><parameter name='IP' value='10.{a}.{b}.2'/></filterref>
</filterbinding>
"""


def documents(folder):
    for n in range(BOOTED):
        with open(f"{folder}/vnet{n}.xml", "w", encoding="ascii") as out:
            out.write(BINDING.format(n=n, a=n // 256, b=n % 256))
    for version, action in enumerate(("drop", "accept")):
        with open(f"{folder}/bench{version}.xml", "w", encoding="ascii") as out:
            out.write(FILTER.format(action=action))


def measure(*command):
    """Wall milliseconds of one run."""
    done = subprocess.run([MEASURE, "1", *command], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"store: {command} failed: {done.stderr}")
    return float(done.stdout.split()[0])


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def taps(count):
    lines = "".join(f"tuntap add vnet{n} mode tap\n" for n in range(count))
    subprocess.run(["ip", "-batch", "-"], input=lines, text=True, check=True)


def least_of(runs, before, *command):
    """Of several runs; what `before` does is not measured."""
    times = []
    for i in range(runs):
        before(i)
        times.append(measure(*[word.replace("%", str(i % 2)) for word in command]))
    return min(times)


def nothing(_):
    pass


def side_nwfc(folder):
    root = f"{folder}/root"
    os.makedirs(root + "/run")
    run("mount", "-t", "tmpfs", "tmpfs", root + "/run")
    taps(PRESENT)

    def nwfc(*words):
        return NWFC, words[0], "--root", root, *words[1:]

    def bind(first, end):
        run(*nwfc("bind", *[f"{folder}/vnet{n}.xml" for n in range(first, end)]))

    def unbind(_):
        run(*nwfc("unbind", last))

    def flush(_):
        run("nft", "flush", "ruleset")

    last = f"vnet{PRESENT - 1}"
    document = f"{folder}/{last}.xml"
    run(*nwfc("define", f"{folder}/bench1.xml"))
    bind(0, DEFINED)
    found = {"define": least_of(RUNS, nothing, *nwfc("define", f"{folder}/bench%.xml"))}
    bind(DEFINED, PRESENT)
    found["durable"] = least_of(RUNS, unbind, *nwfc("bind", document))
    unbind(0)
    found["transient"] = least_of(RUNS, unbind, *nwfc("bind", "--transient", document))
    unbind(0)
    bind(PRESENT - 1, BOOTED)
    found["boot"] = least_of(3, flush, *nwfc("apply"))
    elements = subprocess.run(["nft", "list", "map", "bridge", "nwfc", "out-l2"], check=True,
                              capture_output=True, text=True).stdout.count("goto")
    if elements != BOOTED:
        sys.exit(f"store: {elements} interfaces are filtered after the boot")
    return found


def side_libvirt(folder):
    sys.path.insert(0, os.path.join(HERE, "../conformance"))
    import libvirt_setup  # pylint: disable=import-outside-toplevel,import-error
    run("mount", "-t", "tmpfs", "tmpfs", "/run")
    os.makedirs(libvirt_setup.WORK)
    libvirt_setup.private_folders()
    taps(PRESENT)
    daemon = libvirt_setup.start()

    def virsh(*words):
        return "virsh", "-q", "-c", libvirt_setup.URI, *words

    def bind(first, end):
        said = libvirt_setup.virsh([f"nwfilter-binding-create {folder}/vnet{n}.xml\n"
                                    for n in range(first, end)])
        if said:
            sys.exit("store: libvirt: " + "\n".join(said))

    def unbind(i):
        if i:
            run(*virsh("nwfilter-binding-delete", last))

    last = f"vnet{PRESENT - 1}"
    try:
        run(*virsh("nwfilter-define", f"{folder}/bench1.xml"))
        bind(0, LIBVIRT_DEFINED)
        found = {"define": least_of(1, nothing,
                                    *virsh("nwfilter-define", f"{folder}/bench%.xml"))}
        start = time.monotonic()
        bind(LIBVIRT_DEFINED, PRESENT - 1)
        found["each"] = (time.monotonic() - start) * 1e3 / (PRESENT - 1 - LIBVIRT_DEFINED)
        found["bind"] = least_of(LIBVIRT_RUNS, unbind,
                               *virsh("nwfilter-binding-create", f"{folder}/{last}.xml"))
    finally:
        daemon.terminate()
        daemon.wait()
    return found


def inside(side, folder):
    done = subprocess.run(
        ["unshare", "-n", "-m", "-p", "-f", "--mount-proc", "--kill-child", sys.executable,
         os.path.abspath(__file__), side, folder], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"store: the side of {side} failed")
    return json.loads(done.stdout)


def row(what, theirs, ours, least):
    ratio = theirs / ours
    print(f"{what:44} {theirs:10.1f} ms {ours:8.2f} ms {ratio:7.0f} x, at least {least}"
          f"{'' if ratio >= least else ': MISSED'}")
    return ratio >= least


def main():
    if len(sys.argv) > 1:
        print(json.dumps({"nwfc": side_nwfc, "libvirt": side_libvirt}[sys.argv[1]](sys.argv[2])))
        return
    if os.geteuid():
        sys.exit("store: needs root")
    with tempfile.TemporaryDirectory() as folder:
        documents(folder)
        ours = inside("nwfc", folder)
        theirs = inside("libvirt", folder)
    print(f"{'':44} {'libvirt':>13} {'nwfc':>11}")
    good = [
        row(f"bind, {PRESENT} there, until the next boot", theirs["bind"], ours["transient"], 200),
        row(f"bind, {PRESENT} there, and after it (fsync)", theirs["bind"], ours["durable"], 40),
        row(f"define over {DEFINED} (libvirt: {LIBVIRT_DEFINED}, times "
            f"{DEFINED // LIBVIRT_DEFINED})", theirs["define"] * DEFINED / LIBVIRT_DEFINED,
            ours["define"], 1000)]
    least = theirs["each"] * BOOTED
    print(f"{f'boot of {BOOTED} (libvirt: so many binds)':44} {least:10.1f} ms "
          f"{ours['boot']:8.2f} ms {least / ours['boot']:7.0f} x, at most 1000 ms"
          f"{'' if ours['boot'] <= 1000 else ': MISSED'}")
    sys.exit(0 if all(good) and ours["boot"] <= 1000 else 1)


if __name__ == "__main__":
    main()
