# SPDX-License-Identifier: GPL-2.0-or-later
"""The named cases: the facts of the language, one small filter each."""

import named_corners
import named_sets

# rule by rule: what each instance must be is the description's table of vectors
RULES = {
    "01-accept-in-tcp": "<rule action='accept' direction='in'><tcp dstportstart='22'/></rule>",
    "02-accept-out-tcp": "<rule action='accept' direction='out'><tcp dstportstart='22'/></rule>",
    "03-drop-in-tcp": "<rule action='drop' direction='in'><tcp dstportstart='22'/></rule>",
    "04-accept-inout-all-fields":
        "<rule action='accept' direction='inout'><tcp srcmacaddr='02:00:00:09:01:03' "
        "srcipaddr='10.9.1.3' dstipfrom='10.9.1.2' dstipto='10.9.1.9' srcportstart='1' "
        "srcportend='5' dstportstart='2'/></rule>",
    "05-state-in": "<rule action='accept' direction='in'><tcp dstportstart='22' "
                   "state='NEW,ESTABLISHED'/></rule>",
    "06-state-out": "<rule action='accept' direction='out'><tcp dstportstart='22' "
                    "state='NEW,ESTABLISHED'/></rule>",
    "07-invalid-inout": "<rule action='drop' direction='inout'><tcp srcipaddr='10.9.1.3' "
                        "state='INVALID'/></rule>",
    "08-state-none": "<rule action='accept' direction='in'><tcp dstportstart='22' "
                     "state='NONE'/></rule>",
    "09-statematch-off": "<rule action='accept' direction='in' statematch='false'>"
                         "<tcp dstportstart='22' state='NEW'/></rule>",
    "10-icmp-type-in": "<rule action='accept' direction='in'><icmp type='8'/></rule>",
    "11-icmp-type-drop": "<rule action='drop' direction='out'><icmp type='8'/></rule>",
    "12-icmp-type-inout": "<rule action='drop' direction='inout'><icmp type='8'/></rule>",
    "13-icmp-out": "<rule action='accept' direction='out'><icmp/></rule>",
    "17-srcmac-in": "<rule action='accept' direction='in'>"
                    "<all srcmacaddr='02:00:00:09:01:03'/></rule>",
    "18-srcmac-not": "<rule action='drop' direction='out'>"
                     "<all match='no' srcmacaddr='$MAC'/></rule>",
    "19-not-dport": "<rule action='drop' direction='in'>"
                    "<tcp match='no' dstportstart='22'/></rule>",
    "20-not-sport": "<rule action='drop' direction='in'><tcp match='no' srcportstart='1000'/>"
                    "<tcp dstportstart='22'/></rule>",
    "23-not-net": "<rule action='drop' direction='out'>"
                  "<ip match='no' srcipaddr='10.9.1.0' srcipmask='24'/></rule>",
    "24-ip-inout": "<rule action='drop' direction='inout'><ip srcmacaddr='02:00:00:09:01:03' "
                   "dstmacaddr='$MAC' srcipaddr='10.9.1.3' dstipaddr='10.9.1.0' dstipmask='24' "
                   "protocol='tcp' srcportstart='1' srcportend='5' dstportstart='2'/></rule>",
    "25-arp-inout": "<rule action='drop' direction='inout'><arp opcode='1' "
                    "arpsrcmacaddr='02:00:00:09:01:03' arpdstmacaddr='$MAC' "
                    "arpsrcipaddr='10.9.1.3' arpdstipaddr='10.9.1.2'/></rule>",
    "26-icmpv6-code": "<rule action='drop' direction='out'>"
                      "<ipv6 protocol='icmpv6' code='1'/></rule>",
    "27-icmpv6-typeend": "<rule action='drop' direction='out'>"
                         "<ipv6 protocol='icmpv6' typeend='5'/></rule>",
    "28-mask-alone": "<rule action='drop' direction='out'>"
                     "<mac srcmacmask='ff:ff:ff:00:00:00'/></rule>",
}
REST = "<rule action='drop' direction='inout' priority='1000'><all/></rule>"
REST6 = "<rule action='drop' direction='inout' priority='1000'><all-ipv6/></rule>"

