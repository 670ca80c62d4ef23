# SPDX-License-Identifier: GPL-2.0-or-later
"""Named cases about corners: fields, headers, chains, variables, two filtered taps."""

IP = {"IP": ["10.9.1.2"]}
IP2 = {"IP": ["10.9.1.4"]}
REST = "<rule action='drop' direction='inout' priority='1000'><all/></rule>"
REST6 = "<rule action='drop' direction='inout' priority='1000'><all-ipv6/></rule>"


def rule(action, direction, match="", priority=None, more=""):
    number = "" if priority is None else f" priority='{priority}'"
    return f"<rule action='{action}' direction='{direction}'{number}{more}>{match}</rule>"


# rules at both layers that tags, fragments and extension headers must pass
RULES = {
    "vlan-against-l3": rule("drop", "inout", "<all/>") + rule("drop", "inout", "<all-ipv6/>")
    + rule("drop", "out", "<vlan vlanid='101'/>"),
    "vlan-accepted-rest-dropped": rule("accept", "inout", "<vlan vlanid='100'/>", 100)
    + rule("drop", "inout", "<mac protocolid='vlan'/>", 200) + rule("accept", "out", "<tcp/>")
    + REST,
    "fragments-both-layers": rule("drop", "out", "<ip protocol='udp' dstportstart='80'/>")
    + rule("accept", "out", "<udp dstportstart='22' dstportend='80'/>")
    + rule("accept", "in", "<icmp/>") + REST,
    "fragments-stateless": rule("drop", "out", "<udp srcportstart='40000'/>",
                                more=" statematch='0'")
    + rule("drop", "in", "<tcp flags='SYN/SYN'/>", more=" statematch='0'"),
    "fragments-l2": rule("accept", "out", "<ip protocol='udp' dstportstart='80'/>", 100)
    + rule("accept", "in", "<ip protocol='tcp' srcportstart='1' srcportend='65535'/>", 100)
    + rule("drop", "inout", "<ip/>", 900),
    "fragments-not-port": rule("drop", "out", "<udp match='no' srcportstart='40000'/>")
    + rule("drop", "in", "<ip match='no' protocol='udp'/>"),
    "fragments-ipv6-both-layers": rule("drop", "out",
                                       "<ipv6 protocol='udp' dstportstart='80'/>")
    + rule("accept", "out", "<udp-ipv6 dstportstart='22'/>")
    + rule("accept", "inout", "<icmpv6/>") + REST6,
    "fragments-ipv6-l2": rule("accept", "out", "<ipv6 protocol='tcp'/>", 100)
    + rule("accept", "in", "<ipv6 match='no' protocol='udp'/>", 100)
    + rule("drop", "inout", "<ipv6/>", 900),
    "headers-l2-tcp": rule("drop", "inout", "<ipv6 protocol='tcp' dstportstart='22'/>"),
    "headers-l2-udp": rule("drop", "inout", "<ipv6 protocol='udp'/>"),
    "headers-l2-icmp": rule("drop", "inout", "<ipv6 protocol='icmpv6' type='128'/>")
    + rule("drop", "inout", "<ipv6 protocol='ah'/>"),
    "headers-l2-negated": rule("drop", "out", "<ipv6 match='no' protocol='tcp'/>")
    + rule("drop", "in", "<ipv6 protocol='59'/>"),
    "headers-l2-numbers": "".join(rule("drop", "out", f"<ipv6 protocol='{n}'/>")
                                  for n in (0, 43, 44, 60))
    + rule("drop", "in", "<ipv6 protocol='44'/>"),
    "headers-l3": rule("accept", "out", "<tcp-ipv6/>") + rule("accept", "in", "<udp-ipv6/>")
    + rule("accept", "inout", "<icmpv6/>") + REST6,
    "headers-l3-ports": rule("drop", "inout", "<tcp-ipv6 dstportstart='22'/>")
    + rule("drop", "inout", "<udp-ipv6 srcportstart='1024' srcportend='65535'/>")
    + rule("drop", "out", "<icmpv6 type='128' code='0'/>"),
    "headers-l3-ah": rule("accept", "inout", "<ah-ipv6/>") + rule("accept", "inout", "<ah/>")
    + REST + REST6,
    "headers-l3-esp": rule("drop", "inout", "<esp-ipv6/>") + rule("drop", "inout", "<esp/>"),
    "errors-implied-state": rule("accept", "out", "<all/>") + REST
    + rule("accept", "out", "<all-ipv6/>") + REST6,
    "errors-related": rule("accept", "inout", "<all state='ESTABLISHED,RELATED'/>", 100)
    + rule("accept", "out", "<udp state='NEW'/>") + REST,
    "errors-related-only": rule("accept", "in", "<icmp state='RELATED'/>", 100)
    + rule("accept", "out", "<all state='NEW,ESTABLISHED'/>") + REST,
    "errors-related-ipv6": rule("accept", "in", "<icmpv6 state='RELATED'/>", 100)
    + rule("accept", "out", "<all-ipv6 state='NEW,ESTABLISHED'/>") + REST6,
    "errors-drop-related": rule("drop", "inout", "<all state='RELATED'/>")
    + rule("drop", "inout", "<all-ipv6 state='RELATED'/>"),
    "errors-typed": rule("accept", "in", "<icmp type='3' code='3'/>")
    + rule("accept", "out", "<icmp type='11'/>") + rule("accept", "out", "<udp/>") + REST,
    "invalid-both-ways": rule("drop", "inout", "<all state='INVALID'/>")
    + rule("drop", "inout", "<all-ipv6 state='INVALID'/>"),
    "tcp-option-accepted": rule("accept", "out", "<tcp option='2'/>", 100)
    + rule("accept", "in", "<tcp option='8'/>", 100) + rule("drop", "inout", "<tcp/>", 200),
    "tcp-option-ipv6": rule("drop", "out", "<tcp-ipv6 option='2'/>")
    + rule("drop", "in", "<tcp-ipv6 match='no' option='3'/>"),
    "tcp-option-nop": rule("drop", "out", "<tcp option='1'/>")
    + rule("drop", "in", "<tcp option='255'/>"),
    "tcp-flags-cut": rule("drop", "inout", "<tcp flags='ALL/NONE'/>")
    + rule("drop", "inout", "<tcp flags='SYN,ACK,FIN,RST/SYN'/>")
    + rule("drop", "inout", "<tcp match='no' flags='SYN/SYN'/>"),
    "statematch-off": rule("accept", "out", "<tcp dstportstart='22'/>", more=" statematch='0'")
    + rule("accept", "in", "<icmp type='8'/>", more=" statematch='false'")
    + rule("accept", "in", "<udp-ipv6/>", more=" statematch='0'")
    + rule("drop", "inout", "<all state='INVALID'/>", 600, " statematch='FALSE'") + REST + REST6,
    "statematch-other-words": rule("accept", "out", "<tcp/>", more=" statematch='no'")
    + rule("accept", "out", "<udp/>", more=" statematch='off'") + REST,
    "comments": rule("accept", "out", "<tcp dstportstart='22' comment='let it go, \"now\" '/>")
    + rule("drop", "out", "<ip dstipaddr='10.9.1.3' comment=\"it's $HOME; `x`\"/>")
    + rule("drop", "in", "<arp opcode='Reply' comment='&lt;&amp;&gt;'/>")
    + rule("accept", "in", "<udp comment='\u00fc and \t tab'/>") + REST,
    "comment-long": rule("drop", "out", f"<udp comment='{'x' * 256}' dstportstart='80'/>"),
    "return-l3": rule("return", "out", "<tcp/>", 100) + rule("return", "in", "<udp/>", 200)
    + rule("return", "inout", "<icmp/>", 300) + REST,
    "return-l3-states": rule("return", "out", "<tcp state='NEW'/>", 100)
    + rule("return", "in", "<udp state='ESTABLISHED'/>", 200) + REST,
    "continue-l2": rule("continue", "inout", "<ip/>", 100)
    + rule("continue", "out", "<arp opcode='Request'/>", 100)
    + rule("drop", "out", "<ip protocol='tcp'/>", 200),
    "return-l2-inout": rule("return", "inout", "<ip srcipaddr='10.9.1.3'/>", 100)
    + rule("drop", "inout", "<ip/>", 200),
    "ports-at-the-edges": rule("drop", "out", "<tcp dstportstart='0' dstportend='22'/>")
    + rule("drop", "in", "<udp dstportstart='1024' dstportend='65535'/>")
    + rule("drop", "out", "<ip protocol='udp' dstportstart='0' dstportend='65535'/>"),
    "ports-reversed-and-negated": rule(
        "drop", "out", "<udp match='no' srcportstart='2054' srcportend='1024'/>", 100)
    + rule("drop", "in", "<udp-ipv6 dstportstart='81' dstportend='80'/>", 200)
    + rule("accept", "inout", "<udp-ipv6 match='no' srcportstart='81' srcportend='80'/>", 300)
    + REST6,
    "reject-out": "".join(rule("reject", "out", f"<{p}/>") for p in (
        "tcp", "udp", "icmp", "sctp", "tcp-ipv6", "udp-ipv6", "icmpv6", "all-ipv6")),
    "reject-in": "".join(rule("reject", "in", f"<{p}/>") for p in (
        "tcp", "udp", "icmp", "all", "tcp-ipv6", "udp-ipv6", "icmpv6")),
    "reject-l2": rule("reject", "out", "<ip protocol='tcp'/>")
    + rule("reject", "in", "<arp opcode='Reply'/>") + rule("reject", "inout", "<ipv6/>"),
    "reject-out-state": rule("accept", "out", "<tcp dstportstart='22'/>", 100)
    + rule("reject", "out", "<tcp/>", 200) + rule("reject", "out", "<udp state='NEW'/>", 300),
    "reject-typed": rule("reject", "out", "<icmp type='8'/>")
    + rule("reject", "out", "<icmpv6 type='128'/>"),
}
for _name, _match in (
        ("dscp-l3", "<udp dscp='46'/>"), ("dscp-l3-zero", "<all dscp='0'/>"),
        ("dscp-l3-last", "<all dscp='63'/>"), ("dscp-l3-hex", "<tcp dscp='0x2e'/>"),
        ("dscp-l3-not", "<all match='no' dscp='0'/>"), ("dscp-ipv6", "<udp-ipv6 dscp='46'/>"),
        ("dscp-ipv6-not", "<all-ipv6 match='no' dscp='46'/>"),
        ("dscp-l2-zero", "<ip dscp='0'/>"), ("dscp-l2-not", "<ip match='no' dscp='46'/>"),
        ("dscp-l2-variable", "<ip dscp='$D'/>"), ("dscp-l3-variable", "<all dscp='$D'/>")):
    RULES[_name] = rule("drop", "inout", _match)

