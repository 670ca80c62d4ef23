#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""boot_probe.py RESULT: in a container that has booted with vnet0 to vnet2 bound by
no-mac-spoofing, makes these taps and vnet3, and looks at their first frames; then
reloads, stops, starts and restarts nftables.service, and starts the back-stop."""
import fcntl
import os
import select
import struct
import subprocess
import sys
import time

TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
SPOOFED = "52:54:00:66:66:66"
result = None


def command(*words):
    return subprocess.run(words, capture_output=True, text=True, check=False)


def check(what, good, why=""):
    print(f"{'ok' if good else 'not ok'}: {what}{'' if good else ' ' + str(why)}", file=result,
          flush=True)


def properties(unit, *names):
    """Of a unit, in the order of systemd."""
    words = [word for name in names for word in ("-p", name)]
    lines = command("systemctl", "show", unit, *words).stdout.splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def loaded():
    text = command("nft", "list", "map", "bridge", "nwfc", "out-l2").stdout
    return [n for n in range(4) if f'"vnet{n}"' in text]


def settles(what, wanted):
    """nwfc.service comes after nftables.service, which returns first."""
    end = time.monotonic() + 20
    while loaded() != wanted and time.monotonic() < end:
        time.sleep(0.2)
    check(what, loaded() == wanted, loaded())


def tap(name):
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    command("ip", "link", "set", name, "master", "br0")
    command("ip", "link", "set", name, "up")
    return fd


def arrives(sender, receiver, source, note):
    frame = b"\xff" * 6 + bytes.fromhex(source.replace(":", "")) + b"\x88\xb5" + note + bytes(60)
    os.write(sender, frame)
    end = time.monotonic() + 2
    while time.monotonic() < end:
        if select.select([receiver], [], [], 0.1)[0] and note in os.read(receiver, 2000):
            return True
    return False


def first_frames():
    command("ip", "link", "add", "br0", "type", "bridge")
    command("ip", "link", "set", "br0", "up")
    peer = tap("peer")
    for n in range(4):
        sender = tap(f"vnet{n}")
        # the first frame of all, before one that passes could have woken anything
        spoofed = arrives(sender, peer, SPOOFED, b"spoofed%d" % n)
        own = arrives(sender, peer, f"52:54:00:12:34:5{n}", b"own%d" % n)
        if n < 3:
            check(f"the first frame of vnet{n} is dropped: it is spoofed", not spoofed)
        else:
            check("the first frame of vnet3, which has no binding, passes", spoofed)
        check(f"the next of vnet{n} passes", own)


def order():
    unit = properties("nwfc.service", "ActiveState", "ActiveEnterTimestampMonotonic",
                      "InactiveExitTimestampMonotonic")
    check("nwfc.service is active", unit["ActiveState"] == "active", unit)
    before = properties("nftables.service", "ActiveEnterTimestampMonotonic")
    check("after nftables.service", int(unit["InactiveExitTimestampMonotonic"]) >=
          int(before["ActiveEnterTimestampMonotonic"]) > 0, (unit, before))
    for target in ("network-pre.target", "sysinit.target"):
        after = properties(target, "ActiveEnterTimestampMonotonic")
        check(f"before {target}", int(after["ActiveEnterTimestampMonotonic"]) >=
              int(unit["ActiveEnterTimestampMonotonic"]) > 0, (unit, after))
    check("all bindings are loaded", loaded() == [0, 1, 2], loaded())


def flushes():
    command("systemctl", "reload", "nftables.service")
    settles("a reload of nftables.service brings the rules back", [0, 1, 2])
    command("systemctl", "stop", "nftables.service")
    settles("stopped, it filters nothing", [])
    command("systemctl", "start", "nftables.service")
    settles("a start brings the rules back", [0, 1, 2])
    command("systemctl", "restart", "nftables.service")
    time.sleep(1)
    settles("a restart too", [0, 1, 2])
    command("systemctl", "restart", "nwfc.service")
    settles("and one of nwfc.service", [0, 1, 2])


def back_stop():
    command("nft", "flush", "ruleset")
    done = command("systemctl", "start", "nwfc@vnet1.service")
    check("nwfc@vnet1.service", done.returncode == 0, done.stderr)
    settles("loads its interface alone", [1])
    done = command("systemctl", "start", "nwfc@vnet3.service")
    check("nwfc@vnet3.service has nothing to do", done.returncode == 0 and properties(
        "nwfc@vnet3.service", "ConditionResult") == {"ConditionResult": "no"}, done.stderr)


def main():
    global result
    with open(sys.argv[1], "w", encoding="ascii") as result:
        order()
        first_frames()
        flushes()
        back_stop()
        failed = command("systemctl", "--failed", "--no-legend", "--plain").stdout
        check("no unit of ours has failed", "nwfc" not in failed, failed)
        print("end", file=result)


if __name__ == "__main__":
    main()
