/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/learn_rules.h"

/*
 * Options of a DHCP message stand one behind the other, and rules cannot walk: there is
 * a chain for each place where one is looked for, which leads on to the place behind an
 * option of a length that is usual there.  So nothing inside an option, like a name that
 * the VM chose and the server repeats, is taken for one.
 *
 * Places are counted from the end of the UDP header.  Linux 6.1 begins no read behind
 * byte 255 and compares no more than 16 bytes, which ends what can be read 31 bytes
 * into the options.
 */
#define OPTIONS 240
#define ACK 5
#define MESSAGE_TYPE 0x350100
#define TYPE_BYTES 3
#define LEASE_TIME 0x3304
#define HEAD_BYTES 2
#define ADDRESS_BYTES 4
#define CLIENT_BYTES 7 /* option 61 with a hardware address */
struct key option_key(unsigned at, unsigned length)
{
	return (struct key){KEY_RAW_INNER, (uint16_t)(8 * (OPTIONS + at)), (uint16_t)length};
}

/*
 * What stands in front of the type of a message, which most put first.  The last ones
 * are those of a server that sorts its options: 1, 3, 6 and 51 before 53.
 */
static const struct {
	uint8_t n;
	uint8_t bytes[4];
} before_type[] = {
	{0, {0}},
	{1, {ADDRESS_BYTES}},
	{1, {CLIENT_BYTES}},
	{2, {ADDRESS_BYTES, ADDRESS_BYTES}},
	{3, {ADDRESS_BYTES, ADDRESS_BYTES, ADDRESS_BYTES}},
	{4, {ADDRESS_BYTES, ADDRESS_BYTES, ADDRESS_BYTES, ADDRESS_BYTES}},
	{4, {ADDRESS_BYTES, ADDRESS_BYTES, 2 * ADDRESS_BYTES, ADDRESS_BYTES}},
};
#define NBEFORE (sizeof(before_type) / sizeof(before_type[0]))

/* any option, but neither a filler nor the end */
static void is_option(struct maker *m, unsigned at, unsigned bytes)
{
	maker_put(m, stmt_range(option_key(at, 8), OP_EQ, value_of_number(1, 1),
				value_of_number(254, 1)));
	maker_is(m, option_key(at + 1, 8), bytes);
}

void option_type(struct maker *m, unsigned place, uint32_t type)
{
	unsigned at = 0;

	for (unsigned i = 0; i < before_type[place].n; i++) {
		is_option(m, at, before_type[place].bytes[i]);
		at += HEAD_BYTES + before_type[place].bytes[i];
	}
	maker_is(m, option_key(at, 24), MESSAGE_TYPE | type);
}

/*
 * Rules know times only as constants: a lease lasts as long as the next of these, and
 * there is a chain for each.  Servers are set up with them; another lease is rather kept
 * too long than cut off while the VM may use it.  At the less usual places only some are
 * told apart: rules and their kernel memory are each interface's own.
 */
static const struct lease_time {
	uint32_t seconds;
	bool rough;
	bool fallback; /* of leases whose time cannot be found */
	const char *label;
} times[] = {
	{10, false, false, "learn-10s"},
	{60, false, false, "learn-1m"},
	{120, false, false, "learn-2m"},
	{300, false, false, "learn-5m"},
	{600, true, false, "learn-10m"},
	{1800, false, false, "learn-30m"},
	{3600, true, false, "learn-1h"},
	{7200, true, false, "learn-2h"},
	{14400, false, false, "learn-4h"},
	{28800, false, false, "learn-8h"},
	{43200, true, false, "learn-12h"},
	{86400, true, true, "learn-1d"},
	{259200, false, false, "learn-3d"},
	{604800, false, false, "learn-7d"},
	{691200, true, false, "learn-8d"},
	{2592000, false, false, "learn-30d"},
	{UINT32_MAX, true, false, "learn-for-good"},
};
#define NTIME (sizeof(times) / sizeof(times[0]))

/* where the time of a lease is looked for */
static const struct place {
	uint8_t at;
	bool exact;
	bool walk; /* may be behind the type: then what stands there leads on */
	const char *walk_label;
	const char *time_label;
} places[] = {
	{0, false, false, NULL, "learn-time0"},
	{3, true, true, "learn-option3", "learn-time3"},
	{6, false, false, NULL, "learn-time6"},
	{9, true, true, "learn-option9", "learn-time9"},
	{12, false, true, "learn-option12", "learn-time12"},
	{15, false, true, "learn-option15", "learn-time15"},
	{18, false, true, "learn-option18", "learn-time18"},
	{21, false, true, "learn-option21", "learn-time21"},
	{22, false, false, NULL, "learn-time22"},
	{25, false, true, "learn-option25", "learn-time25"},
};
#define NPLACE (sizeof(places) / sizeof(places[0]))

