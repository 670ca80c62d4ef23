# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person would write by hand for clean-traffic, and for examples/test-eth0.xml on target
mark-ct, to compare nwfc with: a chain for every filter, a rule for every rule.  Two layouts: in
SHARED all interfaces have the same chains and their addresses are elements of sets; in PRIVATE
each interface has its chains.  Both dispatch by the interface's name, as nwfc does; NOTHING is
that alone."""
from collections import namedtuple

Tap = namedtuple("Tap", "name mac ip")
FROM_VM, TO_VM = "0x10000", "0x20000"  # marks: who sent a frame, who gets it

# {o} stands before a chain's name, the rest are tests of addresses; nft wants a newline before }
CHAINS = """
chain {o}own-mac {{
  {mac} return
  drop
}}
chain {o}own-ip {{
  ip saddr 0.0.0.0 ip protocol udp return
  {ip} return
  drop
}}
chain {o}arp-mac {{
  arp htype 1 arp hlen 6 {arp_mac} return
  drop
}}
chain {o}arp-ip {{
  arp ptype ip arp plen 4 {arp_ip} @nh,192,32 0-0xffffffff return
  drop
}}
chain {o}rarp-out {{
  {mac} {announcement} {rarp_out} accept
  drop
}}
chain {o}rarp-in {{
  {announcement} {rarp_in} accept
  drop
}}
chain {o}from-vm {{
  jump {o}own-mac
  ether type ip jump {o}own-ip
  ether type ip accept
  ether type arp jump {o}arp-mac
  ether type arp jump {o}arp-ip
  ether type arp accept
  ether type 0x8035 jump {o}rarp-out
  ether type 0x0835 accept
  drop
}}
chain {o}to-vm {{
  ether type ip accept
  ether type arp accept
  ether type 0x8035 jump {o}rarp-in
  drop
}}
"""
ANNOUNCEMENT = ("ether daddr ff:ff:ff:ff:ff:ff @nh,0,16 1 @nh,16,16 0x800 @nh,32,8 6 @nh,40,8 4"
                " @nh,48,16 3 @nh,112,32 0 @nh,192,32 0")
BASE = """
map from { type ifname : verdict; }
map to { type ifname : verdict; }
chain pre {
  type filter hook prerouting priority -300; policy accept;
  iifname vmap @from
}
chain post {
  type filter hook postrouting priority 300; policy accept;
  oifname vmap @to
}
"""
SETS = """
set macs { typeof iifname . ether saddr; }
set ips { typeof iifname . ip saddr; }
set raw-macs { typeof iifname . @nh,64,48; }
"""
# the marks say to the IP layer, which sees the bridge only, between whom a packet goes
STATEFUL_BRIDGE = f"""
set taps {{ type ifname; }}
chain marked {{
  meta mark set meta mark or {FROM_VM}
  jump from-vm
}}
chain forward {{
  type filter hook forward priority -10; policy accept;
  oifname @taps meta mark set meta mark or {TO_VM}
}}
"""
STATEFUL_IP = f"""
table ip hand {{
chain from-vm {{
  tcp sport 22 ct state established ct direction reply return
  tcp sport 80 ct state established ct direction reply return
  ip protocol icmp ct state new,established ct direction original return
  drop
}}
chain to-vm {{
  tcp dport 22 ct state new,established ct direction original accept
  tcp dport 80 ct state new,established ct direction original accept
  ip protocol icmp ct state established ct direction reply accept
  drop
}}
chain forward {{
  type filter hook forward priority 1; policy accept;
  meta mark & {FROM_VM} != 0 jump from-vm
  meta mark & {TO_VM} != 0 goto to-vm
}}
}}
"""
TRACKED = """
table ip hand {
chain tracked {
  type filter hook prerouting priority -150; policy accept;
  ct state established accept
}
}
"""
# sets of the shared layout, and what a tap has in each
ELEMENTS = {
    "from": "{name} : jump {out}",
    "to": "{name} : jump to-vm",
    "macs": "{name} . {mac}",
    "ips": "{name} . {ip}",
    "raw-macs": "{name} . {raw}",
    "taps": "{name}",
}


def tap(n):
    return Tap(f"vnet{n}", f"52:54:00:{n // 256:02x}:{n % 256:02x}:01",
               f"10.{n // 256}.{n % 256}.2")


def raw(mac):
    return "0x" + mac.replace(":", "")


def table(body):
    return "table bridge hand {" + body + "}\n"


class Shared:
    """Rules once, an element of each set for a tap."""
    def __init__(self, stateful=False):
        self.stateful = stateful

    def base(self):
        chains = CHAINS.format(
            o="", announcement=ANNOUNCEMENT, mac="iifname . ether saddr @macs",
            ip="iifname . ip saddr @ips", arp_mac="iifname . arp saddr ether @macs",
            arp_ip="iifname . arp saddr ip @ips",
            rarp_out="iifname . @nh,64,48 @raw-macs iifname . @nh,144,48 @raw-macs",
            rarp_in="oifname . @nh,64,48 @raw-macs oifname . @nh,144,48 @raw-macs")
        if not self.stateful:
            return table(BASE + SETS + chains)
        return table(BASE + SETS + chains + STATEFUL_BRIDGE) + STATEFUL_IP

    def elements(self, verb, taps):
        out = "marked" if self.stateful else "from-vm"
        return "".join(
            f"{verb} element bridge hand {name} {{ "
            + ", ".join(form.format(out=out, raw=raw(t.mac), **t._asdict()) for t in taps) + " }\n"
            for name, form in ELEMENTS.items() if name != "taps" or self.stateful)

    def add(self, taps):
        return self.elements("add", taps)

    def remove(self, taps):
        return self.elements("delete", taps)


class Nothing:
    """The dispatch alone: every interface is accepted where its rules would begin.  No layout
    that tells interfaces by name in a map is cheaper.  Stateful: the IP layer tracks connections."""
    def __init__(self, stateful=False):
        self.stateful = stateful

    def base(self):
        return table(BASE) + (TRACKED if self.stateful else "")

    def add(self, taps):
        return "".join(f"add element bridge hand {name} {{ "
                       + ", ".join(f"{t.name} : accept" for t in taps) + " }\n"
                       for name in ("from", "to"))


class Private:
    """All rules again for each tap."""
    def base(self):
        return table(BASE)

    def add(self, taps):
        chains = "".join(CHAINS.format(
            o=t.name + ".", announcement=ANNOUNCEMENT, mac=f"ether saddr {t.mac}",
            ip=f"ip saddr {t.ip}", arp_mac=f"arp saddr ether {t.mac}",
            arp_ip=f"arp saddr ip {t.ip}",
            rarp_out=f"@nh,64,48 {raw(t.mac)} @nh,144,48 {raw(t.mac)}",
            rarp_in=f"@nh,64,48 {raw(t.mac)} @nh,144,48 {raw(t.mac)}") for t in taps)
        entries = "".join(
            f"add element bridge hand {name} {{ "
            + ", ".join(f"{t.name} : jump {t.name}.{chain}" for t in taps) + " }\n"
            for name, chain in (("from", "from-vm"), ("to", "to-vm")))
        return table(chains) + entries
