# SPDX-License-Identifier: GPL-2.0-or-later
"""Rows 1 to 5: what compiling, loading and changing cost as whole processes, and the kernel's
memory.  What else the machine does only adds: a figure with a limit of its own is the least of
several runs.  What is a ratio is taken in pairs, one run after the other, and is the median of
their ratios: a slow moment falls on both of a pair."""
import os
import re
import statistics
import subprocess
import time

import layouts
from net import Net, run

NWFC = os.environ.get("NWFC", "./nwfc")
MEASURE = os.environ.get("MEASURE", "testsuite/bench/measure")
BINDING = """<filterbinding>
  <owner><name>{name}</name><uuid>d54df46f-1ab5-4a22-8618-{n:012x}</uuid></owner>
  <portdev name='{name}'/>
  <mac address='{mac}'/>
  <filterref filter='{filter}'><parameter name='IP' value='{ip}'/></filterref>
</filterbinding>
"""
FILTER = """<filter name='{name}' chain='root'>
  <uuid>5c6d49af-b071-6127-b4ec-{number:012x}</uuid>
  <filterref filter='clean-traffic'/>
  <rule action='{action}' direction='in' priority='500'><mac srcmacaddr='52:54:00:00:00:99'/></rule>
</filter>
"""
KEPT = re.compile(r"^(SUnreclaim|VmallocUsed|Percpu): +(\d+) kB", re.M)


