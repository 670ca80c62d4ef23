/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "payload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void payload_filler(struct bytes *out, struct spec *spec, const struct flow *flow)
{
	size_t len = spec_number(spec, "len", (uint32_t)flow->payload, 0xffff);
	char *text;
	int n = asprintf(&text, "packet-test line %u. ", flow->tag);

	if (n < 0)
		abort();
	for (size_t done = 0; done < len; done += (size_t)n)
		bytes_put(out, text, len - done < (size_t)n ? len - done : (size_t)n);
	free(text);
}

void payload_checksum(struct bytes *out, size_t start, size_t offset, const struct flow *flow,
		      bool pseudo_header)
{
	size_t width = flow->family == 4 ? 4 : 16;
	uint32_t sum = 0;

	if (pseudo_header) {
		sum = checksum_add(sum, flow->src, width);
		sum = checksum_add(sum, flow->dst, width);
		sum += flow->number + (uint32_t)(out->len - start);
	}
	bytes_set16(out, start + offset, 0);
	sum = checksum_add(sum, out->at + start, out->len - start);
	bytes_set16(out, start + offset, checksum_end(sum) ^ (flow->bad_checksum ? 0x5555 : 0));
}

static void put_ports(struct bytes *out, struct spec *spec)
{
	bytes_put16(out, (uint16_t)spec_number(spec, "sport", 40000, 0xffff));
	bytes_put16(out, (uint16_t)spec_number(spec, "dport", 40001, 0xffff));
}

void payload_any(struct bytes *out, struct spec *spec, struct flow *flow)
{
	payload_filler(out, spec, flow);
}

/* UDP-Lite has the length of what the checksum covers in the place of the length */
static void put_udp(struct bytes *out, struct spec *spec, struct flow *flow)
{
	size_t start = out->len;

	put_ports(out, spec);
	bytes_put32(out, 0);
	payload_filler(out, spec, flow);
	bytes_set16(out, start + 4, (uint16_t)(out->len - start));
	payload_checksum(out, start, 6, flow, true);
	/* zero means that there is no checksum */
	if (!bytes_get16(out->at + start + 6))
		bytes_set16(out, start + 6, 0xffff);
}

void payload_udp(struct bytes *out, struct spec *spec, struct flow *flow)
{
	put_udp(out, spec, flow);
}

void payload_udplite(struct bytes *out, struct spec *spec, struct flow *flow)
{
	put_udp(out, spec, flow);
}

static uint8_t tcp_flags(struct spec *spec)
{
	static const char letters[] = "FSRPAUEC";
	const char *text = spec_text(spec, "flags", "S");
	uint8_t flags = 0;

	if (!strcmp(text, "none"))
		return 0;
	for (const char *at = text; *at; at++) {
		const char *letter = strchr(letters, *at);

		if (!letter)
			spec_fail(spec, "flags: expected letters of %s or \"none\", found \"%s\"",
				  letters, text);
		else
			flags |= (uint8_t)(1 << (letter - letters));
	}
	return flags;
}

/* one option of the kind and its usual length, padded to a word */
static void put_tcp_option(struct bytes *out, uint8_t kind)
{
	static const uint8_t lengths[] = {1, 1, 4, 3, 2, [8] = 10};
	uint8_t len = kind < sizeof(lengths) && lengths[kind] ? lengths[kind] : 4;
	size_t start = out->len;

	bytes_put8(out, kind);
	if (len > 1) {
		bytes_put8(out, len);
		bytes_fill(out, 1, len - 2u);
	}
	while ((out->len - start) % 4)
		bytes_put8(out, 1);
}

/*
 * By default the numbers of a connection that begins 1000 / 5000: a SYN, its
 * SYN-ACK, and for all other flags what the one who began sends next.
 */
void payload_tcp(struct bytes *out, struct spec *spec, struct flow *flow)
{
	size_t start = out->len;
	uint8_t flags = tcp_flags(spec);
	bool syn = flags & 0x02;
	bool ack = flags & 0x10;
	struct flow quiet = *flow;

	put_ports(out, spec);
	bytes_put32(out, spec_number(spec, "seq", !syn ? 1001 : ack ? 5000 : 1000, UINT32_MAX));
	bytes_put32(out, spec_number(spec, "ack", !ack ? 0 : syn ? 1001 : 5001, UINT32_MAX));
	bytes_put8(out, 0);
	bytes_put8(out, flags);
	bytes_put16(out, 8192);
	bytes_put32(out, 0);
	if (spec_has(spec, "option"))
		put_tcp_option(out, (uint8_t)spec_number(spec, "option", 2, 0xff));
	out->at[start + 12] = (uint8_t)((out->len - start) / 4 << 4);
	quiet.payload = 0;
	payload_filler(out, spec, &quiet);
	payload_checksum(out, start, 16, flow, true);
}

/* chunk types 1 and 2 open an association and have the fields of INIT */
void payload_sctp(struct bytes *out, struct spec *spec, struct flow *flow)
{
	size_t start = out->len;
	uint8_t chunk = (uint8_t)spec_number(spec, "chunk", 1, 0xff);
	bool opens = chunk == 1 || chunk == 2;
	size_t chunk_start;
	uint32_t crc;

	put_ports(out, spec);
	bytes_put32(out, spec_number(spec, "vtag", chunk == 1 ? 0 : 0x1001, UINT32_MAX));
	bytes_put32(out, 0);
	chunk_start = out->len;
	bytes_put32(out, (uint32_t)chunk << 24);
	if (opens) {
		bytes_put32(out, spec_number(spec, "itag", 0x1001, UINT32_MAX));
		bytes_put32(out, 65535);
		bytes_put16(out, 1);
		bytes_put16(out, 1);
		bytes_put32(out, 1000);
	} else {
		payload_filler(out, spec, flow);
	}
	bytes_set16(out, chunk_start + 2, (uint16_t)(out->len - chunk_start));
	while ((out->len - start) % 4)
		bytes_put8(out, 0);
	crc = checksum_crc32c(out->at + start, out->len - start);
	for (unsigned i = 0; i < 4; i++)
		out->at[start + 8 + i] = (uint8_t)(crc >> 8 * i);
}

void payload_esp(struct bytes *out, struct spec *spec, struct flow *flow)
{
	bytes_put32(out, spec_number(spec, "spi", 0x1000, UINT32_MAX));
	bytes_put32(out, spec_number(spec, "seq", 1, UINT32_MAX));
	payload_filler(out, spec, flow);
}

void payload_ah(struct bytes *out, struct spec *spec, struct flow *flow)
{
	/* 24 bytes of header, in words less two */
	bytes_put8(out, (uint8_t)spec_number(spec, "nexthdr", 59, 0xff));
	bytes_put8(out, 4);
	bytes_put16(out, 0);
	bytes_put32(out, spec_number(spec, "spi", 0x1000, UINT32_MAX));
	bytes_put32(out, spec_number(spec, "seq", 1, UINT32_MAX));
	bytes_fill(out, 0, 12);
	payload_filler(out, spec, flow);
}