# defects and corners that have bitten others
CORNERS = {
    "inout-replies": "<rule action='accept' direction='inout'><tcp dstportstart='22'/></rule>"
                     + REST,
    "reply-without-mac": "<rule action='accept' direction='out'><tcp srcmacaddr='$MAC'/></rule>"
                         + REST,
    "tcp-flags": "<rule action='drop' direction='in'><tcp flags='SYN,ACK/SYN,ACK'/></rule>"
                 "<rule action='drop' direction='in'><tcp flags='SYN/ALL'/></rule>",
    "ra-guard": "<rule action='drop' direction='out'><ipv6 protocol='icmpv6' type='134'/></rule>"
                "<rule action='drop' direction='out'><icmpv6 type='136'/></rule>",
    "not-address": "<rule action='drop' direction='out'>"
                   "<all match='no' srcipaddr='10.9.1.2'/></rule>",
    "not-dscp": "<rule action='drop' direction='out'><udp match='no' dscp='46'/></rule>",
    "tcp-option": "<rule action='drop' direction='out'><tcp option='2'/></rule>"
                  "<rule action='drop' direction='in'><tcp match='no' option='8'/></rule>",
    "stp": "<rule action='drop' direction='inout'><stp type='0' root-priority='0x8000' "
           "root-priority-hi='0x9000'/></rule>"
           "<rule action='accept' direction='in'><stp match='no' root-cost='4'/></rule>"
           "<rule action='drop' direction='in'><stp/></rule>",
    "rarp": "<rule action='drop' direction='out'><rarp protocoltype='0x0800' "
            "arpsrcipaddr='10.9.1.0' arpsrcipmask='24'/></rule>"
            "<rule action='drop' direction='in'><rarp gratuitous='true'/></rule>",
    "arp-mask-leaks": "<rule action='drop' direction='out'><arp arpsrcipaddr='10.0.0.0' "
                      "arpsrcipmask='8' arpdstipaddr='10.9.1.3'/></rule>",
    "dscp-byte": "<rule action='drop' direction='out'><ip dscp='46'/></rule>",
    "reject": "<rule action='reject' direction='out'><tcp dstportstart='80'/></rule>"
              "<rule action='reject' direction='in'><udp/></rule>",
    "symmetric-drop": "<rule action='drop' direction='out'><all/></rule>",
    "explicit-state": "<rule action='accept' direction='out'><all state='NEW,ESTABLISHED'/></rule>"
                      "<rule action='accept' direction='in'><all state='ESTABLISHED,RELATED'/>"
                      "</rule>" + REST,
    "established-only": "<rule action='accept' direction='out'><all/></rule>" + REST + REST6,
    "ipv6-state": "<rule action='accept' direction='out'><all-ipv6/></rule>" + REST6,
    "other-family": "<rule action='accept' direction='in'><tcp dstportstart='22'/></rule>",
    "icmp-range": "<rule action='drop' direction='in'><ipv6 protocol='icmpv6' type='1' "
                  "typeend='4' code='0' codeend='3'/></rule>",
    "vlan": "<rule action='drop' direction='out'><vlan vlanid='100'/></rule>"
            "<rule action='drop' direction='in'><vlan encap-protocol='ipv4'/></rule>",
    "root-return": "<rule action='return' direction='out' priority='100'/>"
                   "<rule action='drop' direction='out' priority='1000'/>",
    "not-both-ports": "<rule action='drop' direction='in'>"
                      "<udp match='no' srcportstart='40000' dstportstart='80'/></rule>",
    "reversed-udp-ports": "<rule action='drop' direction='in'><udp dstportstart='2054' "
                          "dstportend='1024'/></rule>",
    "l2-behind-ah": "<rule action='drop' direction='out'><ipv6 protocol='icmpv6' type='0' "
                    "typeend='5'/></rule><rule action='drop' direction='in'>"
                    "<ipv6 protocol='tcp' dstportstart='80'/></rule>",
    "ah": "<rule action='drop' direction='in'><ah/></rule>"
          "<rule action='drop' direction='in'><ah-ipv6/></rule>",
}

