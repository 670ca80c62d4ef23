/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "payload.h"

#include <string.h>

static const uint8_t broadcast[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
static const uint8_t nobody[6];

static const struct {
	const char *name;
	uint16_t number;
} operations[] = {
	{"request", 1},    {"reply", 2},         {"rarp-request", 3},
	{"rarp-reply", 4}, {"inarp-request", 8}, {"nak", 9},
};

static uint16_t operation(struct spec *spec, const char *fallback)
{
	const char *text = spec_text(spec, "op", fallback);
	uint32_t number = 0;

	for (size_t i = 0; i < sizeof(operations) / sizeof(*operations); i++)
		if (!strcmp(operations[i].name, text))
			return operations[i].number;
	if (!number_parse(text, 0xffff, &number))
		spec_fail(spec, "op: expected a name or number of an ARP operation, found \"%s\"",
			  text);
	return (uint16_t)number;
}

struct arp_addresses {
	const uint8_t *sender_mac, *sender_ip, *target_mac, *target_ip;
};

static void put_arp(struct bytes *out, struct spec *spec, uint16_t op,
		    const struct arp_addresses *fallback)
{
	uint8_t mac[6];
	uint8_t ip[4];

	bytes_put16(out, (uint16_t)spec_number(spec, "htype", 1, 0xffff));
	bytes_put16(out, (uint16_t)spec_number(spec, "ptype", 0x0800, 0xffff));
	bytes_put8(out, (uint8_t)spec_number(spec, "hlen", 6, 0xff));
	bytes_put8(out, (uint8_t)spec_number(spec, "plen", 4, 0xff));
	bytes_put16(out, op);
	spec_mac(spec, "sha", fallback->sender_mac, mac);
	bytes_put(out, mac, 6);
	spec_ip(spec, "spa", 4, fallback->sender_ip, ip);
	bytes_put(out, ip, 4);
	spec_mac(spec, "tha", fallback->target_mac, mac);
	bytes_put(out, mac, 6);
	spec_ip(spec, "tpa", 4, fallback->target_ip, ip);
	bytes_put(out, ip, 4);
}

void payload_arp(struct bytes *out, struct spec *spec, struct flow *flow)
{
	uint16_t op = operation(spec, "request");
	bool asks = op == 1;
	struct arp_addresses fallback = {
		flow->from->mac,
		flow->from->ip4,
		asks ? nobody : flow->to->mac,
		flow->to->ip4,
	};

	flow->ether_type = 0x0806;
	if (asks)
		memcpy(flow->ether_dst, broadcast, 6);
	put_arp(out, spec, op, &fallback);
}

/* by default what QEMU announces after a migration */
void payload_rarp(struct bytes *out, struct spec *spec, struct flow *flow)
{
	struct arp_addresses fallback = {flow->from->mac, nobody, flow->from->mac, nobody};

	flow->ether_type = 0x8035;
	memcpy(flow->ether_dst, broadcast, 6);
	put_arp(out, spec, operation(spec, "rarp-request"), &fallback);
}

static void put_bridge_id(struct bytes *out, struct spec *spec, const char *priority,
			  const char *address, const struct flow *flow)
{
	uint8_t mac[6];

	bytes_put16(out, (uint16_t)spec_number(spec, priority, 0x8000, 0xffff));
	spec_mac(spec, address, flow->from->mac, mac);
	bytes_put(out, mac, 6);
}

/* the keys are the attributes of the filter language, with the wire's values */
void payload_stp(struct bytes *out, struct spec *spec, struct flow *flow)
{
	static const uint8_t group[6] = {0x01, 0x80, 0xc2, 0x00, 0x00, 0x00};
	static const uint8_t llc[3] = {0x42, 0x42, 0x03};
	uint8_t type = (uint8_t)spec_number(spec, "type", 0, 0xff);

	flow->ether_type = 0;
	memcpy(flow->ether_dst, group, 6);
	bytes_put(out, llc, sizeof(llc));
	bytes_put16(out, 0);
	bytes_put8(out, (uint8_t)spec_number(spec, "version", 0, 0xff));
	bytes_put8(out, type);
	if (type == 0x80)
		return;
	bytes_put8(out, (uint8_t)spec_number(spec, "flags", 0, 0xff));
	put_bridge_id(out, spec, "root-priority", "root-address", flow);
	bytes_put32(out, spec_number(spec, "root-cost", 0, UINT32_MAX));
	put_bridge_id(out, spec, "sender-priority", "sender-address", flow);
	bytes_put16(out, (uint16_t)spec_number(spec, "port", 0x8001, 0xffff));
	bytes_put16(out, (uint16_t)spec_number(spec, "age", 0, 0xffff));
	bytes_put16(out, (uint16_t)spec_number(spec, "max-age", 20 << 8, 0xffff));
	bytes_put16(out, (uint16_t)spec_number(spec, "hello-time", 2 << 8, 0xffff));
	bytes_put16(out, (uint16_t)spec_number(spec, "forward-delay", 15 << 8, 0xffff));
}

void payload_raw(struct bytes *out, struct spec *spec, struct flow *flow)
{
	flow->ether_type = (uint16_t)spec_number(spec, "type", 0x88b5, 0xffff);
	payload_filler(out, spec, flow);
}
