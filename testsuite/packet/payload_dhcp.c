/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "payload.h"

#define CLIENT_PORT 68
#define SERVER_PORT 67
#define OPTIONS_MAX 512
/* sname and file */
#define NAMES 192

static void put_ip(struct bytes *out, struct spec *spec, const char *key)
{
	static const uint8_t none[4];
	uint8_t address[4];

	spec_ip(spec, key, 4, none, address);
	bytes_put(out, address, sizeof(address));
}

static void put_options(struct bytes *out, struct spec *spec)
{
	const char *text = spec_text(spec, "opt", "350101ff");
	uint8_t options[OPTIONS_MAX];
	size_t len = 0;

	if (hex_parse(text, options, sizeof(options), &len))
		bytes_put(out, options, len);
	else
		spec_fail(spec, "opt: expected pairs of hexadecimal digits");
}

/* RFC 2131 2: from a client to a server, or the other way with op=2 */
void payload_dhcp(struct bytes *out, struct spec *spec, struct flow *flow)
{
	size_t start = out->len;
	uint8_t op = (uint8_t)spec_number(spec, "op", 1, 0xff);
	uint8_t client[6];

	spec_mac(spec, "chaddr", op == 1 ? flow->from->mac : flow->to->mac, client);
	bytes_put16(out, (uint16_t)spec_number(spec, "sport", op == 1 ? CLIENT_PORT : SERVER_PORT,
					       0xffff));
	bytes_put16(out, (uint16_t)spec_number(spec, "dport", op == 1 ? SERVER_PORT : CLIENT_PORT,
					       0xffff));
	bytes_put32(out, 0);
	bytes_put8(out, op);
	bytes_put8(out, (uint8_t)spec_number(spec, "htype", 1, 0xff));
	bytes_put8(out, (uint8_t)spec_number(spec, "hlen", 6, 0xff));
	bytes_put8(out, 0);
	bytes_put32(out, spec_number(spec, "xid", flow->tag, UINT32_MAX));
	bytes_put32(out, 0);
	put_ip(out, spec, "ciaddr");
	put_ip(out, spec, "yiaddr");
	bytes_fill(out, 0, 8);
	bytes_put(out, client, sizeof(client));
	bytes_fill(out, 0, 10 + NAMES);
	bytes_put32(out, spec_number(spec, "magic", 0x63825363, UINT32_MAX));
	put_options(out, spec);
	bytes_set16(out, start + 4, (uint16_t)(out->len - start));
	payload_checksum(out, start, 6, flow, true);
}
