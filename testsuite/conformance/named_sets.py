# SPDX-License-Identifier: GPL-2.0-or-later
"""Named cases with ipsets and with a firewall of the host's own."""

IP = {"IP": ["10.9.1.2"]}
REST = "<rule action='drop' direction='inout' priority='1000'><all/></rule>"
REST6 = "<rule action='drop' direction='inout' priority='1000'><all-ipv6/></rule>"

ADDRESSES = {"inet": ("10.9.1.3", "10.9.1.2", "10.9.2.2"),
             "inet6": ("fd00:9:1::3", "fd00:9:1::2", "fd00:9:2::2")}
NETS = {"inet": ("10.9.1.2/31", "10.9.2.0/24", "10.9.1.1/32"),
        "inet6": ("fd00:9:1::2/127", "fd00:9:2::/64", "fd00:9:1::1/128")}
PORTS = ("tcp:22", "udp:80", "sctp:80", "udplite:1024", "tcp:40000")
MACS = ("52:54:00:12:34:56", "02:00:00:09:01:03", "02:00:00:09:01:01")
KINDS = ("hash:ip", "hash:net", "hash:mac", "hash:ip,port", "hash:net,port", "hash:net,net",
         "hash:ip,mac", "hash:ip,port,ip", "hash:ip,port,net", "hash:net,port,net")
FORWARD = "iptables -P FORWARD DROP\nip6tables -P FORWARD DROP\n"


def words(dimension, family):
    return {"ip": ADDRESSES[family], "net": NETS[family], "port": PORTS, "mac": MACS}[dimension]


def contents(kind, family):
    """Elements that differ from each other in every dimension."""
    dimensions = kind.partition(":")[2].split(",")
    return [",".join(words(d, family)[(i + at) % 3] for at, d in enumerate(dimensions))
            for i in range(3)]


def set_of(kind, family="inet"):
    return kind, family, contents(kind, family)


def turned(flags):
    return ",".join("dst" if f == "src" else "src" for f in flags.split(","))


def kind_case(kind, family):
    """A rule each way for each order of the sides, and the rest dropped."""
    n = kind.count(",") + 1
    element = "all" if family == "inet" else "all-ipv6"
    flags = ",".join(["src", "dst", "dst"][:n])
    rules = "".join(
        f"<rule action='{action}' direction='{direction}' priority='{100 + i}'>"
        f"<{element} ipset='S' ipsetflags='{order}'/></rule>"
        for i, (action, direction, order) in enumerate((
            ("drop", "out", flags), ("accept", "in", flags),
            ("accept", "out", turned(flags)), ("return", "inout", flags))))
    return {"filters": {"top": f"<filter name='top'>{rules}{REST if element == 'all' else REST6}"
                        "</filter>"},
            "taps": {"tap0": ("top", IP)}, "sets": {"S": set_of(kind, family)}}


PAIR = {"S": set_of("hash:ip,port"), "T": set_of("hash:net")}

# rules about the sets of PAIR
RULES = {
    "21-ipset-is-lost": "<rule action='accept' direction='in'>"
                        "<tcp ipset='S' ipsetflags='src,dst' dstportstart='22'/></rule>" + REST,
    "22-ipset": "<rule action='accept' direction='in'>"
                "<all ipset='S' ipsetflags='src,dst'/></rule>" + REST,
    "ipset-lost-everywhere": "".join(
        f"<rule action='accept' direction='out'><{p} ipset='T' ipsetflags='dst'/></rule>"
        for p in ("udp", "icmp", "sctp", "udp-ipv6", "icmpv6", "esp")) + REST + REST6,
    "ipset-flags-alone": "<rule action='drop' direction='out'><all ipsetflags='src'/></rule>",
    "ipset-without-flags": "<rule action='drop' direction='out'><all ipset='T'/></rule>",
    "ipset-more-flags": "<rule action='drop' direction='out'>"
                        "<all ipset='T' ipsetflags='dst,src,src'/></rule>",
    "ipset-negated": "<rule action='drop' direction='out'>"
                     "<all match='no' ipset='T' ipsetflags='dst' dscp='0'/></rule>",
    "ipset-and-state": "<rule action='drop' direction='in'><all state='NEW' ipset='S' "
                       "ipsetflags='src,dst'/></rule><rule action='accept' direction='out'>"
                       "<all state='NEW,ESTABLISHED' ipset='T' ipsetflags='src'/></rule>" + REST,
    "ipset-without-state": "<rule action='accept' direction='out' statematch='0'>"
                           "<all ipset='T' ipsetflags='dst'/></rule>" + REST,
    # a set is not enough for a reverse instance without the MAC
    "ipset-and-mac": "<rule action='drop' direction='in'><all srcmacaddr='02:00:00:09:01:03' "
                     "ipset='T' ipsetflags='src'/></rule>"
                     "<rule action='drop' direction='out'><all srcmacaddr='$MAC' dscp='0' "
                     "ipset='S' ipsetflags='dst,dst'/></rule>",
    "ipset-and-addresses": "<rule action='accept' direction='out'><all srcipaddr='$IP' "
                           "dstipfrom='10.9.1.1' dstipto='10.9.1.3' ipset='T' "
                           "ipsetflags='dst'/></rule>" + REST,
    "ipset-twice": "<rule action='drop' direction='out'><all ipset='T' ipsetflags='dst'/>"
                   "<all ipset='S' ipsetflags='dst,dst'/></rule>",
    "ipset-two-rules": "<rule action='return' direction='out' priority='100'><all ipset='S' "
                       "ipsetflags='dst,dst'/></rule><rule action='drop' direction='out' "
                       "priority='200'><all ipset='T' ipsetflags='dst'/></rule>",
    "ipset-reject": "<rule action='reject' direction='out'><all ipset='T' ipsetflags='dst'/>"
                    "</rule>",
}

