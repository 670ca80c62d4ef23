# SPDX-License-Identifier: GPL-2.0-or-later
"""What a frame costs on its way through a bridge: the frames, and sending them in turn through
several bridges."""
import os
import socket
import statistics
import struct
import subprocess
from collections import namedtuple

from layouts import Tap

FRAMES = os.environ.get("FRAMES", "testsuite/bench/frames")
PEER = Tap("peer0", "02:00:00:00:00:01", "10.250.0.1")
QUEUE = 1100  # more than a tap keeps: then every frame finds its queue full
SYN, ACK, PSH = 0x02, 0x10, 0x08

# what goes through which bridge, from a tap to a tap that gets it
Way = namedtuple("Way", "name bridge sender receiver frame")


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def checksum(data):
    total = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ipv4(source, to, protocol, payload):
    head = struct.pack("!BBHIBBH4s4s", 0x45, 0, 20 + len(payload), 0x4000, 64, protocol, 0,
                       socket.inet_aton(source.ip), socket.inet_aton(to.ip))
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return mac(to.mac) + mac(source.mac) + b"\x08\x00" + head + payload


def udp(source, to):
    return ipv4(source, to, 17, struct.pack("!HHHH", 1024, 2048, 26, 0) + bytes(18))


def tcp(source, to, ports, numbers, flags, data=b""):
    head = struct.pack("!HHIIBBHHH", *ports, *numbers, 0x50, flags, 0xffff, 0, 0)
    pseudo = socket.inet_aton(source.ip) + socket.inet_aton(to.ip) + struct.pack(
        "!BBH", 0, 6, len(head) + len(data))
    head = head[:16] + struct.pack("!H", checksum(pseudo + head + data)) + head[18:]
    return ipv4(source, to, 6, head + data)


def arp(source, wanted):
    """Who has the address of `wanted`?  To everybody."""
    body = struct.pack("!HHBBH", 1, 0x800, 6, 4, 1) + mac(source.mac) + socket.inet_aton(
        source.ip) + bytes(6) + socket.inet_aton(wanted.ip)
    return b"\xff" * 6 + mac(source.mac) + b"\x08\x06" + body + bytes(18)


def connect(bridge, tap):
    """A connection to the tap's ssh; what each side sends once it is there."""
    there, back = (40000, 22), (22, 40000)
    bridge.send(PEER, tcp(PEER, tap, there, (1000, 0), SYN))
    bridge.send(tap, tcp(tap, PEER, back, (5000, 1001), SYN | ACK))
    bridge.send(PEER, tcp(PEER, tap, there, (1001, 5001), ACK))
    return (tcp(tap, PEER, back, (5001, 1001), PSH | ACK, b"answer"),
            tcp(PEER, tap, there, (1001, 5001), PSH | ACK, b"asking"))


def must(bridge, sender, frame, receiver, arrives):
    """A layout that lets everything or nothing through would be fast."""
    bridge.drain(receiver)
    bridge.send(sender, frame)
    if bridge.drain(receiver) != arrives:
        raise SystemExit(f"scale: a frame from {sender.name} to {receiver.name} "
                         f"{'is lost' if arrives else 'passes'}")


class Costs:
    """ns a frame of each way, in every round."""
    def __init__(self, ways, rounds, microseconds):
        self.index = {way.name: i for i, way in enumerate(ways)}
        for way in ways:
            for _ in range(QUEUE):
                way.bridge.send(way.sender, way.frame)
        before = [way.bridge.received(way.receiver) for way in ways]
        fds = [way.bridge.taps[way.sender.name] for way in ways]
        done = subprocess.run(
            [FRAMES, str(rounds), str(microseconds)], pass_fds=fds, text=True, check=True,
            input="".join(f"{fd} {way.frame.hex()}\n" for fd, way in zip(fds, ways)),
            stdout=subprocess.PIPE)
        *lines, sent = done.stdout.splitlines()
        self.rounds = [[float(word) for word in line.split()] for line in lines]
        for way, start, n in zip(ways, before, sent.split()[1:]):
            if way.bridge.received(way.receiver) - start != int(n):
                raise SystemExit(f"scale: {way.name}: frames are lost")

    def of(self, name):
        return statistics.median(line[self.index[name]] for line in self.rounds)

    def ratio(self, name, base):
        """Of each round, for what else the machine does is there the same; their median."""
        a, b = self.index[name], self.index[base]
        return statistics.median(line[a] / line[b] for line in self.rounds)