struct lease_chain {
	struct nft_chain *walk[NPLACE];
	struct nft_chain *time[NPLACE];
	struct nft_chain *learn[NTIME];
	struct nft_chain *fallback; /* one of them */
};

/* NPLACE if there is none */
static size_t place_at(unsigned at)
{
	size_t i = 0;

	while (i < NPLACE && places[i].at != at)
		i++;
	return i;
}

static void learn_lease(struct maker *m, uint32_t seconds)
{
	maker_change(m, STMT_RENEW, lease_address, learn_set_of(m, FAMILY_IPV4), seconds);
	maker_change(m, STMT_RENEW, m->interface, m->tap, seconds);
	maker_end(m, VERDICT_RETURN, "lease");
	maker_put(m, (struct stmt){.kind = STMT_COUNTER});
	maker_end(m, VERDICT_RETURN, "no room for the lease");
}

static void time_chain(struct maker *m, const struct lease_chain *chains, const struct place *place)
{
	struct key key = option_key(place->at + HEAD_BYTES, 32);
	uint32_t low = 0;

	for (size_t i = 0; i < NTIME; i++) {
		if (!times[i].rough && !place->exact)
			continue;
		maker_put(m, stmt_range(key, OP_EQ, value_of_number(low, 4),
					value_of_number(times[i].seconds, 4)));
		maker_goto(m, chains->learn[i]);
		low = times[i].seconds + 1;
	}
	maker_end(m, VERDICT_RETURN, NULL);
}

static void walk_chain(struct maker *m, const struct lease_chain *chains, size_t i)
{
	static const unsigned bytes[] = {ADDRESS_BYTES, CLIENT_BYTES, 2 * ADDRESS_BYTES};

	maker_is(m, option_key(places[i].at, 16), LEASE_TIME);
	maker_goto(m, chains->time[i]);
	for (size_t k = 0; k < sizeof(bytes) / sizeof(bytes[0]); k++) {
		size_t next = place_at(places[i].at + HEAD_BYTES + bytes[k]);

		if (next == NPLACE || !places[next].walk)
			continue;
		is_option(m, places[i].at, bytes[k]);
		maker_goto(m, chains->walk[next]);
	}
	maker_goto(m, chains->fallback);
}

/* the time stands in front of the type, if there is much of that right there, or behind it */
static void ack(struct maker *m, const struct lease_chain *chains, unsigned place)
{
	unsigned n = before_type[place].n;
	unsigned at = 0;
	size_t next;

	for (unsigned i = 0; i < n; i++) {
		size_t early = place_at(at);

		at += HEAD_BYTES + before_type[place].bytes[i];
		if (before_type[place].bytes[i] != ADDRESS_BYTES || (n > 2 && i + 1 < n))
			continue;
		option_type(m, place, ACK);
		maker_is(m, option_key(places[early].at, 16), LEASE_TIME);
		maker_goto(m, chains->time[early]);
	}
	next = place_at(at + TYPE_BYTES);
	option_type(m, place, ACK);
	maker_goto(m, next < NPLACE && places[next].walk ? chains->walk[next] : chains->fallback);
}

static void add_chains(struct maker *m, struct lease_chain *ret)
{
	for (size_t i = 0; i < NTIME; i++) {
		ret->learn[i] = learn_chain(m, times[i].label);
		if (times[i].fallback)
			ret->fallback = ret->learn[i];
	}
	for (size_t i = 0; i < NPLACE; i++) {
		ret->time[i] = learn_chain(m, places[i].time_label);
		if (places[i].walk)
			ret->walk[i] = learn_chain(m, places[i].walk_label);
	}
}

void lease_chains(struct maker *m)
{
	struct lease_chain chains = {.fallback = NULL};

	add_chains(m, &chains);
	for (unsigned place = 0; place < NBEFORE; place++)
		ack(m, &chains, place);
	/* of another type, or none that was found */
	maker_is(m, option_key(0, 16), MESSAGE_TYPE >> 8);
	maker_end(m, VERDICT_RETURN, NULL);
	maker_put(m, (struct stmt){.kind = STMT_COUNTER});
	maker_end(m, VERDICT_RETURN, "answer not understood");
	for (size_t i = 0; i < NPLACE; i++) {
		m->chain = chains.time[i];
		time_chain(m, &chains, &places[i]);
		m->chain = chains.walk[i];
		if (m->chain)
			walk_chain(m, &chains, i);
	}
	for (size_t i = 0; i < NTIME; i++) {
		m->chain = chains.learn[i];
		learn_lease(m, times[i].seconds < LEARNED_FOR_GOOD ? times[i].seconds
								   : LEARNED_FOR_GOOD);
	}
}