# networks within each other
NESTED = {
    "T": ("hash:net", "inet", ["10.9.1.0/24", "10.9.1.2/31", "10.9.1.0/24", "10.9.0.0/20"]),
    "N": ("hash:net,port", "inet", ["10.9.1.3/32,tcp:80", "10.9.1.0/24,tcp:80",
                                    "10.9.1.2/31,tcp:80", "10.9.1.3,udp:80"]),
    "A": ("hash:ip,port,net", "inet", ["10.9.1.3,udp:80,10.9.1.2", "10.9.1.3,udp:80,10.9.0.0/16",
                                       "10.9.1.2,udp:80,10.9.1.3"]),
}

# names and sides from variables: such sides are not exchanged
VARIABLE = {
    "ipset-name-is-variable": "<rule action='drop' direction='in'><all ipset='$NAMES' "
                              "ipsetflags='src,dst'/></rule>",
    "ipset-side-is-variable": "<rule action='drop' direction='in'><all ipset='T' "
                              "ipsetflags='$SIDE'/></rule>",
}


def policy_cases():
    """libvirt accepts in FORWARD what it does not drop; nothing else can."""
    accept = "<rule action='accept' direction='{}'><{}/></rule>"
    trees = {
        "out": accept.format("out", "all"),
        "in": accept.format("in", "all"),
        "unrelated": "<rule action='drop' direction='in'><tcp dstportstart='9'/></rule>",
        "out-rest": accept.format("out", "all") + REST,
        "ipv6": accept.format("out", "all-ipv6") + REST6,
        "l2-only": "<rule action='drop' direction='out'><ip dstipaddr='10.9.9.9'/></rule>",
    }
    for name, rules in trees.items():
        yield "forward-policy-" + name, {
            "filters": {"top": f"<filter name='top'>{rules}</filter>"},
            "taps": {"tap0": ("top", IP)}, "host": FORWARD}
    yield "forward-policy-two-taps", {
        "filters": {"a": f"<filter name='a'>{accept.format('out', 'all')}{REST}</filter>",
                    "b": f"<filter name='b'>{accept.format('in', 'udp')}{REST}</filter>"},
        "taps": {"tap0": ("a", IP), "tap1": ("b", {"IP": ["10.9.1.4"]})}, "host": FORWARD}


def cases():
    for kind in KINDS:
        for family in ("inet", "inet6"):
            name = kind.partition(":")[2].replace(",", "-")
            yield f"ipset-{name}-{family}", kind_case(kind, family)
    for name, rules in RULES.items():
        yield name, {"filters": {"top": f"<filter name='top'>{rules}</filter>"},
                     "taps": {"tap0": ("top", IP)}, "sets": PAIR}
    yield "ipset-nested", {
        "filters": {"top": "<filter name='top'>" + "".join(
            f"<rule action='{action}' direction='{direction}'><all ipset='{name}' "
            f"ipsetflags='{flags}'/></rule>" for action, direction, name, flags in (
                ("drop", "in", "N", "src,dst"), ("accept", "inout", "A", "src,dst,dst"),
                ("drop", "out", "T", "dst"))) + "</filter>"},
        "taps": {"tap0": ("top", IP)}, "sets": NESTED}
    given = dict(IP, NAMES=["S", "U"], SIDE=["src"])
    for name, rules in VARIABLE.items():
        yield name, {"filters": {"top": f"<filter name='top'>{rules}</filter>"},
                     "taps": {"tap0": ("top", given)},
                     "sets": dict(PAIR, U=("hash:ip,port", "inet", ["10.9.1.1,udp:1024"]))}
    yield from policy_cases()
