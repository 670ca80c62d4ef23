# SPDX-License-Identifier: GPL-2.0-or-later
"""Differences that are meant: who refuses what the other takes, and why.

A row: what libvirt says, what nwfc says (regular expressions; None: it takes the
case), and the reason, with the section of the language's description.
"""
import os
import re

ACCEPTANCE = [
    (r"unknown chain|Chain '[^']*' doesn't exist|Can't create chain", None,
     "one chain name with two priorities: libvirt may fail by their order (F21)"),
    (r"Name or service not known|host/network .* not found", r"NWF",
     "no names are looked up (F13)"),
    (None, r"NWF502", "this target cannot count connections, and says so"),
    (None, r"NWF504", "a set needs as many directions as dimensions; libvirt's never matches"),
    (None, r"NWF309", "values of variables are checked; libvirt hands any text to its tools (F13)"),
    (r"Bad TCP option \"(0x)?0\"", None, "iptables has no option 0; nwfc tests for it"),
    (r"Port \"0x[0-9a-f]+\" does not resolve", None,
     "a hexadecimal number in a variable is the same number as in the rule"),
    (r"Bad --stp-[a-z-]+|Problem with specified (ARP|RARP)", None,
     "a number that libvirt writes in hexadecimal, or 65535, for a tool that takes neither here"),
]


def ipv6_headers(packet):
    """The numbers of the headers of an IPv6 packet, as far as it goes."""
    kind, at = packet[6], 40
    yield kind
    while kind in (0, 43, 44, 51, 60) and len(packet) >= at + 2:
        length = {44: 8, 51: (packet[at + 1] + 2) * 4}.get(kind, (packet[at + 1] + 1) * 8)
        kind, at = packet[at], at + length
        yield kind


def longer_than_it_is(packet):
    """Does the header of an IP packet claim more bytes than are there?"""
    if packet[0] >> 4 == 4:
        return int.from_bytes(packet[2:4], "big") > len(packet)
    return int.from_bytes(packet[4:6], "big") + 40 > len(packet)


# what the tools read at least before they look at a field; a shorter header is dropped
# or matches nothing, nft needs no more than the field itself
WHOLE = {1: 8, 6: 20, 17: 8, 58: 8, 132: 12, 136: 8}


def above_ip(frame):
    """The protocol above untagged IP, what begins with its header, and whether behind AH."""
    def number(at):
        return int.from_bytes(frame[at:at + 2], "big")
    if frame[12:14] == b"\x08\x00" and len(frame) >= 34 and not number(20) & 0x1fff:
        return frame[23], frame[14 + (frame[14] & 15) * 4:14 + number(16)], False
    if frame[12:14] != b"\x86\xdd" or len(frame) < 54:
        return None, b"", False
    kind, at, behind = frame[20], 54, False
    while kind in (0, 43, 44, 51, 60) and at + 8 <= len(frame):
        if kind == 44 and number(at + 2) >> 3:
            return None, b"", behind
        behind |= kind == 51
        size = 8 if kind == 44 else (frame[at + 1] + 2) * 4 if kind == 51 else \
            (frame[at + 1] + 1) * 8
        kind, at = frame[at], at + size
    return kind, frame[at:54 + number(18)], behind


def broken_options(segment):
    """A TCP header too small for itself, or options that go past its end."""
    end = (segment[12] >> 4) * 4
    at = 20
    if not 20 <= end <= len(segment):
        return True
    while at < end:
        size = 1 if segment[at] < 2 else segment[at + 1] if at + 1 < end else 0
        if not size or (segment[at] >= 2 and size < 2) or at + size > end:
            return True
        at += size
    return False


def frame(sender, frame):
    """The reason why the two may differ for this frame, or None."""
    kind = frame[12:14]
    if kind == b"\x08\0" and len(frame) >= 34 and frame[23] == 6 and \
            int.from_bytes(frame[20:22], "big") & 0x1fff == 1:
        return "a TCP fragment at offset 1: a rule with an option drops it in libvirt's tools"
    if kind == b"\x86\xdd" and len(frame) >= 54 and \
            list(ipv6_headers(frame[14:])).count(44) > 1:
        return "two fragment headers of IPv6: the tools take the last, nft the first"
    protocol, rest, behind_ah = above_ip(frame)
    if behind_ah and kind == b"\x86\xdd":
        return "ebtables walks past AH, nft does not (doc/compatibility.md)"
    cut_arp = kind in (b"\x08\x06", b"\x80\x35") and len(frame) < 14 + 8
    if cut_arp or len(rest) < WHOLE.get(protocol, 0):
        return "a header cut short: the tools want all of it, nft the field alone"
    if protocol == 6 and broken_options(rest):
        return "TCP options that go past their header: the tools read on, nft does not"
    if kind in (b"\x08\x00", b"\x86\xdd") and len(frame) >= 34 and sender == "host" and \
            longer_than_it_is(frame[14:]):
        return "an IP packet that is cut short: ebtables looks into it, nft does not"
    if kind in (b"\x08\x06", b"\x80\x35") and frame[18:20] and frame[18:20] != b"\x06\x04":
        return "ARP of other address lengths: ebtables computes where fields are, nft cannot"
    if sender == "host" and kind == b"\x81\x00" and frame[:6] == b"\x01\x80\xc2\0\0\0":
        return "a BPDU whose tag a packet socket of the host wrote itself: no tap sends such"
    return None