# attribute of stp, its range or value
STP = {
    "type": ("0", None), "flags": ("0x80", None), "root-priority": ("0x7000", "0x9000"),
    "root-cost": ("4", "200"), "sender-priority": ("0x8000", "0x8001"), "port": ("1", "0x8001"),
    "age": ("0", "256"), "max-age": ("0x1400", "0x1500"), "hello-time": ("0x200", "0x201"),
    "forward-delay": ("0x0f00", "0xffff"),
}
STP_ADDRESSES = ("root-address", "sender-address")


def stp_cases():
    for name, (low, high) in STP.items():
        end = f" {name}-hi='{high}'" if high else ""
        yield f"stp-{name}", rule("drop", "inout", f"<stp {name}='{low}'{end}/>") + \
            rule("drop", "out", f"<stp match='no' {name}='{low}'{end}/>", 600)
    for name in STP_ADDRESSES:
        yield f"stp-{name}", rule(
            "drop", "out", f"<stp {name}='52:54:00:12:34:56' {name}-mask='ff:ff:ff:ff:ff:fe'/>") \
            + rule("drop", "in", f"<stp match='no' {name}='02:00:00:09:01:03'/>")


def top(rules, name="top", chain=""):
    return f"<filter name='{name}'{chain}>{rules}</filter>"


