/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/flow_checksum.h"

#include <stdbool.h>
#include <string.h>

#define SCTP 132
#define SCTP_AT 8

/* where the field is, and whether the addresses count too */
static const struct {
	unsigned l4proto;
	size_t at;
	bool pseudo_ipv4, pseudo_ipv6;
} fields[] = {
	{6, 16, true, true},  /* TCP: RFC 9293 3.1 */
	{17, 6, true, true},  /* UDP: RFC 768 */
	{136, 6, true, true}, /* UDP-Lite: RFC 3828 3.1 */
	{1, 2, false, false}, /* ICMP: RFC 792 */
	{58, 2, false, true}, /* ICMPv6: RFC 4443 2.3 */
	{2, 2, false, false}, /* IGMP: RFC 2236 2.3 */
};

static uint32_t add(uint32_t sum, const unsigned char *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		sum += i % 2 ? b[i] : (uint32_t)b[i] << 8;
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return sum;
}

uint16_t internet_checksum(const unsigned char *bytes, size_t n)
{
	return (uint16_t)~add(0, bytes, n);
}

/* CRC32c, bit by bit (RFC 9260 appendix A); the field is in the order of the bits */
static uint32_t crc32c(const unsigned char *b, size_t n)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < n; i++) {
		crc ^= b[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78 : 0);
	}
	return ~crc;
}

static void sctp_checksum(unsigned char *b, size_t n)
{
	uint32_t crc;

	if (n < SCTP_AT + 4)
		return;
	crc = crc32c(b, n);
	for (unsigned i = 0; i < 4; i++)
		b[SCTP_AT + i] = (unsigned char)(crc >> 8 * i);
}

void transport_checksum(unsigned l4proto, const unsigned char *src, const unsigned char *dst,
			size_t address, unsigned char *b, size_t n)
{
	uint32_t sum = 0;
	uint16_t field;
	size_t i = 0;

	if (l4proto == SCTP)
		sctp_checksum(b, n);
	while (i < sizeof(fields) / sizeof(fields[0]) && fields[i].l4proto != l4proto)
		i++;
	if (i == sizeof(fields) / sizeof(fields[0]) || n < fields[i].at + 2)
		return;
	if (address == 16 ? fields[i].pseudo_ipv6 : fields[i].pseudo_ipv4) {
		const unsigned char rest[] = {0, (unsigned char)l4proto, (unsigned char)(n >> 8),
					      (unsigned char)n};

		sum = add(add(add(sum, src, address), dst, address), rest, sizeof(rest));
	}
	field = (uint16_t)~add(sum, b, n);
	/* to UDP, 0 is none */
	if (!field)
		field = 0xffff;
	b[fields[i].at] = (unsigned char)(field >> 8);
	b[fields[i].at + 1] = (unsigned char)field;
}
