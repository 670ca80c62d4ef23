/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "end.h"

#include <string.h>

/* `number` is the last byte of both addresses, 10.9.1.n and fd00:9:1::n */
static const struct {
	const char *name;
	const char *link;
	uint8_t mac[6];
	uint8_t number;
} fixed[END_FIXED] = {
	[END_VM] = {"vm", "tap0", {0x52, 0x54, 0x00, 0x12, 0x34, 0x56}, 2},
	[END_VM2] = {"vm2", "tap1", {0x52, 0x54, 0x00, 0x12, 0x34, 0x57}, 4},
	[END_PEER] = {"peer", "peer0", {0x02, 0x00, 0x00, 0x09, 0x01, 0x03}, 3},
	[END_HOST] = {"host", "br0", {0x02, 0x00, 0x00, 0x09, 0x01, 0x01}, 1},
	[END_HOSTIP] = {"hostip", "br0", {0x02, 0x00, 0x00, 0x09, 0x01, 0x01}, 1},
};

static struct end *put_end(struct ends *ends, const char *name, const char *link,
			   const uint8_t *mac, uint8_t number)
{
	struct end *end = &ends->end[ends->n++];

	*end = (struct end){
		.name = name,
		.link = link,
		.ip4 = {10, 9, 1, number},
		.ip6 = {0xfd, 0x00, 0, 9, 0, 1, [15] = number},
	};
	memcpy(end->mac, mac, sizeof(end->mac));
	return end;
}

void ends_init(struct ends *ends)
{
	memset(ends, 0, sizeof(*ends));
	for (unsigned i = 0; i < END_FIXED; i++)
		put_end(ends, fixed[i].name, fixed[i].link, fixed[i].mac, fixed[i].number)
			->present = true;
}

int ends_named(const struct ends *ends, const char *name)
{
	for (unsigned i = 0; i < ends->n; i++)
		if (!strcmp(ends->end[i].name, name))
			return (int)i;
	return -1;
}

int ends_linked(const struct ends *ends, const char *link)
{
	for (unsigned i = 0; i < ends->n; i++)
		if (!strcmp(ends->end[i].link, link))
			return (int)i;
	return -1;
}

int ends_add(struct ends *ends, const char *link)
{
	struct end *end;

	if (ends->n == END_MAX)
		return -1;
	end = put_end(ends, link, link, fixed[END_VM].mac, (uint8_t)(16 + ends->n));
	end->mac[5] = (uint8_t)(0x60 + ends->n - 1);
	return (int)ends->n - 1;
}
