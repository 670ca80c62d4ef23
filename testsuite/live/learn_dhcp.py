#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""learn_dhcp.py NWFC: real clients behind a bridge port, and a real server on the bridge.
Each client gets a lease by clean-traffic without IP, talks, cannot use another address,
renews, gives the lease back, and gets another address.  In namespaces of its own."""
import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

CLONE_NEWNET, CLONE_NEWNS = 0x40000000, 0x00020000
MAC = "52:54:00:12:34:56"
SET = "learned.ipv4.dhcp.4/tap0"
libc = ctypes.CDLL(None, use_errno=True)
failed = 0

SCRIPT = """#!/bin/sh
set_address() { ip addr flush dev eth0; ip addr add "$1/24" dev eth0; }
case "${1:-$reason}" in
bound | renew) set_address "$ip" ;;
BOUND | RENEW | REBIND | REBOOT) set_address "$new_ip_address" ;;
deconfig | RELEASE | EXPIRE) ip addr flush dev eth0 ;;
PREINIT) ip link set eth0 up ;;
esac
exit 0
"""

# what an address that DHCPv6 gave is used by
IPV6_FILTER = """<filter name='leases-of-ipv6'>
  <rule action='accept' direction='out'><ipv6 srcipaddr='$IPV6'/></rule>
  <rule action='accept' direction='out'><ipv6 srcipaddr='fe80::' srcipmask='10'/></rule>
  <rule action='accept' direction='out'>
    <ipv6 srcipaddr='::' protocol='icmpv6' type='135'/>
  </rule>
  <rule action='drop' direction='out' priority='900'><mac protocolid='ipv6'/></rule>
</filter>
"""

# twice: the first may be lost to a question of ARP that is answered late
CALL = """
import socket, sys
family = socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET
s = socket.socket(family, socket.SOCK_DGRAM)
s.bind((sys.argv[1], 0))
s.settimeout(0.5)
for _ in range(2):
    try:
        s.sendto(b'?', (sys.argv[2], 7))
        s.recv(9)
        sys.exit(0)
    except OSError:
        pass