def read_all(*names):
    text = ""
    for name in names:
        if os.path.exists(name):
            with open(name, encoding="utf-8", errors="replace") as file:
                text += file.read()
    return text


def policy(case, frame, theirs, ours):
    """A policy of DROP in FORWARD: libvirt accepts what it filters, nwfc cannot."""
    if frame[12:14] not in (b"\x08\x00", b"\x86\xdd") or \
            "-P FORWARD DROP" not in read_all(os.path.join(case, "host")):
        return None
    gone = set(theirs) - set(ours)
    if set(ours) < set(theirs) and "in" not in gone and "host" not in gone:
        return "another table's drop in FORWARD wins over nwfc (doc/compatibility.md)"
    return None


def checksum_fails(header):
    total = sum(int.from_bytes(header[at:at + 2], "big") for at in range(0, len(header), 2))
    return (total & 0xffff) + (total >> 16) not in (0xffff, 0x1fffe)


def broken_header(kind, packet):
    """Would the IP stack throw it away before any rule?"""
    if kind == b"\x86\xdd":
        return len(packet) < 40 or packet[0] >> 4 != 6 or longer_than_it_is(packet)
    if len(packet) < 20:
        return True
    size = packet[0] % 16 * 4
    return packet[0] >> 4 != 4 or size < 20 or int.from_bytes(packet[2:4], "big") < size or \
        longer_than_it_is(packet) or checksum_fails(packet[:size])


def is_fragment(kind, packet):
    if kind == b"\x08\0":
        return int.from_bytes(packet[6:8], "big") & 0x3fff != 0
    return len(packet) >= 40 and 44 in ipv6_headers(packet)


def host_fragment(frame, theirs, ours):
    """What a VM sends the host in fragments: libvirt's last look is at the whole datagram."""
    kind, packet = frame[12:14], frame[14:]
    gone = set(theirs) - set(ours)
    if kind in (b"\x08\0", b"\x86\xdd") and is_fragment(kind, packet) and \
            set(ours) < set(theirs) and all(note.startswith("in") for note in gone):
        return "fragments to the host, untracked: judged one by one (doc/compatibility.md)"
    return None


def apart(frame, here, there):
    """Why the two kernels treat the frame differently, also without a filter, or None."""
    kind, packet = frame[12:14], frame[14:]
    if kind in (b"\x08\0", b"\x86\xdd"):
        if not here and broken_header(kind, packet):
            return "an IP header that br_netfilter throws away, and a bridge alone does not read"
        if here and not there and kind == b"\x86\xdd" and is_fragment(kind, packet):
            return "IPv6 fragments all below 1280 bytes: tracking in the bridge ends with them"
    elif kind == b"\x08\x06" and set(here) <= {"host"} and len(packet) < 28:
        return "ARP cut short: br_netfilter throws it away"
    elif kind == b"\x81\0" and not here and packet[2:4] in (b"\x08\0", b"\x86\xdd") and \
            broken_header(packet[2:4], packet[4:]):
        return "an IP header in a VLAN that br_netfilter throws away"
    elif kind == b"\x81\0" and not there and packet[2:4] in (b"\x08\0", b"\x86\xdd") and \
            is_fragment(packet[2:4], packet[4:]):
        return "a lone fragment in a VLAN: tracking in the bridge waits for the rest"
    return None


def acceptance(libvirt_said, nwfc_said):
    """The reason why one may refuse and the other not, or None.  None as text: accepted."""
    def holds(pattern, text):
        if pattern is None or text is None:
            return pattern is None and text is None
        return re.search(pattern, text) is not None

    for theirs, ours, reason in ACCEPTANCE:
        if holds(theirs, libvirt_said) and holds(ours, nwfc_said):
            return reason
    return None


def tied(said):
    """Does nwfc warn of chains whose order libvirt leaves open?"""
    return "[NWF419]" in said


def explained(said):
    """In default mode: codes of the warnings and notes that announced another meaning than libvirt's."""
    codes = re.findall(r"(?:warning|note): .*\[(NWF4\d\d)\]", said)
    return sorted(set(codes) - {"NWF419"})
