#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""boot_probe.py RESULT: in a container that has booted with vnet0 to vnet2, vnet4 and the
macvtaps mv-0 and mv-1 bound by no-mac-spoofing, makes the taps up to vnet3, and looks at
their first frames; then reloads, stops, starts and restarts nftables.service, starts the
back-stop, and makes macvtaps and vnet4, which udev sees."""
import fcntl
import os
import select
import struct
import subprocess
import sys
import time

TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
BOUND = [0, 1, 2, 4]
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
    return [n for n in range(5) if f'"vnet{n}"' in text]


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
    check("all bindings are loaded", loaded() == BOUND, loaded())


def flushes():
    command("systemctl", "reload", "nftables.service")
    settles("a reload of nftables.service brings the rules back", BOUND)
    command("systemctl", "stop", "nftables.service")
    settles("stopped, it filters nothing", [])
    command("systemctl", "start", "nftables.service")
    settles("a start brings the rules back", BOUND)
    command("systemctl", "restart", "nftables.service")
    time.sleep(1)
    settles("a restart too", BOUND)
    command("systemctl", "restart", "nwfc.service")
    settles("and one of nwfc.service", BOUND)


def back_stop():
    command("nft", "flush", "ruleset")
    done = command("systemctl", "start", "nwfc@vnet1.service")
    check("nwfc@vnet1.service", done.returncode == 0, done.stderr)
    settles("loads its interface alone", [1])
    done = command("systemctl", "start", "nwfc@vnet3.service")
    check("nwfc@vnet3.service has nothing to do", done.returncode == 0 and properties(
        "nwfc@vnet3.service", "ConditionResult") == {"ConditionResult": "no"}, done.stderr)


def devices():
    """Macvtaps that have base chains, which this kernel cannot load before they exist."""
    text = command("nft", "list", "chains", "netdev").stdout
    return [name for name in ("mv-0", "mv-1") if f"chain {name}.dev-out-l2" in text]


def appears(what, wanted):
    end = time.monotonic() + 20
    while devices() != wanted and time.monotonic() < end:
        time.sleep(0.1)
    check(what, devices() == wanted, (devices(), command(
        "journalctl", "-b", "--no-pager", "-u", "systemd-udevd", "-u", "nwfc@*").stdout))


def macvtaps():
    """The rules of udev, and the units that they ask for."""
    if command("systemctl", "is-active", "systemd-udevd.service").stdout != "active\n":
        print("# left out, as udev does not run: macvtaps that appear", file=result)
        return
    # in a container systemd listens to udev only if that was there before it
    command("systemctl", "daemon-reexec")
    command("systemctl", "restart", "nwfc.service")
    appears("macvtaps that are not there have no chains", [])
    command("ip", "link", "add", "low0", "type", "veth", "peer", "name", "wire0")
    command("ip", "link", "add", "link", "low0", "name", "mv-0", "type", "macvtap")
    appears("a macvtap has them soon after it appears", ["mv-0"])
    command("ip", "link", "add", "link", "low0", "name", "new", "type", "macvtap")
    command("ip", "link", "set", "new", "name", "mv-1")
    appears("and so has one that gets its name later", ["mv-0", "mv-1"])
    command("ip", "link", "del", "mv-0")
    appears("they go with it", ["mv-1"])
    command("ip", "link", "add", "link", "low0", "name", "mv-0", "type", "macvtap")
    appears("and come back with it", ["mv-0", "mv-1"])
    command("nft", "flush", "ruleset")
    tap("vnet4")
    settles("a tap that appears has its rules made sure of, and no others", [4])


def main():
    global result
    with open(sys.argv[1], "w", encoding="ascii") as result:
        order()
        first_frames()
        flushes()
        back_stop()
        macvtaps()
        failed = command("systemctl", "--failed", "--no-legend", "--plain").stdout
        check("no unit of ours has failed", "nwfc" not in failed, failed)
        print("end", file=result)


if __name__ == "__main__":
    main()
