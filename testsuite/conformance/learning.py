#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""learning.py: a real libvirt and nwfc learn the address of one VM, side by side.

Both filter a tap by clean-traffic without IP, in namespaces of their own, and get the same
frames: before anything is learned, what teaches, and then frames from that address and
from others.  What passes is compared.  Before, nwfc may be the stricter one; after that
they are the same, but for the differences that doc/compatibility.md lists.
"""
import ctypes
import fcntl
import os
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, HERE)
import libvirt_setup as libvirt  # noqa: E402
import worlds  # noqa: E402

TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
CLONE_NEWNET, CLONE_NEWNS = 0x40000000, 0x00020000
VM, PEER, EVERYONE = (bytes.fromhex(a) for a in ("525400123456", "020000090103", "ff" * 6))
BINDING = """<filterbinding>
  <owner><name>vm</name><uuid>11111111-2222-3333-4444-555555555555</uuid></owner>
  <portdev name='tap0'/><mac address='52:54:00:12:34:56'/>
  <filterref filter='clean-traffic'>
    <parameter name='CTRL_IP_LEARNING' value='{mode}'/>
  </filterref>
</filterbinding>
"""


def ip(text):
    return bytes(map(int, text.split(".")))


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def udp(source, to, sport=40000, dport=40001, payload=b"learning" * 3, macs=(PEER, VM)):
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28 + len(payload), 0, 0, 64, 17, 0,
                         ip(source), ip(to))
    header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
    return (macs[0] + macs[1] + b"\x08\x00" + header +
            struct.pack("!HHHH", sport, dport, 8 + len(payload), 0) + payload)


def arp(sender):
    return (EVERYONE + VM + bytes.fromhex("08060001080006040001") + VM + ip(sender) + bytes(6) +
            ip("10.9.1.3") + bytes(18))


def other(kind):
    return EVERYONE + VM + kind + bytes(60)


def dhcp(op, kind, address="0.0.0.0", server="", source="0.0.0.0"):
    options = b"\x35\x01" + bytes([kind]) + (b"\x36\x04" + ip(server) + b"\x33\x04" +
                                             struct.pack("!I", 3600) if server else b"") + b"\xff"
    message = (bytes([op, 1, 6, 0]) + b"\0\0\0\7" + bytes(4) + ip(source) + ip(address) +
               bytes(8) + VM + bytes(202) + bytes.fromhex("63825363") + options + bytes(60))
    if op == 1:
        return udp(source, "255.255.255.255", 68, 67, message, (EVERYONE, VM))
    return udp(server, address, 67, 68, message, (VM, PEER))


TALK = [
    ("IP of the address", "out", udp("10.9.1.2", "10.9.1.3")),
    ("IP of another", "out", udp("10.9.1.9", "10.9.1.3")),
    ("ARP of the address", "out", arp("10.9.1.2")),
    ("ARP of another", "out", arp("10.9.1.9")),
    ("IP of another MAC", "out", udp("10.9.1.2", "10.9.1.3", macs=(PEER, PEER[::-1]))),
    ("DHCP", "out", dhcp(1, 1)),
    ("IPv6", "out", other(b"\x86\xdd")),
    ("IP to the VM", "in", udp("10.9.1.3", "10.9.1.2", macs=(VM, PEER))),
    ("an EtherType to the VM", "in", VM + PEER + b"\x12\x34" + bytes(60)),
]
# what is sent, by mode and what it is for; after "teach" both have a while
STEPS = {
    "any": {
        "before": [row for row in TALK if row[0] not in ("IP of another", "ARP of another",
                                                         "ARP of the address",
                                                         "IP of the address")],
        "teach": [("IP of the address", "out", udp("10.9.1.2", "10.9.1.3"))],
        "after": TALK,
    },
    "dhcp": {
        "before": TALK,
        "teach": [("REQUEST", "out", dhcp(1, 3)),
                  ("ACK", "in", dhcp(2, 5, "10.9.1.2", "10.9.1.3"))],
        "after": TALK,
        "teach more": [("REQUEST", "out", dhcp(1, 3)),
                       ("ACK", "in", dhcp(2, 5, "10.9.1.8", "10.9.1.3"))],
        "two leases": [("IP of the address", "out", udp("10.9.1.2", "10.9.1.3")),
                       ("IP of the second", "out", udp("10.9.1.8", "10.9.1.3")),
                       ("IP of another", "out", udp("10.9.1.9", "10.9.1.3"))],
        "release": [("RELEASE", "out", dhcp(1, 7, source="10.9.1.2"))],
        "released": [("IP of the address", "out", udp("10.9.1.2", "10.9.1.3"))],
    },
    "any by ARP": {
        "teach": [("ARP of the address", "out", arp("10.9.1.2"))],
        "after": [("IP of another", "out", udp("10.9.1.9", "10.9.1.3"))],
    },
}
# of doc/compatibility.md: what libvirt does, and nwfc
LEDGER = {
    ("dhcp", "two leases", "IP of the second"): ("F11", "drop", "pass"),
    ("dhcp", "released", "IP of the address"): ("F12", "pass", "drop"),
    ("any by ARP", "after", "IP of another"): ("F23", "pass", "drop"),
}


def tap(name):
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    subprocess.run(["ip", "link", "set", name, "master", "br0", "up"], check=True)
    return fd


def arrives(ends, way, frame):
    to = ends["in" if way == "out" else "out"]
    while select.select([to], [], [], 0)[0]:
        os.read(to, 2000)
    os.write(ends[way], frame)
    end = time.monotonic() + 0.3
    while select.select([to], [], [], max(0, end - time.monotonic()))[0]:
        if os.read(to, 2000)[:len(frame)] == frame:
            return True
    return False


def settle(ends, passes):
    """libvirt's threads take some seconds, or more on a busy machine, to put the filter."""
    time.sleep(3)
    end = time.monotonic() + 15
    while passes and not arrives(ends, "out", TALK[0][2]) and time.monotonic() < end:
        pass


