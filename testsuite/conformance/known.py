# SPDX-License-Identifier: GPL-2.0-or-later
"""Differences that are meant: who refuses what the other takes, and why.

A row: what libvirt says, what nwfc says (regular expressions; None: it takes the
case), and the reason, with the section of the language's description.
"""
import re

ACCEPTANCE = [
    (r"unknown chain|Chain '[^']*' doesn't exist|Can't create chain", None,
     "one chain name with two priorities: libvirt may fail by their order (F21)"),
    (r"Name or service not known|host/network .* not found", r"NWF",
     "no names are looked up (F13)"),
    (None, r"NWF502", "this target cannot count connections, and says so"),
    (None, r"NWF309", "values of variables are checked; libvirt hands any text to its tools (F13)"),
    (r"Bad TCP option \"(0x)?0\"", None, "iptables has no option 0; nwfc tests for it"),
    (r"Port \"0x[0-9a-f]+\" does not resolve", None,
     "a hexadecimal number in a variable is the same number as in the rule"),
    (None, r"portend='[^']*', is below its start",
     "iptables refuses a reversed range of ports, but not that of udp over IPv4 (it never matches)"),
    (r"Bad --stp-[a-z-]+ (range|value)|Problem with specified (ARP|RARP)", None,
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


def frame(sender, frame):
    """The reason why the two may differ for this frame, or None."""
    kind = frame[12:14]
    if kind == b"\x86\xdd" and len(frame) >= 54 and 51 in ipv6_headers(frame[14:]):
        return "IPv6 behind AH: ebtables walks past it, nft does not"
    if kind in (b"\x08\x00", b"\x86\xdd") and len(frame) >= 34 and sender == "host" and \
            longer_than_it_is(frame[14:]):
        return "an IP packet that is cut short: ebtables looks into it, nft does not"
    if kind in (b"\x08\x06", b"\x80\x35") and frame[18:20] and frame[18:20] != b"\x06\x04":
        return "ARP of other address lengths: ebtables computes where fields are, nft cannot"
    if sender == "host" and kind == b"\x81\x00" and frame[:6] == b"\x01\x80\xc2\0\0\0":
        return "a BPDU whose tag a packet socket of the host wrote itself: no tap sends such"
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
