# SPDX-License-Identifier: GPL-2.0-or-later
"""Rows 6 to 8: what frames cost.  All layouts of a row stand in bridges of their own and take
turns in one run of testsuite/bench/frames; a ratio is the median over its rounds."""
import os

import layouts
from control import Hand, Host
from net import Bridge
from packets import PEER, Costs, Way, arp, connect, must, udp

STRANGER = layouts.Tap("", "52:54:00:ff:ff:01", "10.249.0.1")
NONE, AGAIN, BY_HAND, PRIVATE = "none", "none again", "shared by hand", "private by hand"
DISPATCH = "dispatch alone"


def ports(plan, tap):
    """Of a bridge: the tap, others, the peer."""
    others = [layouts.tap(n) for n in range(plan.ports) if layouts.tap(n) != tap]
    return [tap, *others[:plan.ports - 1], PEER]


class Stand:
    """A bridge with some rules, and the tap that is watched, the last one bound."""
    def __init__(self, plan, bindings, load=None, netfilter=False):
        self.tap = layouts.tap(bindings - 1)
        self.bridge = Bridge(ports(plan, self.tap), netfilter)
        if load:
            load(self.bridge, range(bindings))

    def filters(self):
        """Does it filter, and not too much?"""
        for source in (self.tap._replace(ip=STRANGER.ip), self.tap._replace(mac=STRANGER.mac)):
            must(self.bridge, self.tap, udp(source, PEER), PEER, 0)
            must(self.bridge, self.tap, arp(source, PEER), PEER, 0)
        for frame in (udp, arp):
            must(self.bridge, self.tap, frame(self.tap, PEER), PEER, 1)


def by_hand(folder, layout):
    return lambda net, numbers: Hand(f"{folder}/{net.fd}", net, layout).load(numbers)


def by_nwfc(folder):
    return lambda net, numbers: Host(f"{folder}/{net.fd}", net).bind(numbers)


def unicast_rows(table, costs, where, counts, by_hand_counts):
    def row(name, base, target=None):
        table.ratio(f"6 {where}, {name}; {base}", (costs.of(name), costs.of(base)),
                    costs.ratio(name, base), target, "ns")

    near, far = by_hand_counts
    ours = [f"nwfc {n}" for n in counts]
    for name in (AGAIN, f"{DISPATCH} {near}", f"{BY_HAND} {near}", f"{BY_HAND} {far}",
                 f"{PRIVATE} {near}"):
        row(name, NONE)
    for name in ours:
        row(name, NONE, 1.40 if where == "from VM" else 1.30)
    for name in ours[1:]:
        row(name, ours[0], 1.05)
    for name, n in zip(ours, counts):
        row(name, f"{BY_HAND} {near if n <= near else far}", 1.05)
    row(f"nwfc {near}", f"{PRIVATE} {near}", 1.05)


def clean_traffic_rows(table, plan, folder):
    near, far = plan.ports, plan.most
    counts = sorted({1, 100, near, 1000, far})
    table.note("6, 7: none: a bridge without rules, and another, which tells the noise; dispatch "
               "alone: maps that accept; the number is that of bindings")
    stands = {NONE: Stand(plan, near), AGAIN: Stand(plan, near)}
    stands[f"{DISPATCH} {near}"] = Stand(plan, near, by_hand(folder + "/hand", layouts.Nothing()))
    for n in (near, far):
        stands[f"{BY_HAND} {n}"] = Stand(plan, n, by_hand(folder + "/hand", layouts.Shared()))
    stands[f"{PRIVATE} {near}"] = Stand(plan, near, by_hand(folder + "/hand", layouts.Private()))
    for n in counts:
        stands[f"nwfc {n}"] = Stand(plan, n, by_nwfc(folder + "/nwfc"))
    for name, stand in stands.items():
        if name not in (NONE, AGAIN, f"{DISPATCH} {near}"):
            stand.filters()
    ways = {
        "from VM": [Way(name, s.bridge, s.tap, PEER, udp(s.tap, PEER))
                    for name, s in stands.items()],
        "to VM": [Way(name, s.bridge, PEER, s.tap, udp(PEER, s.tap)) for name, s in stands.items()],
    }
    for where, those in ways.items():
        unicast_rows(table, Costs(those, plan.rounds, plan.chunk), where, counts, (near, far))
    broadcast_rows(table, plan, stands)
    for stand in stands.values():
        stand.bridge.close()


def broadcast_rows(table, plan, stands):
    """From one of the taps to all of the others, each with its own decision."""
    near = plan.ports
    names = [NONE, AGAIN, f"{DISPATCH} {near}", f"{BY_HAND} {near}", f"{PRIVATE} {near}", f"nwfc {near}"]
    costs = Costs([Way(name, stands[name].bridge, stands[name].tap, PEER,
                       arp(stands[name].tap, PEER)) for name in names],
                  plan.broadcast_rounds, plan.chunk * 10)
    for name in names[1:]:
        table.ratio(f"7 ARP broadcast to {near} ports, {name}; {NONE}",
                    (costs.of(name) / 1e3, costs.of(NONE) / 1e3), costs.ratio(name, NONE),
                    1.35 if name.startswith("nwfc") else None, "us")


def test_eth0(folder, examples):
    """nwfc with that filter on target mark-ct."""
    def load(net, numbers):
        host = Host(f"{folder}/{net.fd}", net)
        host.nwfc("define", os.path.join(examples, "test-eth0.xml"))
        host.bind(numbers, "test-eth0")
    return load


def stateful_rows(table, plan, folder, examples):
    table.note("8: dispatch alone: maps that accept, and connections are tracked")
    near = plan.ports
    stands = {NONE: Stand(plan, near), "br_netfilter": Stand(plan, near, netfilter=True),
              DISPATCH: Stand(plan, near, by_hand(folder + "/hand", layouts.Nothing(True)), True),
              BY_HAND: Stand(plan, near, by_hand(folder + "/hand", layouts.Shared(True)), True),
              "nwfc": Stand(plan, near, test_eth0(folder + "/nwfc", examples), True)}
    frames = {name: connect(s.bridge, s.tap) for name, s in stands.items()}
    for name in (BY_HAND, "nwfc"):
        stand = stands[name]
        must(stand.bridge, PEER, udp(PEER, stand.tap), stand.tap, 0)
        must(stand.bridge, stand.tap, udp(stand.tap, PEER), PEER, 0)
    for where in ("from VM", "to VM"):
        ways = [Way(name, s.bridge, s.tap, PEER, frames[name][0]) if where == "from VM" else
                Way(name, s.bridge, PEER, s.tap, frames[name][1]) for name, s in stands.items()]
        costs = Costs(ways, plan.rounds, plan.chunk)
        for name, base, target in (("br_netfilter", NONE, None), (DISPATCH, NONE, None),
                                   (BY_HAND, NONE, None),
                                   ("nwfc", NONE, 2.4), ("nwfc", "br_netfilter", None),
                                   ("nwfc", BY_HAND, None)):
            table.ratio(f"8 test-eth0 TCP {where}, {name}; {base}",
                        (costs.of(name), costs.of(base)), costs.ratio(name, base), target, "ns")
    for stand in stands.values():
        stand.bridge.close()
