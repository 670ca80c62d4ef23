/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/field.h"

static const struct symbol ethertypes[] = {
	{"arp", 0x0806},  {"rarp", 0x8035}, {"ipv4", 0x0800},
	{"ipv6", 0x86dd}, {"vlan", 0x8100}, {0},
};

static const struct symbol arp_opcodes[] = {
	{"Request", 1},         {"Reply", 2},
	{"Request_Reverse", 3}, {"Reply_Reverse", 4},
	{"DRARP_Request", 5},   {"DRARP_Reply", 6},
	{"DRARP_Error", 7},     {"InARP_Request", 8},
	{"ARP_NAK", 9},         {0},
};

static const struct symbol ip_protocols[] = {
	{"tcp", 6},  {"udp", 17}, {"udplite", 136}, {"esp", 50},    {"ah", 51},
	{"icmp", 1}, {"igmp", 2}, {"sctp", 132},    {"icmpv6", 58}, {0},
};

static const struct field fields[] = {
#define FIELD(id, ...) [FIELD_##id] = {__VA_ARGS__},
#include "ir/field.def"
#undef FIELD
};

const struct field *field(enum field_id id)
{
	return &fields[id];
}

enum field_id field_id(const struct field *f)
{
	return (enum field_id)(f - fields);
}