BUILTIN = {
    "clean-traffic": {"IP": ["10.9.1.2"]},
    "clean-traffic-gateway": {"IP": ["10.9.1.2"], "GATEWAY_MAC": ["02:00:00:09:01:01"]},
    "no-arp-spoofing": {"IP": ["10.9.1.2", "10.9.1.9"]},
    "no-ip-spoofing": {"IP": ["10.9.1.2", "10.9.1.9"]},
    "no-ipv6-spoofing": {"IPV6": ["fd00:9:1::2"]},
    "allow-dhcp-server": {"DHCPSERVER": ["10.9.1.1"]},
    "no-ip-multicast": {},
}


def one(rules, chain=""):
    return f"<filter name='top'{chain}>{rules}</filter>"


def chain_case(tail):
    """A root rule behind a chain: whoever falls off the chain's end is accepted."""
    return {
        "top": "<filter name='top'><filterref filter='sub'/>"
               "<rule action='drop' direction='out' priority='1000'/></filter>",
        "sub": "<filter name='sub' chain='ipv4' priority='-700'><rule action='drop' "
               f"direction='out'><ip dstipaddr='9.9.9.9'/></rule>{tail}</filter>",
    }


def cases():
    """Pairs of a name and what is in the case."""
    ip = {"IP": ["10.9.1.2"]}
    for name, rules in list(RULES.items()) + list(CORNERS.items()):
        yield name, {"filters": {"top": one(rules)}, "taps": {"tap0": ("top", ip)}}
    for name, rules in RULES.items():
        if "tcp" in rules or "icmp" in rules:
            yield name + "-rest", {"filters": {"top": one(rules + REST)},
                                   "taps": {"tap0": ("top", ip)}}
    for name, parameters in BUILTIN.items():
        yield "builtin-" + name, {"filters": {}, "taps": {"tap0": (name, parameters)}}
    yield "29-chain-guard", {
        "filters": {"top": "<filter name='top'><filterref filter='sub'/></filter>",
                    "sub": "<filter name='sub' chain='ipv4'><rule action='drop' direction='in'/>"
                           "</filter>"},
        "taps": {"tap0": ("top", ip)}}
    yield "30-jump-order", {
        "filters": {"top": "<filter name='top'><filterref filter='sub'/>" + "".join(
            f"<rule action='{action}' direction='out' priority='{priority}'>"
            f"<ip dstipaddr='10.9.1.{n}'/></rule>" for n, (action, priority) in enumerate(
                [("drop", -900), ("drop", -700), ("accept", -699), ("drop", 0)])) + "</filter>",
                    "sub": "<filter name='sub' chain='ipv4' priority='-700'><rule "
                           "action='accept' direction='out'><ip dstipaddr='10.9.1.1'/></rule>"
                           "<rule action='return' direction='out'/></filter>"},
        "taps": {"tap0": ("top", ip)}}
    yield "chain-end-accepts", {"filters": chain_case(""), "taps": {"tap0": ("top", ip)}}
    yield "chain-returns", {"filters": chain_case("<rule action='return' direction='out'/>"),
                            "taps": {"tap0": ("top", ip)}}
    yield "two-taps", {
        "filters": {"a": "<filter name='a'><rule action='accept' direction='out'><tcp/></rule>"
                         + REST + "</filter>",
                    "b": "<filter name='b'><rule action='accept' direction='in'>"
                         "<tcp dstportstart='80'/></rule>" + REST + "</filter>"},
        "taps": {"tap0": ("a", ip), "tap1": ("b", {"IP": ["10.9.1.4"]})}}
    yield "two-taps-clean", {
        "filters": {}, "taps": {"tap0": ("clean-traffic", ip),
                                "tap1": ("clean-traffic", {"IP": ["10.9.1.4"]})}}
    yield from named_corners.cases()
    yield from named_sets.cases()
