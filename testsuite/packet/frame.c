/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "frame.h"

#include <string.h>

#define FRAME_MIN 60
#define MTU 1500

struct protocol {
	const char *word;
	unsigned family;
	uint8_t number;
	payload_build *build;
};

static const struct protocol protocols[] = {
	{"arp", 0, 0, payload_arp},
	{"rarp", 0, 0, payload_rarp},
	{"stp", 0, 0, payload_stp},
	{"raw", 0, 0, payload_raw},
	{"ip", 4, 0, payload_any},
	{"udp", 4, 17, payload_udp},
	{"dhcp", 4, 17, payload_dhcp},
	{"tcp", 4, 6, payload_tcp},
	{"icmp", 4, 1, payload_icmp},
	{"icmp-error", 4, 1, payload_icmp_error},
	{"igmp", 4, 2, payload_igmp},
	{"sctp", 4, 132, payload_sctp},
	{"esp", 4, 50, payload_esp},
	{"ah", 4, 51, payload_ah},
	{"udplite", 4, 136, payload_udplite},
	{"ip6", 6, 0, payload_any},
	{"udp6", 6, 17, payload_udp},
	{"tcp6", 6, 6, payload_tcp},
	{"icmpv6", 6, 58, payload_icmpv6},
	{"sctp6", 6, 132, payload_sctp},
	{"esp6", 6, 50, payload_esp},
	{"ah6", 6, 51, payload_ah},
	{"udplite6", 6, 136, payload_udplite},
};

static const struct protocol *protocol_named(const char *word)
{
	for (size_t i = 0; i < sizeof(protocols) / sizeof(*protocols); i++)
		if (!strcmp(protocols[i].word, word))
			return &protocols[i];
	return NULL;
}

/* multicast and broadcast datagrams go to the Ethernet group that belongs to them */
static void group_mac(struct flow *flow)
{
	static const uint8_t everyone[4] = {0xff, 0xff, 0xff, 0xff};
	const uint8_t *ip = flow->dst;

	if (flow->family == 4 && !memcmp(ip, everyone, 4)) {
		memset(flow->ether_dst, 0xff, 6);
	} else if (flow->family == 4 && (ip[0] & 0xf0) == 0xe0) {
		const uint8_t mac[6] = {0x01, 0x00, 0x5e, ip[1] & 0x7f, ip[2], ip[3]};

		memcpy(flow->ether_dst, mac, 6);
	} else if (flow->family == 6 && ip[0] == 0xff) {
		const uint8_t mac[6] = {0x33, 0x33, ip[12], ip[13], ip[14], ip[15]};

		memcpy(flow->ether_dst, mac, 6);
	}
}

static void flow_init(struct flow *flow, struct spec *spec, const struct protocol *protocol)
{
	static const uint8_t all_igmp[4] = {224, 0, 0, 22};
	const uint8_t *src = protocol->family == 4 ? flow->from->ip4 : flow->from->ip6;
	const uint8_t *dst = protocol->family == 4 ? flow->to->ip4 : flow->to->ip6;

	flow->family = protocol->family;
	flow->number = protocol->number;
	memcpy(flow->ether_dst, flow->to->mac, 6);
	flow->payload = spec_has(spec, "fragments") ? 480 : 40;
	if (!flow->family)
		return;
	if (!strcmp(protocol->word, "igmp"))
		dst = all_igmp;
	if (!flow->number)
		flow->number = (uint8_t)spec_number(spec, flow->family == 4 ? "proto" : "nexthdr",
						    flow->family == 4 ? 253 : 59, 0xff);
	flow->bad_checksum = spec_number(spec, "badsum", 0, 1);
	spec_ip(spec, "src", flow->family, src, flow->src);
	spec_ip(spec, "dst", flow->family, dst, flow->dst);
	flow->ether_type = flow->family == 4 ? 0x0800 : 0x86dd;
	group_mac(flow);
}

