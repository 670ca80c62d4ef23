#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""learn_race.py NWFC tap|macvtap [ROUNDS]: one interface with two queues, and a sender at each,
that go through all of a /16 at once: no more addresses are learned than the limit, and no
frame but of these comes out of the bridge; with more requests of DHCP than are remembered,
nothing is learned.  In a network namespace of its own."""
import ctypes
import fcntl
import glob
import json
import mmap
import os
import re
import select
import stat
import struct
import subprocess
import sys
import tempfile

TUNSETIFF, IFF_TAP, IFF_NO_PI, IFF_MULTI_QUEUE = 0x400454CA, 0x0002, 0x1000, 0x0100
CLONE_NEWNET, CLONE_NEWNS = 0x40000000, 0x00020000
FAMILY = {"tap": "bridge", "macvtap": "netdev"}[sys.argv[2]]
MAC = bytes.fromhex("525400123456")
ADDRESSES = 65536
BATCH = 2048
TAP = "--tap", "tap0", "--mac", "52:54:00:12:34:56"
failed = 0


def command(*words):
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def check(good, what):
    global failed
    failed += not good
    print(f"{'ok' if good else 'not ok'}: {what}")


def nwfc(verb, *words):
    command(sys.argv[1], verb, "--root", ROOT, *words)


def tap(name, flags=0):
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(),
                                           IFF_TAP | IFF_NO_PI | flags))
    return fd


def attach(fd):
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", b"", IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE))
    return fd


def macvtap(name):
    """Two queues of a macvtap that sends into br0, by a node made by number."""
    command("ip", "link", "add", "low0", "type", "veth", "peer", "name", "wire0")
    command("ip", "link", "set", "wire0", "master", "br0", "up")
    command("ip", "link", "set", "low0", "up")
    command("ip", "link", "add", "link", "low0", "name", name, "address", "52:54:00:12:34:56",
            "type", "macvtap", "mode", "bridge")
    # of this network namespace
    command("mount", "-t", "sysfs", "sysfs", "/sys")
    with open(glob.glob(f"/sys/class/net/{name}/macvtap/*/dev")[0], encoding="ascii") as file:
        major, minor = map(int, file.read().split(":"))
    node = os.path.join(ROOT, "node")
    os.mknod(node, 0o600 | stat.S_IFCHR, os.makedev(major, minor))
    return [attach(os.open(node, os.O_RDWR | os.O_NONBLOCK)) for _ in range(2)]


def ready(queue, out):
    """Unfiltered, the first frame may be lost until the kernel has noticed the links."""
    for _ in range(200):
        os.write(queue, frame(0))
        if drain(out):
            return
    raise RuntimeError("nothing comes out of the bridge")


def frame(number):
    words = [0x4500, 28, 0, 0, 0x4011, 0, 0x0A09, number, 0x0A08, 1]
    total = sum(words)
    # br_netfilter looks at it
    words[5] = 0xFFFF - (total % 0xFFFF or 0xFFFF)
    header = struct.pack("!10H", *words)
    return b"\xff" * 6 + MAC + b"\x08\x00" + header + struct.pack("!HHHH", 9, 9, 8, 0) + bytes(18)


def sender(fd, numbers, shared, at):
    """Says that it is ready, and once the others are sends one frame of each number."""
    frames = [frame(n) for n in numbers]
    pid = os.fork()
    if pid:
        return pid
    shared[at] = 1
    # to sleep here would give one of them a start
    while not (shared[0] and shared[1]):
        pass
    for f in frames:
        os.write(fd, f)
    os._exit(0)


def drain(fd):
    """Sources of the frames that are there."""
    found = set()
    while select.select([fd], [], [], 0.05)[0]:
        f = os.read(fd, 2000)
        if f[12:14] == b"\x08\x00" and f[6:12] == MAC:
            found.add(".".join(map(str, f[26:30])))
    return found


def learned(name):
    text = command("nft", "-j", "list", "set", FAMILY, "nwfc", f"learned.{name}/tap0")
    elements = json.loads(text)["nftables"][1]["set"].get("elem", [])
    return {e["elem"]["val"] if isinstance(e, dict) else e for e in elements}


def race(queues, out, limit, first):
    """Both senders at once: what was learned, and what came out."""
    nwfc("unbind", "tap0")
    drain(out)
    nwfc("apply", *TAP, "-p", f"LEARN_MAX={limit}", "clean-traffic")
    shared = mmap.mmap(-1, 2)
    pids = [sender(fd, range(first + i, first + BATCH, 2), shared, i)
            for i, fd in enumerate(queues)]
    for pid in pids:
        os.waitpid(pid, 0)
    shared.close()
    return learned(f"ipv4.any.{limit}"), drain(out)


def request(number):
    """A message of DHCP with that number."""
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 328, 0, 0, 64, 17, 0, bytes(4), b"\xff" * 4)
    return (b"\xff" * 6 + MAC + b"\x08\x00" + header + struct.pack("!HHHH", 68, 67, 308, 0) +
            struct.pack("!4BI20x6s202x", 1, 1, 6, 0, number, MAC) +
            bytes.fromhex("63825363350103ff") + bytes(56))


def count(pattern):
    """What the counter of the rule says."""
    found = re.search(rf"{pattern}.*counter packets (\d+) ", command("nft", "list", "ruleset"))
    return int(found[1]) if found else None


def flood(queue):
    """Requests with more numbers than are remembered, and sources that are not leased."""
    nwfc("unbind", "tap0")
    nwfc("apply", *TAP, "-p", "CTRL_IP_LEARNING=dhcp", "clean-traffic")
    for n in range(BATCH):
        os.write(queue, request(n))
        os.write(queue, frame(n))
    text = command("nft", "-j", "list", "set", FAMILY, "nwfc", "learned.xid.dhcp.64/tap0")
    elements = json.loads(text)["nftables"][1]["set"].get("elem", [])
    check(len(elements) == 64, f"{BATCH} requests, of which {len(elements)} are remembered")
    dropped = count("@learned.xid.dhcp.64/tap0")
    check(dropped == BATCH - 64, f"the others are counted: {dropped}")
    others = count("ip saddr 0.0.0.1-223.255.255.255")
    check(others == BATCH, f"addresses without a lease are counted: {others}")
    check(not learned("ipv4.dhcp.4"), "and none of them is learned")


def main():
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 40
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET | CLONE_NEWNS):
        print("SKIP: no network namespace: root is needed")
        return 77
    command("mount", "--make-rprivate", "/")
    command("ip", "link", "add", "br0", "type", "bridge")
    command("ip", "link", "set", "br0", "up")
    if FAMILY == "netdev":
        queues = macvtap("tap0")
    else:
        queues = [tap("tap0", IFF_MULTI_QUEUE), tap("tap0", IFF_MULTI_QUEUE)]
        command("ip", "link", "set", "tap0", "master", "br0")
    out = tap("out0")
    command("ip", "link", "set", "out0", "master", "br0")
    for name in ("tap0", "out0"):
        command("ip", "link", "set", name, "up", "txqueuelen", "5000")
    ready(queues[0], out)
    more = strangers = none = both = silent = 0
    for n in range(rounds):
        limit = (1, 3, 32)[n % 3]
        known, came = race(queues, out, limit, n * BATCH % ADDRESSES)
        more += len(known) > limit
        none += len(known) < limit
        strangers += not came <= known
        silent += not came
        both += len({int(a.rsplit(".", 1)[1]) % 2 for a in known}) == 2
    check(not more, f"more than the limit learned in {more} of {rounds} rounds")
    check(not none, f"less than the limit learned in {none} of {rounds} rounds")
    check(not strangers, f"frames of others passed in {strangers} of {rounds} rounds")
    check(not silent, f"nothing passed in {silent} of {rounds} rounds")
    print(f"both senders taught something in {both} of {rounds} rounds")
    nwfc("unbind", "tap0")
    nwfc("apply", *TAP, "clean-traffic")
    drain(out)
    for n in range(ADDRESSES):
        os.write(queues[0], frame(n))
    known = learned("ipv4.any.1")
    check(known == {"10.9.0.0"}, f"{ADDRESSES} addresses teach the first: {known}")
    others = count("ip saddr 0.0.0.1-223.255.255.255")
    check(others == ADDRESSES - 1, f"the others are counted: {others}")
    check(drain(out) <= known, "and none of them passes")
    flood(queues[0])
    return 1 if failed else 0


with tempfile.TemporaryDirectory() as ROOT:
    sys.exit(main())
