/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "watch.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

void watch_init(struct watch *w, const struct packet *packet, unsigned from)
{
	*w = (struct watch){.packet = packet, .from = from};
}

void watch_release(struct watch *w)
{
	for (unsigned i = 0; i < END_MAX; i++)
		free(w->covered[i]);
}

static size_t watch_all(const struct watch *w)
{
	return w->packet->nframe == 1 ? 1 : w->packet->payload.len;
}

static bool same_frame(const struct watch *w, const uint8_t *frame, size_t len)
{
	const struct bytes *sent = &w->packet->frame[0];
	size_t sent_len = frame_length(sent->at, sent->len);
	size_t skip = w->from == END_HOSTIP ? 14 : 0;

	return sent_len == len && !memcmp(sent->at + skip, frame + skip, len - skip);
}

/* a router in between writes other MAC addresses, and the datagram has a hop less */
static bool same_routed(const struct watch *w, const uint8_t *frame, size_t len)
{
	const struct bytes *sent = &w->packet->frame[0];
	uint16_t type = 0;
	size_t at = frame_network(frame, len, &type);
	const uint8_t *was = sent->at + 14;
	const uint8_t *is = frame + at;

	if (at != 14 || type != 0x0800 || len < at + 20 ||
	    frame_length(sent->at, sent->len) != len || bytes_get16(was - 2) != 0x0800)
		return false;
	return is[8] + 1 == was[8] && !memcmp(was, is, 8) && is[9] == was[9] &&
	       !memcmp(was + 12, is + 12, len - at - 12);
}

struct piece {
	size_t offset;
	const uint8_t *at;
	size_t len;
};

/* finds the piece of the watched datagram that an IPv4 frame carries */
static bool find_piece(const struct watch *w, const uint8_t *frame, size_t len, struct piece *ret)
{
	const struct bytes *sent = &w->packet->frame[0];
	uint16_t type = 0;
	size_t at = frame_network(sent->at, sent->len, &type);
	size_t skip = w->from == END_HOSTIP ? 14 : 0;
	size_t header;

	if (type != 0x0800 || len < at + 20 || memcmp(sent->at + skip, frame + skip, at - skip))
		return false;
	/* identification, protocol and addresses are what makes fragments one datagram */
	if (memcmp(sent->at + at + 4, frame + at + 4, 2) || sent->at[at + 9] != frame[at + 9] ||
	    memcmp(sent->at + at + 12, frame + at + 12, 8))
		return false;
	header = (frame[at] & 15u) * 4;
	if (len < at + header)
		return false;
	ret->offset = (bytes_get16(frame + at + 6) & 0x1fffu) * 8;
	ret->at = frame + at + header;
	ret->len = len - at - header;
	return ret->offset + ret->len <= w->packet->payload.len &&
	       !memcmp(w->packet->payload.at + ret->offset, ret->at, ret->len);
}

static void cover(struct watch *w, unsigned end, const struct piece *piece)
{
	if (!w->covered[end])
		w->covered[end] = calloc(w->packet->payload.len, sizeof(bool));
	if (!w->covered[end])
		err(2, "memory");
	for (size_t i = piece->offset; i < piece->offset + piece->len; i++) {
		w->seen[end] += !w->covered[end][i];
		w->covered[end][i] = true;
	}
}

/* destination unreachable of either family, or a TCP reset */
static bool is_refusal(const uint8_t *frame, size_t len)
{
	uint16_t type = 0;
	size_t at = frame_network(frame, len, &type);
	size_t header;

	if (!at || at >= len)
		return false;
	if (type == 0x86dd && len > at + 53)
		return (frame[at + 6] == 58 && frame[at + 40] == 1) ||
		       (frame[at + 6] == 6 && frame[at + 53] & 4);
	header = (frame[at] & 15u) * 4;
	if (type != 0x0800 || len <= at + header + 13)
		return false;
	return (frame[at + 9] == 1 && frame[at + header] == 3) ||
	       (frame[at + 9] == 6 && frame[at + header + 13] & 4);
}

void watch_note(struct watch *w, unsigned end, const uint8_t *frame, size_t len)
{
	struct piece piece;
	/* replies to the IP stack arrive where the bridge device's do */
	bool at_sender = end == w->from || (end == END_HOST && w->from == END_HOSTIP);

	len = frame_length(frame, len);
	if (at_sender && is_refusal(frame, len))
		w->refused = true;
	else if (w->packet->nframe == 1)
		w->seen[end] |= same_frame(w, frame, len) || same_routed(w, frame, len);
	else if (find_piece(w, frame, len, &piece))
		cover(w, end, &piece);
}

enum verdict watch_verdict(const struct watch *w, unsigned to)
{
	if (w->seen[to] == watch_all(w))
		return VERDICT_PASSED;
	if (w->seen[to])
		return VERDICT_PARTIAL;
	return w->refused ? VERDICT_REJECTED : VERDICT_DROPPED;
}
