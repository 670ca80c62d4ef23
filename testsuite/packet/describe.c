/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "describe.h"

#include <arpa/inet.h>
#include <string.h>

/* what is left of the frame, from the header that is next */
struct rest {
	const uint8_t *at;
	size_t len;
	unsigned pieces; /* that the datagram was cut into */
};

static const char *const protocol_names[256] = {
	[1] = "icmp", [2] = "igmp",    [6] = "tcp",    [17] = "udp",      [50] = "esp",
	[51] = "ah",  [58] = "icmpv6", [132] = "sctp", [136] = "udplite",
};

static const char *const operation_names[] = {
	[1] = "request",
	[2] = "reply",
	[3] = "request",
	[4] = "reply",
};

static bool has_ports(uint8_t protocol)
{
	return protocol == 6 || protocol == 17 || protocol == 132 || protocol == 136;
}

static void put_mac(FILE *out, const uint8_t *mac)
{
	fprintf(out, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
		mac[5]);
}

static void put_ip(FILE *out, int family, const uint8_t *ip)
{
	char text[INET6_ADDRSTRLEN];

	fputs(inet_ntop(family, ip, text, sizeof(text)), out);
}

static void put_flags(FILE *out, uint8_t flags)
{
	static const char *const names[] = {"FIN", "SYN", "RST", "PSH", "ACK", "URG"};
	const char *before = " ";

	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!(flags & 1u << i))
			continue;
		fprintf(out, "%s%s", before, names[i]);
		before = "+";
	}
}

static void put_icmp(FILE *out, uint8_t protocol, struct rest r)
{
	bool v6 = protocol == 58;

	if (r.at[0] == (v6 ? 128 : 8))
		fputs(" echo request", out);
	else if (r.at[0] == (v6 ? 129 : 0))
		fputs(" echo reply", out);
	else if (r.at[0] == (v6 ? 1 : 3))
		fputs(" unreachable", out);
	else
		fprintf(out, " type %u code %u", r.at[0], r.at[1]);
}

struct addresses {
	int family;
	const uint8_t *src;
	const uint8_t *dst;
};

/* the protocol and its addresses; of a later fragment the ports are not in the frame */
static void put_transport(FILE *out, uint8_t protocol, const struct addresses *a, struct rest r)
{
	const char *name = protocol_names[protocol];
	bool ports = has_ports(protocol) && r.len >= 4;

	if (name)
		fputs(name, out);
	else
		fprintf(out, "protocol %u", protocol);
	fputc(' ', out);
	put_ip(out, a->family, a->src);
	if (ports)
		fprintf(out, ":%u", bytes_get16(r.at));
	fputs(" > ", out);
	put_ip(out, a->family, a->dst);
	if (ports)
		fprintf(out, ":%u", bytes_get16(r.at + 2));
	if (protocol == 6 && r.len >= 14)
		put_flags(out, r.at[13]);
	if ((protocol == 1 || protocol == 58) && r.len >= 2)
		put_icmp(out, protocol, r);
}

static void put_fragment(FILE *out, unsigned pieces, unsigned offset, bool more)
{
	if (pieces > 1)
		fprintf(out, " in %u fragments", pieces);
	else if (offset || more)
		fprintf(out, " fragment at %u%s", offset, more ? ", more follow" : "");
}

static void put_ip4(FILE *out, struct rest r)
{
	struct addresses a = {AF_INET, r.at + 12, r.at + 16};
	size_t header = (r.at[0] & 15u) * 4;
	uint16_t fragment = bytes_get16(r.at + 6);
	unsigned offset = (fragment & 0x1fffu) * 8;
	size_t len = r.len > header && !offset ? r.len - header : 0;
	struct rest inner = {r.at + header, len, r.pieces};

	put_transport(out, r.at[9], &a, inner);
	put_fragment(out, r.pieces, offset, fragment & 0x2000);
}

static void put_ip6(FILE *out, struct rest r)
{
	struct addresses a = {AF_INET6, r.at + 8, r.at + 24};
	uint8_t next = r.at[6];
	struct rest inner = {r.at + 40, r.len - 40, r.pieces};
	unsigned offset = 0;
	bool more = false;

	while ((next == 0 || next == 44 || next == 60) && inner.len >= 8) {
		size_t header = next == 44 ? 8 : 8 + inner.at[1] * 8u;

		if (next == 44) {
			offset = bytes_get16(inner.at + 2) & 0xfff8;
			more = inner.at[3] & 1;
		}
		next = inner.at[0];
		if (header > inner.len)
			break;
		inner.at += header;
		inner.len -= header;
	}
	if (offset)
		inner.len = 0;
	put_transport(out, next, &a, inner);
	put_fragment(out, r.pieces, offset, more);
}

static void put_operation(FILE *out, uint16_t op)
{
	bool known = op < sizeof(operation_names) / sizeof(*operation_names) && operation_names[op];

	if (known)
		fputs(operation_names[op], out);
	else
		fprintf(out, "operation %u", op);
}

static void put_arp(FILE *out, struct rest r, const struct end *from)
{
	fputs("arp ", out);
	put_operation(out, bytes_get16(r.at + 6));
	fputc(' ', out);
	put_ip(out, AF_INET, r.at + 14);
	fputs(" > ", out);
	put_ip(out, AF_INET, r.at + 24);
	if (memcmp(r.at + 8, from->mac, 6)) {
		fputs(" sender ", out);
		put_mac(out, r.at + 8);
	}
}

static void put_rarp(FILE *out, struct rest r)
{
	fputs("rarp ", out);
	put_operation(out, bytes_get16(r.at + 6));
	fputs(" for ", out);
	put_mac(out, r.at + 18);
}

static void put_network(FILE *out, uint16_t type, struct rest r, const struct end *from)
{
	static const uint8_t llc_stp[3] = {0x42, 0x42, 0x03};

	if (type == 0x0800 && r.len >= 20)
		put_ip4(out, r);
	else if (type == 0x86dd && r.len >= 40)
		put_ip6(out, r);
	else if (type == 0x0806 && r.len >= 28)
		put_arp(out, r, from);
	else if (type == 0x8035 && r.len >= 28)
		put_rarp(out, r);
	else if (type < 0x0600 && r.len >= 7 && !memcmp(r.at, llc_stp, sizeof(llc_stp)))
		fprintf(out, "stp type %u", r.at[6]);
	else if (type < 0x0600)
		fprintf(out, "802.3 frame of %u bytes", type);
	else
		fprintf(out, "ethernet type 0x%04x", type);
}

static void put_tags(FILE *out, const uint8_t *frame, size_t network)
{
	for (size_t at = 12; at + 2 < network; at += 4)
		fprintf(out, "vlan %u ", bytes_get16(frame + at + 2) & 0xfffu);
}

void describe(FILE *out, const struct packet *packet, const struct end *from)
{
	const uint8_t *frame = packet->frame[0].at;
	size_t len = packet->frame[0].len;
	uint16_t type = 0;
	size_t network = frame_network(frame, len, &type);
	struct rest rest = {frame + network, len - network, packet->nframe};

	if (!network) {
		fprintf(out, "frame of %zu bytes", len);
		return;
	}
	put_tags(out, frame, network);
	put_network(out, type, rest, from);
	if (memcmp(frame + 6, from->mac, 6)) {
		fputs(" from ", out);
		put_mac(out, frame + 6);
	}
}
