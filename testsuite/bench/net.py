# SPDX-License-Identifier: GPL-2.0-or-later
"""Network namespaces of our own, and in them a bridge with taps that somebody holds open and
nobody reads: a frame goes its whole way to the queue of the receiver, which is full."""
import ctypes
import fcntl
import os
import struct
import subprocess

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 0x0002, 0x1000


def run(*command, text=None):
    done = subprocess.run(command, input=text, text=True, capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(f"scale: {' '.join(command)[:200]}: {done.stderr[:2000]}")
    return done.stdout


def check(status, what):
    if status:
        raise OSError(ctypes.get_errno(), what)


def this_namespace():
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY)


class Net:
    """`with net:` this process, and what it starts, is in the namespace."""
    def __init__(self):
        back = this_namespace()
        check(LIBC.unshare(CLONE_NEWNET), "unshare")
        self.fd = this_namespace()
        self.back = None
        check(LIBC.setns(back, CLONE_NEWNET), "setns")
        os.close(back)

    def __enter__(self):
        self.back = this_namespace()
        check(LIBC.setns(self.fd, CLONE_NEWNET), "setns")
        return self

    def __exit__(self, *_):
        check(LIBC.setns(self.back, CLONE_NEWNET), "setns")
        os.close(self.back)

    def close(self):
        os.close(self.fd)


def sysctl(path, value):
    try:
        with open("/proc/sys/net/" + path, "w", encoding="ascii") as out:
            out.write(str(value))
    except FileNotFoundError:
        pass  # no br_netfilter or no IPv6 here: nothing to switch off


def open_tap(name):
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    return fd


class Bridge(Net):
    """A bridge with these taps as its ports.  Where each address is, is fixed."""
    def __init__(self, taps, netfilter=False):
        super().__init__()
        with self:
            sysctl("ipv6/conf/default/disable_ipv6", 1)
            run("ip", "link", "add", "br0", "type", "bridge", "mcast_snooping", "0",
                "stp_state", "0", "ageing_time", "100000")
            for layer in ("iptables", "ip6tables", "arptables"):
                sysctl(f"bridge/bridge-nf-call-{layer}", int(netfilter and layer != "arptables"))
            self.taps = {t.name: open_tap(t.name) for t in taps}
            run("ip", "-batch", "-", text="link set br0 up\n" + "".join(
                f"link set {t.name} master br0\nlink set {t.name} up\n" for t in taps))
            run("bridge", "-batch", "-", text="".join(
                f"link set dev {t.name} learning off\n"
                f"fdb add {t.mac} dev {t.name} master static\n" for t in taps))

    def received(self, tap):
        """How many frames found the queue of the tap full, or were read from it."""
        with self, open("/proc/thread-self/net/dev", encoding="ascii") as lines:
            for line in lines:
                name, _, figures = line.strip().partition(":")
                if name == tap.name:
                    return int(figures.split()[9]) + int(figures.split()[11])
        raise KeyError(tap.name)

    def send(self, tap, frame):
        os.write(self.taps[tap.name], frame)

    def drain(self, tap):
        """How many frames wait in its queue; takes them out."""
        found = 0
        try:
            while os.read(self.taps[tap.name], 2048):
                found += 1
        except BlockingIOError:
            return found

    def close(self):
        for fd in self.taps.values():
            os.close(fd)
        super().close()