def measure(*command):
    """Wall milliseconds and megabytes resident of one run."""
    done = subprocess.run([MEASURE, "1", *command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"scale: {command[:4]} failed: {done.stderr[:2000]}")
    milliseconds, kibibytes = done.stdout.split()
    return float(milliseconds), float(kibibytes) * 1024 / 1e6


def write(path, text):
    with open(path, "w", encoding="ascii") as out:
        out.write(text)
    return path


def documents(folder, numbers, name="clean-traffic"):
    """Binding documents of these taps."""
    os.makedirs(folder, exist_ok=True)
    return [write(f"{folder}/{n:05}.xml",
                  BINDING.format(n=n, filter=name, **layouts.tap(n)._asdict())) for n in numbers]


class Host:
    """nwfc in a namespace, with a store of its own."""
    def __init__(self, folder, net):
        self.folder, self.net = folder, net
        os.makedirs(folder + "/root")

    def command(self, verb, *words):
        return NWFC, verb, "--root", self.folder + "/root", *words

    def nwfc(self, verb, *words):
        with self.net:
            return run(*self.command(verb, *words))

    def measure(self, verb, *words):
        with self.net:
            return measure(*self.command(verb, *words))

    def bind(self, numbers, name="clean-traffic"):
        self.nwfc("bind", *documents(self.folder + "/bindings", numbers, name))

    def define(self, name, action="drop", number=1):
        path = write(f"{self.folder}/{name}-{action}.xml",
                     FILTER.format(name=name, action=action, number=number))
        self.nwfc("define", path)
        return path


class Hand:
    """A layout written by hand, in a namespace."""
    def __init__(self, folder, net, layout):
        self.folder, self.net, self.layout = folder, net, layout
        os.makedirs(folder, exist_ok=True)

    def file(self, name, text):
        return write(f"{self.folder}/{name}.nft", text)

    def nft(self, path):
        with self.net:
            return measure("nft", "-f", path)

    def load(self, numbers):
        taps = [layouts.tap(n) for n in numbers]
        return self.nft(self.file("all", self.layout.base() + self.layout.add(taps)))


def compile_row(table, plan, folder):
    documents(folder + "/bindings", range(plan.most))
    output = folder + "/all.nft"
    figures = [measure(NWFC, "compile", "--layout=shared", "--bindings", folder + "/bindings", "-o",
                       output) for _ in range(plan.runs)]
    what = f"1 compile {plan.most} clean-traffic"
    table.most(f"{what}, time", min(f[0] for f in figures) / 1e3, "s", 0.25)
    table.most(f"{what}, resident", max(f[1] for f in figures), "MB", 100)
    table.most(f"{what}, output", os.path.getsize(output) / 1e6, "MB", 2.5)


def load_row(table, plan, folder):
    host = Host(folder + "/nwfc", Net())
    host.bind(range(plan.most))
    ours, shared, private = [], [], []
    for _ in range(plan.runs):
        with host.net:
            run("nft", "flush", "ruleset")
        ours.append(host.measure("apply"))
        for name, layout, count, figures in (
                ("shared", layouts.Shared(), plan.most, shared),
                ("private", layouts.Private(), plan.private, private)):
            hand = Hand(f"{folder}/{name}", Net(), layout)
            figures.append(hand.load(range(count)))
            hand.net.close()
    host.net.close()
    what = f"2 load {plan.most} into an empty kernel"
    table.most(f"{what}, time", min(f[0] for f in ours) / 1e3, "s", 0.6,
               min(f[0] for f in shared) / 1e3)
    table.most(f"{what}, resident", max(f[1] for f in ours), "MB", 100,
               max(f[1] for f in shared))
    times = plan.most / plan.private
    table.note(f"beside: nft -f, shared by hand; private chains by hand, {plan.private} times "
               f"{times:g}: {min(f[0] for f in private) * times / 1e3:.2f} s, "
               f"{max(f[1] for f in private) * times:.0f} MB")


def one_more(plan, folder, present):
    """Pairs of times: nwfc's and that of the layout by hand."""
    host = Host(folder + "/nwfc", Net())
    host.bind(range(present))
    hand = Hand(folder + "/hand", Net(), layouts.Shared())
    hand.load(range(present))
    tap = layouts.tap(plan.most)
    add = hand.file("add", hand.layout.add([tap]))
    remove = hand.file("remove", hand.layout.remove([tap]))
    words = ["apply", "--tap", tap.name, "--mac", tap.mac, "-p", "IP=" + tap.ip, "clean-traffic"]
    pairs = []
    for turn in range(plan.turns + 1):
        sides = [lambda: host.measure(*words)[0], lambda: hand.nft(add)[0]]
        times = [None, None]
        for side in (0, 1) if turn % 2 else (1, 0):
            times[side] = sides[side]()
        pairs.append(times)
        host.nwfc("unbind", tap.name)
        hand.nft(remove)
    host.net.close()
    hand.net.close()
    return pairs[1:]  # the first reads the programs from disk


def median_pair(pairs):
    return [statistics.median(p[side] for p in pairs) for side in (0, 1)], \
        statistics.median(p[0] / p[1] for p in pairs)


def one_more_row(table, plan, folder):
    for present in (1, 100, 1000, plan.most):
        figures, ratio = median_pair(one_more(plan, f"{folder}/{present}", present))
        table.ratio(f"3 one more tap, {present} there; nft -f by hand", figures, ratio, 2)


def redefine_row(table, plan, folder):
    """One that all use, one beside it that a single interface uses, and one that is alone."""
    many, single = Host(folder + "/many", Net()), Host(folder + "/single", Net())
    files = {}
    for side, host, name, numbers in (("all", many, "all", range(plan.most)),
                                      ("one", many, "one", [plan.most]),
                                      ("alone", single, "all", [0])):
        files[side] = host, [host.define(name, action, len(files)) for action in ("accept", "drop")]
        host.bind(numbers, name)
    turns = []
    for turn in range(plan.turns):
        times = {}
        for side in sorted(files, reverse=turn % 2):
            host, versions = files[side]
            times[side] = host.measure("define", versions[turn % 2])[0]
        turns.append(times)
    many.net.close()
    single.net.close()
    for side, what in (("one", f"1 of {plan.most + 1}"), ("alone", "the only one there")):
        figures, ratio = median_pair([(t["all"], t[side]) for t in turns])
        table.ratio(f"4 redefine a filter of {plan.most}; of {what}", figures, ratio, 2)


def kernel_kilobytes():
    with open("/proc/meminfo", encoding="ascii") as lines:
        return sum(int(kib) for _, kib in KEPT.findall(lines.read())) * 1.024


def kernel_memory(net, load, count, runs):
    """Kilobytes a tap that loading takes: the median, for others take and give back meanwhile."""
    found = []
    for _ in range(runs):
        with net:
            run("nft", "flush", "ruleset")
        time.sleep(0.4)  # what is flushed is freed later
        before = kernel_kilobytes()
        load()
        time.sleep(0.1)
        found.append((kernel_kilobytes() - before) / count)
    return statistics.median(found)


def memory_row(table, plan, folder):
    net = Net()
    host = Host(folder + "/nwfc", net)
    host.bind(range(plan.most))
    ours = kernel_memory(net, lambda: host.nwfc("apply"), plan.most, plan.runs)
    kept = []
    for name, layout, count in (("shared", layouts.Shared(), plan.most),
                                ("private", layouts.Private(), plan.private)):
        hand = Hand(f"{folder}/{name}", net, layout)
        kept.append(kernel_memory(net, lambda h=hand, n=count: h.load(range(n)), count, plan.runs))
    net.close()
    table.most("5 kernel memory a tap; shared by hand", ours, "KB", 1, kept[0])
    table.note(f"private chains by hand: {kept[1]:.2f} KB")
