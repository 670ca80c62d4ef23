# SPDX-License-Identifier: GPL-2.0-or-later
"""Where cases come from.  Each is a name and a function that fills a folder."""
import functools
import glob
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET

import named as table
import named_connlimit
import worlds

CORPUS = os.environ.get("NWFC_CORPUS",
                        os.path.realpath(os.path.join(worlds.HERE, "../../../shared/corpus")))
MACS = {"tap0": "52:54:00:12:34:56", "tap1": "52:54:00:12:34:57"}
# for variables that a corpus gives no value
VALUES = {
    "IP": ["10.9.1.2"], "IPV6": ["fd00:9:1::2"], "DHCPSERVER": ["10.9.1.1"],
    "DHCPSERVERV6": ["fe80::1"], "GATEWAY_MAC": ["02:00:00:09:01:01"],
    "A": ["1.1.1.1", "2.2.2.2", "3.3.3.3", "3.3.3.3"], "B": ["80", "90", "80", "80"],
    "C": ["1080", "1090", "1100", "1110"], "IPSETNAME": ["tck_test"],
}


def write_binding(folder, tap, top, parameters):
    root = ET.Element("filterbinding")
    owner = ET.SubElement(root, "owner")
    ET.SubElement(owner, "name").text = tap
    ET.SubElement(owner, "uuid").text = "5f1c2a2e-0000-4000-8000-000000000000"
    ET.SubElement(root, "portdev", name=tap)
    ET.SubElement(root, "mac", address=MACS[tap])
    reference = ET.SubElement(root, "filterref", filter=top)
    for name, values in parameters.items():
        for value in values:
            ET.SubElement(reference, "parameter", name=name, value=value)
    os.makedirs(os.path.join(folder, "bindings"), exist_ok=True)
    ET.ElementTree(root).write(os.path.join(folder, "bindings", tap + ".xml"))


def write_filters(folder, documents):
    os.makedirs(os.path.join(folder, "filters"), exist_ok=True)
    for name, text in documents.items():
        with open(os.path.join(folder, "filters", name + ".xml"), "w", encoding="utf-8") as file:
            file.write(text)


def write_sets(folder, sets):
    for name, (kind, family, elements) in sets.items():
        os.makedirs(os.path.join(folder, "sets"), exist_ok=True)
        with open(os.path.join(folder, "sets", name), "w", encoding="ascii") as file:
            file.write("\n".join([f"# {kind} {family}"] + elements) + "\n")


def write_host(folder, script):
    with open(os.path.join(folder, "host"), "w", encoding="ascii") as file:
        file.write(script)


@functools.lru_cache(None)
def kernel_has(kind):
    """Does the kernel know ipsets of that type?"""
    return subprocess.run(["unshare", "-n", "ipset", "create", "probe", kind], env=worlds.ENV,
                          stderr=subprocess.DEVNULL, check=False).returncode == 0


def folder(path):
    def make(target):
        if not os.path.isdir(os.path.join(path, "bindings")):
            raise worlds.Broken(f"{path} is no case")
        shutil.copytree(path, target, ignore=shutil.ignore_patterns("verdict-*", "notes-*"))
        if not os.path.exists(os.path.join(target, "frames")):
            worlds.derive_frames(1, target)
    return os.path.basename(os.path.normpath(path)), make


def random(seeds):
    first, _, last = seeds.partition("-")

    def maker(seed):
        return f"random/{seed}", lambda target: (os.makedirs(target),
                                                 worlds.generate(seed, target))
    return [maker(seed) for seed in range(int(first), int(last or first) + 1)]


def keep_slow(path):
    """Of the frames only those that come after a pause, in order."""
    lines = read(path).split("\n")
    kept = [line for before, line in zip([""] + lines, lines)
            if line == "flush" or line.startswith("sleep ") or before.startswith("sleep ")]
    with open(path, "w", encoding="ascii") as file:
        file.write("\n".join(kept) + "\n")


