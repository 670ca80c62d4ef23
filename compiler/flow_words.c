/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/flow_words.h"

static const struct flow_proto protos[] = {
	{"tcp", CLASS_IP | CLASS_PORTS | CLASS_TCP, FAMILY_NONE, 6, 0},
	{"udp", CLASS_IP | CLASS_PORTS, FAMILY_NONE, 17, 0},
	{"udplite", CLASS_IP | CLASS_PORTS, FAMILY_NONE, 136, 0},
	{"sctp", CLASS_IP | CLASS_PORTS, FAMILY_NONE, 132, 0},
	{"icmp", CLASS_IP | CLASS_ICMP, FAMILY_IPV4, 1, 0},
	{"icmpv6", CLASS_IP | CLASS_ICMP, FAMILY_IPV6, 58, 0},
	{"igmp", CLASS_IP, FAMILY_IPV4, 2, 0},
	{"esp", CLASS_IP, FAMILY_NONE, 50, 0},
	{"ah", CLASS_IP, FAMILY_NONE, 51, 0},
	{"ip", CLASS_IP | CLASS_BARE, FAMILY_IPV4, -1, 0},
	{"ipv6", CLASS_IP | CLASS_BARE, FAMILY_IPV6, -1, 0},
	{"arp", CLASS_ARP, FAMILY_IPV4, -1, 0x0806},
	{"rarp", CLASS_ARP, FAMILY_IPV4, -1, 0x8035},
	{"stp", CLASS_STP, FAMILY_NONE, -1, 0},
	{"hex", CLASS_HEX, FAMILY_NONE, -1, 0},
};

/* RFC 792 and 4443, with the words of nft(8) */
static const struct symbol icmp_types[] = {
	{"echo-reply", 0},
	{"destination-unreachable", 3},
	{"redirect", 5},
	{"echo-request", 8},
	{"time-exceeded", 11},
	{"nd-router-solicit", 133},
	{"nd-router-advert", 134},
	{"nd-neighbor-solicit", 135},
	{"nd-neighbor-advert", 136},
	{0},
};
static const struct symbol bpdu_types[] = {{"config", 0}, {"tcn", 0x80}, {0}};
static const struct symbol ip_protocols[] = {
	{"icmp", 1}, {"igmp", 2},  {"tcp", 6},     {"udp", 17},   {"gre", 47},      {"esp", 50},
	{"ah", 51},  {"ospf", 89}, {"icmpv6", 58}, {"sctp", 132}, {"udplite", 136}, {0},
};

#define FLAG_WORD ARGUMENT_NONE, 0, NULL, NULL

const struct flow_word flow_words[WORD_MAX] = {
	[WORD_NEW] = {"new", CLASS_ANY, FLAG_WORD},
	[WORD_ESTABLISHED] = {"established", CLASS_ANY, FLAG_WORD},
	[WORD_RELATED] = {"related", CLASS_ANY, FLAG_WORD},
	[WORD_INVALID] = {"invalid", CLASS_ANY, FLAG_WORD},
	[WORD_UNTRACKED] = {"untracked", CLASS_ANY, FLAG_WORD},
	[WORD_REPLY] = {"reply", CLASS_ANY, FLAG_WORD},
	[WORD_CONNECTIONS] = {"connections", CLASS_IP | CLASS_HEX, ARGUMENT_NUMBER, 65535, NULL,
			      "how many connections the source has, this one included"},
	[WORD_FROM_HOST] = {"from-host", CLASS_ANY, FLAG_WORD},
	[WORD_ICMP_TYPE] = {"type", CLASS_ICMP, ARGUMENT_NUMBER, 255, icmp_types,
			    "an ICMP type from 0 to 255 or its name, such as echo-request"},
	[WORD_ICMP_CODE] = {"code", CLASS_ICMP, ARGUMENT_NUMBER, 255, NULL,
			    "an ICMP code from 0 to 255"},
	[WORD_STP_TYPE] = {"type", CLASS_STP, ARGUMENT_NUMBER, 255, bpdu_types,
			   "a BPDU type from 0 to 255, config or tcn"},
	[WORD_ETHERTYPE] = {"type", CLASS_LINK, ARGUMENT_NUMBER, 0xffff, NULL,
			    "an EtherType such as 0x88b5"},
	[WORD_FLAGS] = {"flags", CLASS_TCP, ARGUMENT_FLAGS, 0, NULL,
			"TCP flags joined by commas: syn, ack, fin, rst, psh, urg, or none"},
	[WORD_OPTION] = {"option", CLASS_TCP, ARGUMENT_NUMBER, 255, NULL,
			 "the number of a TCP option"},
	[WORD_PROTO] = {"proto", CLASS_BARE, ARGUMENT_NUMBER, 255, ip_protocols,
			"an IP protocol from 0 to 255 or its name"},
	[WORD_DSCP] = {"dscp", CLASS_IP, ARGUMENT_NUMBER, 63, NULL, "a code point from 0 to 63"},
	[WORD_TTL] = {"ttl", CLASS_IP, ARGUMENT_NUMBER, 255, NULL, "a number from 0 to 255"},
	[WORD_LENGTH] = {"length", CLASS_LINK | CLASS_IP, ARGUMENT_NUMBER, 1400, NULL,
			 "bytes of payload, at most 1400"},
	[WORD_FRAGMENT] = {"fragment", CLASS_IP, ARGUMENT_NUMBER, 65528, NULL,
			   "an offset in bytes, a multiple of 8"},
	[WORD_MORE] = {"more", CLASS_IP, FLAG_WORD},
	[WORD_HOPOPTS] = {"hopopts", CLASS_IPV6, FLAG_WORD},
	[WORD_DSTOPTS] = {"dstopts", CLASS_IPV6, FLAG_WORD},
	[WORD_SHA] = {"sha", CLASS_ARP, ARGUMENT_MAC, 0, NULL, "the sender's hardware address"},
	[WORD_THA] = {"tha", CLASS_ARP, ARGUMENT_MAC, 0, NULL, "the target's hardware address"},
};

#define NPROTO (sizeof(protos) / sizeof(protos[0]))

const struct flow_proto *flow_proto_find(struct str name)
{
	for (size_t i = 0; i < NPROTO; i++)
		if (str_is(name, protos[i].name))
			return &protos[i];
	return NULL;
}

const struct flow_proto *flow_proto_number(int l4proto, enum family family)
{
	for (size_t i = 0; i < NPROTO; i++)
		if (protos[i].l4proto == l4proto &&
		    (protos[i].family == FAMILY_NONE || protos[i].family == family))
			return &protos[i];
	return NULL;
}

enum flow_word_id flow_word_find(struct str name, unsigned classes)
{
	enum flow_word_id other = WORD_MAX;

	for (int i = 0; i < WORD_MAX; i++) {
		if (!str_is(name, flow_words[i].name))
			continue;
		if (flow_words[i].classes & classes)
			return (enum flow_word_id)i;
		other = (enum flow_word_id)i;
	}
	return other;
}

void flow_words_offer(struct nearest *n)
{
	static const char *const heads[] = {"in", "out", "ether", "vlan", "request", NULL};

	nearest_offer_all(n, heads);
	for (size_t i = 0; i < NPROTO; i++)
		nearest_offer(n, str_of(protos[i].name));
	for (size_t i = 0; i < WORD_MAX; i++)
		nearest_offer(n, str_of(flow_words[i].name));
}