static void wrap(struct bytes *out, struct spec *spec, const struct flow *flow,
		 const struct bytes *inside)
{
	uint16_t type = flow->ether_type ? flow->ether_type : (uint16_t)inside->len;
	uint8_t mac[6];

	spec_mac(spec, "eth.dst", flow->ether_dst, mac);
	bytes_put(out, mac, 6);
	spec_mac(spec, "eth.src", flow->from->mac, mac);
	bytes_put(out, mac, 6);
	if (spec_has(spec, "vlan")) {
		bytes_put16(out, (uint16_t)spec_number(spec, "vlan.type", 0x8100, 0xffff));
		bytes_put16(out, (uint16_t)spec_number(spec, "vlan", 0, 0xffff));
	}
	bytes_put16(out, (uint16_t)spec_number(spec, "eth.type", type, 0xffff));
	if (inside->len > MTU)
		spec_fail(spec, "%zu bytes are more than the MTU of %d", inside->len, MTU);
	bytes_put(out, inside->at, inside->len);
	/* what pads it is not part of an 802.3 frame's length: it must be there */
	if (!flow->ether_type && out->len < FRAME_MIN)
		bytes_fill(out, 0, FRAME_MIN - out->len);
}

static void truncate_frame(struct packet *p, struct spec *spec)
{
	uint32_t len;

	if (!spec_has(spec, "truncate"))
		return;
	len = spec_number(spec, "truncate", FRAME_MIN, 0xffff);
	if (p->nframe != 1 || len < 14 || len > p->frame[0].len)
		spec_fail(spec, "truncate: expected a length from 14 to %zu of a single frame",
			  p->frame[0].len);
	else
		p->frame[0].len = len;
}

static void build_hex(struct packet *p, struct spec *spec)
{
	uint8_t chunk[MTU + 18];
	size_t len = 0;

	p->nframe = 1;
	for (unsigned i = 0; i < spec->n; i++) {
		struct spec_key *key = &spec->key[i];

		key->used = true;
		if (key->value || !hex_parse(key->key, chunk, sizeof(chunk), &len))
			spec_fail(spec, "hex: expected pairs of hexadecimal digits");
		else
			bytes_put(&p->frame[0], chunk, len);
	}
	if (p->frame[0].len < 14)
		spec_fail(spec, "hex: expected at least the 14 bytes of an Ethernet header");
}

static void build(struct packet *p, struct spec *spec, const struct protocol *protocol,
		  struct flow *flow)
{
	struct bytes inside[FRAGMENTS_MAX] = {{0}};
	struct bytes payload = {0};

	flow_init(flow, spec, protocol);
	protocol->build(&payload, spec, flow);
	if (flow->family) {
		p->nframe = datagrams_put(inside, spec, flow, &payload);
	} else {
		p->nframe = 1;
		bytes_put(&inside[0], payload.at, payload.len);
	}
	for (unsigned i = 0; i < p->nframe; i++)
		wrap(&p->frame[i], spec, flow, &inside[i]);
	truncate_frame(p, spec);
	if (p->nframe > 1)
		bytes_put(&p->payload, payload.at, payload.len);
	bytes_release(&payload);
	for (unsigned i = 0; i < FRAGMENTS_MAX; i++)
		bytes_release(&inside[i]);
}

bool packet_build(struct packet *p, struct spec *spec, const struct end *from, const struct end *to,
		  unsigned tag)
{
	const struct protocol *protocol = protocol_named(spec->protocol);
	struct flow flow = {.from = from, .to = to, .tag = tag};

	*p = (struct packet){0};
	if (!strcmp(spec->protocol, "hex"))
		build_hex(p, spec);
	else if (protocol)
		build(p, spec, protocol, &flow);
	else
		spec_fail(spec, "expected a protocol, found \"%s\"", spec->protocol);
	return spec_finish(spec);
}

void packet_release(struct packet *p)
{
	for (unsigned i = 0; i < FRAGMENTS_MAX; i++)
		bytes_release(&p->frame[i]);
	bytes_release(&p->payload);
}

size_t frame_network(const uint8_t *frame, size_t len, uint16_t *ret_type)
{
	for (size_t at = 12; at + 2 <= len; at += 4) {
		uint16_t type = bytes_get16(frame + at);

		if (type != 0x8100 && type != 0x88a8) {
			*ret_type = type;
			return at + 2;
		}
	}
	return 0;
}

size_t frame_length(const uint8_t *frame, size_t len)
{
	uint16_t type = 0;
	size_t at = frame_network(frame, len, &type);
	size_t total = len;

	if (at && type == 0x0800 && len >= at + 20)
		total = at + bytes_get16(frame + at + 2);
	else if (at && type == 0x86dd && len >= at + 40)
		total = at + 40 + bytes_get16(frame + at + 4);
	return total >= at + 20 && total < len ? total : len;
}
