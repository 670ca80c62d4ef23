/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "datagram.h"

#include <string.h>

#define MORE_FRAGMENTS 0x2000

void ip4_put(struct bytes *out, const struct ip4_header *header, size_t payload)
{
	size_t start = out->len;
	size_t len = 20 + header->noptions;

	bytes_put8(out, (uint8_t)(0x40 | len / 4));
	bytes_put8(out, header->tos);
	bytes_put16(out, (uint16_t)(len + payload));
	bytes_put16(out, header->id);
	bytes_put16(out, header->fragment);
	bytes_put8(out, header->ttl);
	bytes_put8(out, header->protocol);
	bytes_put16(out, 0);
	bytes_put(out, header->src, 4);
	bytes_put(out, header->dst, 4);
	bytes_put(out, header->options, header->noptions);
	bytes_set16(out, start + 10, checksum_end(checksum_add(0, out->at + start, len)));
}

static uint16_t fragment_field(struct spec *spec, bool more)
{
	uint32_t offset = spec_number(spec, "frag", 0, 0xffff);

	if (offset % 8)
		spec_fail(spec, "frag: expected a multiple of 8, found %u", offset);
	return (uint16_t)(offset / 8 | (more ? MORE_FRAGMENTS : 0));
}

static bool more_fragments(struct spec *spec)
{
	return spec_number(spec, "mf", 0, 1) == 1;
}

/* ICMP has an identifier of its own; elsewhere id= is that of the datagram */
static const char *id_key(const struct flow *flow)
{
	return flow->number == 1 || flow->number == 58 ? "ip.id" : "id";
}

static void ip4_read(struct ip4_header *header, struct spec *spec, const struct flow *flow)
{
	const char *options = spec_text(spec, "options", NULL);

	*header = (struct ip4_header){
		.tos = (uint8_t)spec_number(spec, "tos", 0, 0xff),
		.ttl = (uint8_t)spec_number(spec, "ttl", 64, 0xff),
		.id = (uint16_t)spec_number(spec, id_key(flow), flow->tag, 0xffff),
		.fragment = fragment_field(spec, more_fragments(spec)),
		.protocol = flow->number,
	};
	memcpy(header->src, flow->src, 4);
	memcpy(header->dst, flow->dst, 4);
	if (options &&
	    (!hex_parse(options, header->options, 40, &header->noptions) || header->noptions % 4))
		spec_fail(spec, "options: expected up to 10 words of 8 hexadecimal digits");
}

static unsigned ip4_fragments(struct bytes *out, struct spec *spec, struct ip4_header *header,
			      const struct bytes *payload, unsigned n)
{
	size_t piece = (payload->len / n + 7) / 8 * 8;
	size_t offset = 0;

	if (payload->len <= piece * (n - 1)) {
		spec_fail(spec, "fragments: %zu bytes do not make %u fragments", payload->len, n);
		return 0;
	}
	for (unsigned i = 0; i < n; i++, offset += piece) {
		bool last = i == n - 1;
		size_t len = last ? payload->len - offset : piece;

		header->fragment = (uint16_t)(offset / 8 | (last ? 0 : MORE_FRAGMENTS));
		ip4_put(&out[i], header, len);
		bytes_put(&out[i], payload->at + offset, len);
	}
	return n;
}

static unsigned ip4_datagrams(struct bytes *out, struct spec *spec, const struct flow *flow,
			      const struct bytes *payload)
{
	uint32_t n = spec_number(spec, "fragments", 1, FRAGMENTS_MAX);
	struct ip4_header header;

	ip4_read(&header, spec, flow);
	if (n > 1)
		return ip4_fragments(out, spec, &header, payload, n);
	ip4_put(out, &header, payload->len);
	bytes_put(out, payload->at, payload->len);
	return 1;
}

/* a hop-by-hop or destination header that holds nothing but padding */
static void put_padding_header(struct bytes *out, uint8_t next)
{
	static const uint8_t pad[] = {1, 4, 0, 0, 0, 0};

	bytes_put8(out, next);
	bytes_put8(out, 0);
	bytes_put(out, pad, sizeof(pad));
}

/* the extension headers, in the order that RFC 8200 wants; returns the first one's number */
static uint8_t put_extensions(struct bytes *out, struct spec *spec, const struct flow *flow)
{
	bool hbh = spec_number(spec, "hbh", 0, 1);
	bool destination = spec_number(spec, "dstopt", 0, 1);
	bool fragment = spec_has(spec, "frag") || spec_has(spec, "mf");
	uint8_t after_hbh = fragment ? 44 : destination ? 60 : flow->number;

	if (hbh)
		put_padding_header(out, after_hbh);
	if (fragment) {
		uint16_t more = more_fragments(spec);

		bytes_put8(out, destination ? 60 : flow->number);
		bytes_put8(out, 0);
		bytes_put16(out, (uint16_t)(fragment_field(spec, false) << 3 | more));
		bytes_put32(out, spec_number(spec, id_key(flow), flow->tag, UINT32_MAX));
	}
	if (destination)
		put_padding_header(out, flow->number);
	return hbh ? 0 : after_hbh;
}

static unsigned ip6_datagram(struct bytes *out, struct spec *spec, const struct flow *flow,
			     const struct bytes *payload)
{
	struct bytes extensions = {0};
	uint8_t next = put_extensions(&extensions, spec, flow);

	bytes_put32(out, 0x60000000 | spec_number(spec, "tos", 0, 0xff) << 20);
	bytes_put16(out, (uint16_t)(extensions.len + payload->len));
	bytes_put8(out, next);
	/* neighbour discovery is only valid with the greatest hop limit */
	bytes_put8(out, (uint8_t)spec_number(spec, "ttl", flow->number == 58 ? 255 : 64, 0xff));
	bytes_put(out, flow->src, 16);
	bytes_put(out, flow->dst, 16);
	bytes_put(out, extensions.at, extensions.len);
	bytes_put(out, payload->at, payload->len);
	bytes_release(&extensions);
	return 1;
}

unsigned datagrams_put(struct bytes *out, struct spec *spec, const struct flow *flow,
		       const struct bytes *payload)
{
	return flow->family == 4 ? ip4_datagrams(out, spec, flow, payload)
				 : ip6_datagram(out, spec, flow, payload);
}
