/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "payload.h"

#include <string.h>

#include "datagram.h"

static void put_type_code(struct bytes *out, struct spec *spec, uint8_t type, uint8_t code)
{
	bytes_put8(out, (uint8_t)spec_number(spec, "type", type, 0xff));
	bytes_put8(out, (uint8_t)spec_number(spec, "code", code, 0xff));
	bytes_put16(out, 0);
}

static void put_echo(struct bytes *out, struct spec *spec, const char *id, const char *seq)
{
	bytes_put16(out, (uint16_t)spec_number(spec, id, 1, 0xffff));
	bytes_put16(out, (uint16_t)spec_number(spec, seq, 1, 0xffff));
}

void payload_icmp(struct bytes *out, struct spec *spec, struct flow *flow)
{
	size_t start = out->len;

	put_type_code(out, spec, 8, 0);
	put_echo(out, spec, "id", "seq");
	payload_filler(out, spec, flow);
	payload_checksum(out, start, 2, flow, false);
}

/* the first eight bytes behind the IP header of the datagram that is quoted */
static uint8_t put_quoted_payload(struct bytes *out, struct spec *spec)
{
	const char *word = spec_text(spec, "flow", "udp");
	size_t start = out->len;

	if (!strcmp(word, "icmp")) {
		bytes_put8(out, 8);
		bytes_put8(out, 0);
		bytes_put16(out, 0);
		put_echo(out, spec, "flow.id", "flow.seq");
		bytes_set16(out, start + 2, checksum_end(checksum_add(0, out->at + start, 8)));
		return 1;
	}
	bytes_put16(out, (uint16_t)spec_number(spec, "flow.sport", 40000, 0xffff));
	bytes_put16(out, (uint16_t)spec_number(spec, "flow.dport", 40001, 0xffff));
	if (!strcmp(word, "tcp")) {
		bytes_put32(out, spec_number(spec, "flow.seq", 1000, UINT32_MAX));
		return 6;
	}
	if (strcmp(word, "udp"))
		spec_fail(spec, "flow: expected udp, tcp or icmp, found \"%s\"", word);
	bytes_put16(out, 8);
	bytes_put16(out, 0);
	return 17;
}

/*
 * Quotes a datagram that the receiver of the error had sent to its sender;
 * other addresses by flow.src and flow.dst.
 */
void payload_icmp_error(struct bytes *out, struct spec *spec, struct flow *flow)
{
	size_t start = out->len;
	struct bytes quoted = {0};
	struct ip4_header header = {.ttl = 63, .id = (uint16_t)flow->tag};

	put_type_code(out, spec, 3, 3);
	bytes_put32(out, 0);
	header.protocol = put_quoted_payload(&quoted, spec);
	spec_ip(spec, "flow.src", 4, flow->to->ip4, header.src);
	spec_ip(spec, "flow.dst", 4, flow->from->ip4, header.dst);
	ip4_put(out, &header, quoted.len);
	bytes_put(out, quoted.at, quoted.len);
	bytes_release(&quoted);
	payload_checksum(out, start, 2, flow, false);
}

/* types 135 and 136 have a target instead of an identifier */
void payload_icmpv6(struct bytes *out, struct spec *spec, struct flow *flow)
{
	size_t start = out->len;
	uint8_t target[16];
	uint8_t type;

	put_type_code(out, spec, 128, 0);
	type = out->at[start];
	if (type == 135 || type == 136) {
		bytes_put32(out, 0);
		spec_ip(spec, "target", 6, type == 135 ? flow->to->ip6 : flow->from->ip6, target);
		bytes_put(out, target, sizeof(target));
	} else {
		put_echo(out, spec, "id", "seq");
		payload_filler(out, spec, flow);
	}
	payload_checksum(out, start, 2, flow, true);
}

void payload_igmp(struct bytes *out, struct spec *spec, struct flow *flow)
{
	size_t start = out->len;
	uint8_t group[4];

	bytes_put8(out, (uint8_t)spec_number(spec, "type", 0x16, 0xff));
	bytes_put8(out, 0);
	bytes_put16(out, 0);
	spec_ip(spec, "group", 4, flow->dst, group);
	bytes_put(out, group, sizeof(group));
	payload_checksum(out, start, 2, flow, false);
}