def filter_by_libvirt(mode):
    """mode: its first word is the parameter."""
    os.makedirs(libvirt.WORK)
    libvirt.private_folders()
    daemon = libvirt.start()
    with open("/run/binding.xml", "w", encoding="ascii") as file:
        file.write(BINDING.format(mode=mode.split()[0]))
    said = libvirt.virsh(["nwfilter-binding-create /run/binding.xml\n"])
    if said:
        sys.exit(f"libvirt: {said}")
    # its thread puts the first rules
    time.sleep(3)
    return daemon


def filter_by_nwfc(mode):
    subprocess.run([worlds.NWFC, "apply", "--tap", "tap0", "--mac", "52:54:00:12:34:56", "-p",
                    f"CTRL_IP_LEARNING={mode.split()[0]}", "clean-traffic"], check=True, env=worlds.ENV,
                   stdout=subprocess.DEVNULL)


def world(who, mode):
    """In namespaces: what passed, by phase and name."""
    ctypes.CDLL(None).unshare(CLONE_NEWNET | CLONE_NEWNS)
    for words in (["mount", "--make-rprivate", "/"], ["mount", "-t", "tmpfs", "tmpfs", "/run"],
                  ["ip", "link", "set", "lo", "up"], ["ip", "link", "add", "br0", "type", "bridge"],
                  ["ip", "link", "set", "br0", "up"]):
        subprocess.run(words, check=True)
    ends = {"in": tap("peer0"), "out": tap("tap0")}
    # "out" is what the VM writes to its tap, "in" what the peer writes to its own
    arrives(ends, "in", EVERYONE + PEER + b"\x12\x35" + bytes(60))
    daemon = filter_by_libvirt(mode) if who == "libvirt" else filter_by_nwfc(mode)
    passed = []
    for phase, rows in STEPS[mode].items():
        for name, way, frame in rows:
            passed.append((phase, name, arrives(ends, way, frame)))
        if phase in ("teach", "teach more", "release"):
            settle(ends, phase == "teach" and mode in ("any", "dhcp"))
    if daemon:
        daemon.terminate()
    return passed


def run_apart(who, mode):
    """The same in a process of its own, and that in a process namespace."""
    done = subprocess.run(worlds.ISOLATE + [sys.executable, __file__, who, mode],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{who}: {done.stdout}{done.stderr}")
    return [line.split("|") for line in done.stdout.splitlines()]


def main():
    try:
        worlds.check_tools()
    except worlds.Skip as why:
        print(f"SKIP: {why}")
        return 77
    failed = 0
    for mode in STEPS:
        for theirs, ours in zip(run_apart("libvirt", mode), run_apart("nwfc", mode)):
            phase, name, libvirts = theirs
            known = LEDGER.get((mode, phase, name))
            same = libvirts == ours[2] or (phase == "before" and ours[2] == "drop")
            if known:
                same = known[1:] == (libvirts, ours[2])
            failed += not same
            print(f"{'ok' if same else 'not ok'}: {mode}, {phase}: {name}: libvirt {libvirts}, "
                  f"nwfc {ours[2]}{', ' + known[0] if known else ''}")
    return 1 if failed else 0


if len(sys.argv) == 3:
    for row in world(*sys.argv[1:]):
        print("|".join((row[0], row[1], "pass" if row[2] else "drop")))
else:
    sys.exit(main())