sys.exit(1)
"""


def echo(family, address):
    """Answers the calls, in this process."""
    s = socket.socket(family, socket.SOCK_DGRAM)
    s.bind((address, 7))
    while True:
        s.sendto(*s.recvfrom(9))


def run(*words):
    return subprocess.run(words, capture_output=True, text=True, check=False)


def command(*words):
    done = run(*words)
    if done.returncode:
        sys.exit(f"not ok: {' '.join(words)}: {done.stderr}")
    return done.stdout


def check(good, what, why=""):
    global failed
    failed += not good
    print(f"{'ok' if good else 'not ok'}: {what}{'' if good else f' ({why})'}", flush=True)


def settles(found, what):
    """found() becomes true within some seconds."""
    end = time.monotonic() + 10
    while not found() and time.monotonic() < end:
        time.sleep(0.1)
    check(found(), what, listing())


def listing():
    return run("nft", "list", "set", "bridge", "nwfc", SET).stdout


def learned():
    return set(re.findall(r"(10\.9\.0\.\d+) timeout", listing()))


def expires():
    """Seconds until the only lease ends."""
    found = re.search(r"expires (?:(\d+)m)?(?:(\d+)s)?", listing())
    return int(found[1] or 0) * 60 + int(found[2] or 0) if found else 0


class Machine:
    """A process in a network namespace of its own, where commands run."""

    def __init__(self):
        ready, go = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            libc.unshare(CLONE_NEWNET)
            os.write(go, b"1")
            signal.pause()
            os._exit(0)
        os.read(ready, 1)

    def words(self, *words):
        return ("nsenter", "-t", str(self.pid), "-n", *words)

    def run(self, *words):
        return run(*self.words(*words))

    def address(self):
        found = re.search(r"inet (10\.9\.0\.\d+)", self.run("ip", "addr", "show", "eth0").stdout)
        return found[1] if found else None

    def reaches(self, source):
        to = "fd00:9::1" if ":" in source else "10.9.0.1"
        return not self.run(sys.executable, "-c", CALL, source, to).returncode

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


class Server:
    def __init__(self, folder, first, more=()):
        self.process = subprocess.Popen(
            ["dnsmasq", "-C", "/dev/null", "-k", "-p0", "-i", "br0", "--bind-interfaces",
             "--user=root", "--pid-file=", "--no-ping", "--dhcp-authoritative",
             f"--dhcp-range=10.9.0.{first},10.9.0.{first + 5},120",
             f"--dhcp-leasefile={folder}/leases.{first}", *more],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.5)

    def end(self):
        self.process.terminate()
        self.process.wait()


class Udhcpc:
    def __init__(self, machine, folder):
        self.machine, self.script, self.process = machine, f"{folder}/script", None

    def start(self):
        self.process = subprocess.Popen(
            self.machine.words("udhcpc", "-f", "-i", "eth0", "-s", self.script, "-t", "20",
                               "-T", "1"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def renew(self):
        self.process.send_signal(signal.SIGUSR1)

    def release(self):
        self.process.send_signal(signal.SIGUSR2)
        time.sleep(1)
        self.process.terminate()
        self.process.wait()


class Dhclient:
    def __init__(self, machine, folder):
        self.machine = machine
        self.files = ("-sf", f"{folder}/script", "-lf", f"{folder}/dhclient.leases",
                      "-pf", f"{folder}/dhclient.pid", "-cf", f"{folder}/dhclient.conf")

    def start(self):
        self.machine.run("dhclient", "-4", "-1", *self.files, "eth0")

    def renew(self):
        self.machine.run("dhclient", "-x", *self.files, "eth0")
        self.start()

    def release(self):
        self.machine.run("dhclient", "-4", "-r", *self.files, "eth0")


def whole_life(client, machine, folder, nwfc):
    name = type(client).__name__.lower()
    server = Server(folder, 50)
    machine.run("ip", "addr", "add", "10.9.0.9/24", "dev", "eth0")
    check(machine.reaches("10.9.0.9"), f"{name}: anything without a filter")
    nwfc("apply", "--tap", "tap0", "--mac", MAC, "-p", "CTRL_IP_LEARNING=dhcp", "-p",
         "DHCPSERVER=10.9.0.1", "clean-traffic")
    check(not machine.reaches("10.9.0.9"), f"{name}: nothing before the lease")
    machine.run("ip", "addr", "flush", "dev", "eth0")
    client.start()
    settles(lambda: machine.address() and learned() == {machine.address()},
            f"{name}: its lease is learned")
    first = machine.address() or "10.9.0.50"
    settles(lambda: machine.reaches(first), f"{name}: it talks")
    machine.run("ip", "addr", "add", "10.9.0.9/24", "dev", "eth0")
    check(not machine.reaches("10.9.0.9"), f"{name}: it has no other address")
    machine.run("ip", "addr", "del", "10.9.0.9/24", "dev", "eth0")
    time.sleep(3)
    before = expires()
    client.renew()
    settles(lambda: expires() > before, f"{name}: it renews (from {before} s)")
    check(machine.reaches(first) and learned() == {first}, f"{name}: it goes on talking")
    nwfc("apply", "--tap", "tap0", "--mac", MAC, "-p", "CTRL_IP_LEARNING=dhcp", "-p",
         "DHCPSERVER=10.9.0.1", "-p", "DHCPSERVER=10.9.0.2", "clean-traffic")
    check(machine.reaches(first) and learned() == {first}, f"{name}: an update keeps it")
    client.release()
    settles(lambda: not learned(), f"{name}: it gives it back")
    server.end()
    server = Server(folder, 70)
    client.start()
    settles(lambda: machine.address() not in (None, first) and machine.address() in learned(),
            f"{name}: another address")
    second = machine.address() or "10.9.0.70"
    settles(lambda: machine.reaches(second), f"{name}: it talks from there")
    machine.run("ip", "addr", "add", f"{first}/24", "dev", "eth0")
    check(not machine.reaches(first), f"{name}: and no longer from the first")
    client.release()
    server.end()
    nwfc("unbind", "tap0")


def lease_of_ipv6(machine, folder, nwfc):
    """Mode any learns it: the client looks for a duplicate before it uses its lease."""
    name = "learned.ipv6.any.1/tap0"
    with open(f"{folder}/ipv6.xml", "w", encoding="ascii") as file:
        file.write(IPV6_FILTER)
    with open(f"{folder}/script6", "w", encoding="ascii") as script:
        script.write("#!/bin/sh\n[ \"$reason\" != BOUND6 ] || "
                     "ip -6 addr add \"$new_ip6_address/64\" dev eth0\n")
    os.chmod(script.name, 0o755)
    nwfc("apply", "--tap", "tap0", "--mac", MAC, "-p", "CTRL_IPV6_LEARNING=any",
         f"{folder}/ipv6.xml")
    # the address of the link went with the others; it teaches nothing
    machine.run("ip", "link", "set", "eth0", "down")
    machine.run("ip", "link", "set", "eth0", "up")
    settles(lambda: re.search(r"fe80:[^\n]*scope link *\n",
                              machine.run("ip", "-6", "addr", "show", "eth0").stdout),
            "IPv6: an address of the link")
    check("fd00" not in run("nft", "list", "set", "bridge", "nwfc", name).stdout,
          "IPv6: nothing before the lease")
    server = Server(folder, 90, ["--dhcp-range=fd00:9::50,fd00:9::5f,120"])
    machine.run("dhclient", "-6", "-1", "-sf", f"{folder}/script6", "-lf",
                f"{folder}/leases6", "-pf", f"{folder}/pid6", "-cf", f"{folder}/dhclient.conf",
                "eth0")
    settles(lambda: "fd00:9::5" in run("nft", "list", "set", "bridge", "nwfc", name).stdout,
            "IPv6: the lease of DHCPv6 is learned by any")
    lease = re.search(r"fd00:9::5\w", run("nft", "list", "set", "bridge", "nwfc", name).stdout)
    settles(lambda: machine.reaches(lease[0] if lease else "::"), "IPv6: it talks")
    machine.run("ip", "-6", "addr", "add", "fd00:9::99/64", "dev", "eth0", "nodad")
    check(not machine.reaches("fd00:9::99"), "IPv6: it has no other address")
    machine.run("dhclient", "-6", "-x", "-pf", f"{folder}/pid6", "eth0")
    server.end()
    nwfc("unbind", "tap0")


def main(folder):
    if libc.unshare(CLONE_NEWNET | CLONE_NEWNS):
        print("SKIP: no network namespace: root is needed")
        return 77
    with open(f"{folder}/script", "w", encoding="ascii") as script:
        script.write(SCRIPT)
    os.chmod(script.name, 0o755)
    with open(f"{folder}/dhclient.conf", "w", encoding="ascii") as conf:
        conf.write("backoff-cutoff 2; initial-interval 1; retry 2; timeout 15;\n")
    machine = Machine()
    for line in (f"link add tap0 type veth peer name eth0 address {MAC} netns {machine.pid}",
                 "link add br0 type bridge", "link set lo up", "addr add 10.9.0.1/24 dev br0",
                 "-6 addr add fd00:9::1/64 dev br0 nodad", "link set br0 up", "link set tap0 master br0 up"):
        command("ip", *line.split())
    machine.run("ip", "link", "set", "eth0", "up")

    for end in ((socket.AF_INET, "10.9.0.1"), (socket.AF_INET6, "fd00:9::1")):
        threading.Thread(target=echo, args=end, daemon=True).start()

    def nwfc(verb, *words):
        command(sys.argv[1], verb, "--root", folder, *words)

    try:
        for kind in (Udhcpc, Dhclient):
            if shutil.which(kind.__name__.lower()):
                whole_life(kind(machine, folder), machine, folder, nwfc)
            else:
                print(f"skipped: there is no {kind.__name__.lower()}")
        if shutil.which("dhclient"):
            lease_of_ipv6(machine, folder, nwfc)
    finally:
        machine.end()
    return 1 if failed else 0


with tempfile.TemporaryDirectory() as FOLDER:
    sys.exit(main(FOLDER))