def trees():
    """Filters that refer to others, with the parameters of the binding."""
    chain = {f"c{i}": top(
        rule("drop", "out", f"<ip dstipaddr='10.9.1.{i + 1}'/>", 500 - i)
        + (f"<filterref filter='c{i + 1}'/>" if i < 40 else "")
        + rule("return", "out", f"<ip protocol='{i}'/>", i), f"c{i}",
        f" chain='ipv4-{i % 7}' priority='{-700 + i % 7}'") for i in range(41)}
    yield "deep-references", dict(chain, top=top("<filterref filter='c0'/>" + REST)), IP
    tied = {f"t{i}": top(rule("drop", "out", f"<ip dstipaddr='10.9.1.{i}'/>")
                         + rule("return", "inout"), f"t{i}", f" chain='ipv4-{i}' priority='-500'")
            for i in range(4)}
    yield "tied-chains", dict(tied, top=top(
        "".join(f"<filterref filter='t{i}'/>" for i in range(4))
        + rule("drop", "in", "<ip protocol='udp'/>", -500)
        + rule("drop", "out", "<ip protocol='udp'/>", -499))), IP
    tied = {f"t{i}": top(rule(action, "out", "<ip dstipaddr='10.9.1.3'/>"), f"t{i}",
                         f" chain='ipv4-{i}' priority='-500'")
            for i, action in enumerate(("accept", "drop"))}
    yield "tied-chains-that-disagree", dict(tied, top=top(
        "<filterref filter='t0'/><filterref filter='t1'/>")), IP
    every = {f"p{i}": top(rule("drop", "out", "<mac dstmacaddr='02:00:00:09:01:03'/>", 400)
                          + rule("return", "inout"), f"p{i}", f" chain='{name}'")
             for i, name in enumerate(("mac", "vlan", "stp", "arp", "rarp", "ipv4", "ipv6"))}
    yield "a-chain-of-each-prefix", dict(every, top=top(
        "".join(f"<filterref filter='p{i}'/>" for i in range(7))
        + rule("drop", "out", "<mac protocolid='0x88b5'/>"))), IP
    yield "l3-in-chains", {
        "top": top("<filterref filter='sub'/>" + rule("drop", "out", "<tcp/>", 900)),
        "sub": top(rule("accept", "out", "<tcp dstportstart='22'/>", -600)
                   + rule("drop", "in", "<udp/>", -900), "sub", " chain='ipv4'")}, IP
    lists = dict(IP, A=["10.9.1.3", "10.9.1.1", "10.9.1.3"], P=["80", "22", "80"],
                 Q=["40000", "1024", "1"])
    ports = "<tcp dstipaddr='$A{}' dstportstart='$P{}' srcportstart='$Q{}'/>"
    for name, accesses in (("lock-step", ("", "", "")), ("product", ("[@1]", "[@2]", "[@3]")),
                           ("mixed", ("[@1]", "", "[@1]")), ("elements", ("[0]", "[@2]", "[2]"))):
        yield "lists-" + name, {"top": top(
            rule("drop", "out", ports.format(*accesses))
            + rule("drop", "in", "<ip srcipaddr='$A[@1]' protocol='udp' dstportstart='$P[@2]'/>")
        )}, lists
    yield "lists-negated", {"top": top(
        rule("drop", "out", "<ip match='no' dstipaddr='$A'/>"))}, lists
    yield "outermost-wins", {
        "top": top("<filterref filter='sub'><parameter name='A' value='10.9.1.9'/>"
                   "<parameter name='L' value='10.9.1.3'/></filterref>"),
        "sub": top(rule("drop", "out", "<ip dstipaddr='$A'/>")
                   + rule("drop", "in", "<udp srcipaddr='$L'/>"), "sub")}, lists
    yield "referred-twice", {
        "top": top("<filterref filter='sub'/><filterref filter='sub'/>"
                   + rule("drop", "out", "<ip/>")),
        "sub": top(rule("return", "out", "<ip protocol='udp'/>", 100), "sub")}, IP
    yield "return-and-continue-in-chains", {
        "top": top("<filterref filter='sub'/>" + rule("drop", "out", "<ip/>", 600)),
        "sub": top(rule("continue", "out", "<ip protocol='tcp'/>", 100)
                   + rule("return", "out", "<ip protocol='tcp' dstportstart='80'/>", 200)
                   + rule("accept", "out", "<ip protocol='udp'/>", 300)
                   + rule("continue", "inout", "", 400)
                   + rule("drop", "out", "<ip dstipaddr='10.9.1.3'/>", 500), "sub",
                   " chain='ipv4'")}, IP