def named(vm=False):
    def maker(name, case):
        def make(target):
            write_filters(target, case["filters"])
            for tap, (top, parameters) in case["taps"].items():
                write_binding(target, tap, top, parameters)
            write_sets(target, case.get("sets", {}))
            if "host" in case:
                write_host(target, case["host"])
            worlds.derive_frames(1, target)
            if case.get("slow"):
                keep_slow(os.path.join(target, "frames"))
        return "named/" + name, make
    todo = []
    for name, case in [*table.cases(), *named_connlimit.cases()]:
        missing = {kind for kind, _, _ in case.get("sets", {}).values() if not kernel_has(kind)}
        if missing:
            print(f"left out: named/{name}: this kernel has no {', '.join(sorted(missing))}")
        elif vm and "FORWARD" in case.get("host", ""):
            print(f"left out: named/{name}: without br_netfilter bridged frames do not come to "
                  "the host's FORWARD policy")
        else:
            todo.append(maker(name, case))
    regressions = sorted(glob.glob(os.path.join(worlds.HERE, "cases", "*")))
    return todo + [folder(path) for path in regressions]


def variables(texts):
    return sorted(set(re.findall(r"\$([A-Za-z0-9_]+)", " ".join(texts))))


def guess(name):
    """A value for a variable, by what its name says it is."""
    words = (("MAC", "02:00:00:09:01:03"), ("MASK", "24"), ("_IP", "10.9.1.3"),
             ("PORT", "80"), ("START", "80"), ("END", "90"), ("V6", "fd00:9:1::3"),
             ("RA", "fe80::1"))
    for word, value in words:
        if word in name:
            return [value]
    return ["10.9.1.3"]


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def name_of(text):
    found = re.search(r"<filter\s[^>]*?\bname\s*=\s*[\"']([^\"']+)[\"']", text)
    return found.group(1) if found else None


def closure(top, library):
    """The filters that a top filter reaches in its folder."""
    reached, todo = {}, [top]
    while todo:
        name = todo.pop()
        if name in reached or name not in library:
            continue
        reached[name] = library[name]
        todo += re.findall(r"<filterref\s+filter\s*=\s*[\"']([^\"']+)", library[name])
    return reached


def skip_in_corpus(text):
    """Files of the corpus that are no cases here."""
    if "ipset" in text:
        return "sets of the host"
    return None


def corpus():
    groups = [("seed", "*.xml"), ("libvirt/firewall", "*.xml"), ("libvirt/docs", "*.xml"),
              ("libvirt/shipped", "*.xml"), ("tck", "*/*.xml"), ("wild", "*.xml"),
              ("wild/tp-libvirt", "*.xml")]
    if not os.path.isdir(CORPUS):
        raise worlds.Skip(f"no corpus at {os.path.relpath(CORPUS)}")
    todo = []
    for group, pattern in groups:
        files = sorted(glob.glob(os.path.join(CORPUS, group, pattern)))
        library = {name_of(read(f)): read(f) for f in files if name_of(read(f))}
        for path in files:
            text = read(path)
            name = name_of(text)
            why = None if name else "no filter"
            why = why or skip_in_corpus(text)
            if why:
                print(f"left out: {group}/{os.path.basename(path)}: {why}")
                continue
            todo.append(corpus_case(group, path, name, dict(library, **{name: text})))
    return todo


def corpus_case(group, path, name, library):
    def make(target):
        reached = closure(name, library)
        # identities clash between files of different origin
        documents = {f"{i:02}": re.sub(r"<uuid>[^<]*</uuid>", "", text)
                     for i, (_, text) in enumerate(sorted(reached.items()))}
        given = {v: VALUES.get(v, guess(v)) for v in variables(reached.values())}
        given.pop("MAC", None)
        given.setdefault("IP", VALUES["IP"])
        for builtin in ("IPV6", "DHCPSERVER", "GATEWAY_MAC"):
            given.setdefault(builtin, VALUES[builtin])
        write_filters(target, documents)
        write_binding(target, "tap0", name, given)
        worlds.derive_frames(1, target)
    stem = os.path.splitext(os.path.basename(path))[0]
    return f"corpus/{group.replace('/', '-')}-{stem}", make
