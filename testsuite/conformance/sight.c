/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sight.h"

#include <stdio.h>
#include <string.h>

#define ETHER_HEADER 14
#define PACKET_MAX (1 << 16)

static unsigned number16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

/* FNV-1a: short, and collisions would need thousands of frames in one place */
static uint64_t digest(const uint8_t *at, size_t len)
{
	uint64_t sum = 0xcbf29ce484222325u;

	for (size_t i = 0; i < len; i++)
		sum = (sum ^ at[i]) * 0x100000001b3u;
	return sum;
}

/* without padding, checksum, hop count, and identification, which the host may choose */
static uint64_t digest_ip(const uint8_t *packet, size_t len)
{
	uint8_t copy[PACKET_MAX];

	if (len > sizeof(copy))
		len = sizeof(copy);
	memcpy(copy, packet, len);
	if (len >= 20 && copy[0] >> 4 == 4) {
		if (number16(copy + 2) >= 20 && number16(copy + 2) < len)
			len = number16(copy + 2);
		memset(copy + 4, 0, 2);
		copy[8] = 0;
		memset(copy + 10, 0, 2);
	} else if (len >= 40 && copy[0] >> 4 == 6) {
		if (40 + number16(copy + 4) < len)
			len = 40 + number16(copy + 4);
		copy[7] = 0;
		/* whoever cuts a datagram anew chooses the fragments' identification */
		if (copy[6] == 44 && len >= 48)
			memset(copy + 44, 0, 4);
	}
	return digest(copy, len);
}

struct sight sight_of_packet(const uint8_t *packet, size_t len)
{
	uint64_t content = digest_ip(packet, len);

	return (struct sight){.whole = content, .content = content, .ip = true};
}

struct sight sight_of_frame(const uint8_t *frame, size_t len)
{
	unsigned type = len >= ETHER_HEADER ? number16(frame + 12) : 0;
	struct sight s = {.whole = digest(frame, len)};

	s.content = s.whole;
	s.ip = type == 0x0800 || type == 0x86dd;
	if (s.ip)
		s.content = digest_ip(frame + ETHER_HEADER, len - ETHER_HEADER);
	return s;
}

bool sight_of_complaint(const uint8_t *frame, size_t len, struct sight *ret)
{
	unsigned type = len >= ETHER_HEADER ? number16(frame + 12) : 0;
	const uint8_t *packet = frame + ETHER_HEADER;
	size_t header = type == 0x86dd ? 40 : 20;

	if ((type != 0x0800 && type != 0x86dd) || len < ETHER_HEADER + header + 8 + header)
		return false;
	if (type == 0x0800 ? packet[0] != 0x45 && packet[0] != 0x46 : packet[6] != 58)
		return false;
	if (type == 0x0800) {
		header = (packet[0] & 15u) * 4u;
		if (packet[9] != 1 || packet[header] != 3)
			return false;
	} else if (packet[header] != 1) {
		return false;
	}
	*ret = sight_of_packet(packet + header + 8, len - ETHER_HEADER - header - 8);
	return true;
}

bool sight_same(const struct sight *sent, const struct sight *seen)
{
	return sent->whole == seen->whole ||
	       (sent->ip && seen->ip && sent->content == seen->content);
}

static void describe_above(unsigned protocol, const uint8_t *at, size_t len, char text[SIGHT_WORDS])
{
	if ((protocol == 1 || protocol == 58) && len >= 2)
		snprintf(text, SIGHT_WORDS, "icmp%s%u/%u", protocol == 58 ? "v6-" : "", at[0],
			 at[1]);
	else if (protocol == 6 && len >= 14 && at[13] & 4)
		snprintf(text, SIGHT_WORDS, "tcp-reset");
	else
		snprintf(text, SIGHT_WORDS, "protocol%u", protocol);
}

void sight_describe(const uint8_t *frame, size_t len, char text[SIGHT_WORDS])
{
	unsigned type = len >= ETHER_HEADER ? number16(frame + 12) : 0;
	const uint8_t *packet = frame + ETHER_HEADER;
	size_t n = len - ETHER_HEADER;

	if (type == 0x0800 && n >= 20 && number16(packet + 6) & 0x3fff)
		snprintf(text, SIGHT_WORDS, "fragment");
	else if (type == 0x0800 && n >= 20 && (packet[0] & 15u) * 4u < n)
		describe_above(packet[9], packet + (packet[0] & 15u) * 4u,
			       n - (packet[0] & 15u) * 4u, text);
	else if (type == 0x86dd && n >= 40)
		describe_above(packet[6], packet + 40, n - 40, text);
	else
		snprintf(text, SIGHT_WORDS, "type%04x", type);
}