def pairs():
    """Two filtered taps: what one sends, the other receives."""
    out = rule("accept", "out", "<all/>") + REST
    into = rule("accept", "in", "<tcp dstportstart='22' dstportend='80'/>") + REST
    words = {
        "out-and-in": (out, into), "in-and-in": (into, into),
        "states-and-l2": (rule("accept", "out", "<all state='NEW,ESTABLISHED'/>")
                          + rule("accept", "in", "<all state='ESTABLISHED'/>") + REST,
                          rule("drop", "in", "<ip protocol='udp'/>")
                          + rule("drop", "out", "<ip protocol='tcp' dstportstart='22'/>")),
        "one-family-each": (out, rule("accept", "out", "<all-ipv6/>") + REST6),
        "related": (rule("accept", "out", "<udp/>") + rule("accept", "in", "<icmp state='RELATED'/>")
                    + REST, rule("accept", "in", "<udp/>")
                    + rule("accept", "out", "<icmp state='RELATED'/>") + REST),
        "drop-of-one": (rule("drop", "out", "<tcp dstportstart='80'/>"),
                        rule("accept", "inout", "<all/>", 100) + REST),
        "reject-and-accept": (rule("reject", "out", "<udp/>"),
                              rule("accept", "in", "<udp/>") + REST),
    }
    for name, (first, second) in words.items():
        yield "pair-" + name, {
            "filters": {"a": top(first, "a"), "b": top(second, "b")},
            "taps": {"tap0": ("a", IP), "tap1": ("b", IP2)}}


def cases():
    given = dict(IP, D=["46", "8"])
    for name, rules in list(RULES.items()) + list(stp_cases()):
        yield name, {"filters": {"top": top(rules)}, "taps": {"tap0": ("top", given)}}
    for name, filters, parameters in trees():
        yield name, {"filters": filters, "taps": {"tap0": ("top", parameters)}}
    yield from pairs()
