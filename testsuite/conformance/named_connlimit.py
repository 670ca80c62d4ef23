# SPDX-License-Identifier: GPL-2.0-or-later
"""Named cases of connlimit: who counts, what is counted, on which side.

Their frames come slowly: what the kernel counts in a burst depends on when it last
forgot what it had counted and dropped.
"""

RULES = {
    "14-connlimit-drop-out": "<rule action='drop' direction='out'>"
                             "<tcp connlimit-above='2'/></rule>",
    "15-connlimit-accept-out": "<rule action='accept' direction='out'><tcp dstportstart='22' "
                               "connlimit-above='3' state='NEW'/></rule>",
    "15-connlimit-accept-out-rest":
        "<rule action='accept' direction='out'><tcp dstportstart='22' connlimit-above='3' "
        "state='NEW'/></rule><rule action='drop' direction='inout' priority='900'><all/></rule>",
    "16-connlimit-not-inout": "<rule action='drop' direction='inout'>"
                              "<tcp match='no' connlimit-above='3'/></rule>",
    "connlimit-drop-in": "<rule action='drop' direction='in'>"
                         "<tcp dstportstart='22' connlimit-above='2'/></rule>",
    "connlimit-of-state": "<rule action='drop' direction='in'>"
                          "<tcp dstportstart='22' connlimit-above='2' state='NEW'/></rule>",
    "connlimit-zero": "<rule action='drop' direction='out'><udp connlimit-above='0'/></rule>",
    "connlimit-then-accept": "<rule action='drop' direction='in' priority='100'>"
                             "<udp connlimit-above='2'/></rule>"
                             "<rule action='accept' direction='in'><udp/></rule>"
                             "<rule action='drop' direction='inout' priority='900'><all/></rule>",
    "connlimit-twice": "<rule action='drop' direction='in'>"
                       "<tcp dstportstart='22' connlimit-above='3'/></rule>"
                       "<rule action='drop' direction='in'><tcp connlimit-above='4'/></rule>",
    "connlimit-ipv6": "<rule action='drop' direction='out'>"
                      "<tcp-ipv6 connlimit-above='2'/></rule>",
}


def cases():
    """As named.cases()."""
    for name, rules in RULES.items():
        yield name, {"slow": True, "filters": {"top": f"<filter name='top'>{rules}</filter>"},
                     "taps": {"tap0": ("top", {"IP": ["10.9.1.2"]})}}
