/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "converse.h"

#include <string.h>

enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16 };

struct flow flow_between(const struct script *s, unsigned a, unsigned b, bool ipv6, uint8_t l4proto,
			 uint16_t port)
{
	struct flow f = {.a = a, .b = b, .ipv6 = ipv6, .l4proto = l4proto, .port = {40000, port}};
	unsigned ends[2] = {a, b};

	for (unsigned i = 0; i < 2; i++) {
		const struct end *end = &s->ends.end[ends[i]];

		memcpy(f.address[i], ipv6 ? end->ip6 : end->ip4, ipv6 ? 16 : 4);
	}
	return f;
}

bool flow_of(const struct craft *c, unsigned a, unsigned b, struct flow *ret)
{
	bool ipv6 = c->type == 0x86dd;
	unsigned bytes = ipv6 ? 16 : 4;
	const uint8_t *at = c->b + c->network + (ipv6 ? 8 : 12);

	if (!c->transport || c->n < c->transport + 4)
		return false;
	*ret = (struct flow){.a = a, .b = b, .ipv6 = ipv6, .l4proto = c->l4proto};
	for (unsigned i = 0; i < 2; i++) {
		memcpy(ret->address[i], at + i * bytes, bytes);
		ret->port[i] = (uint16_t)(c->b[c->transport + 2 * i] << 8 |
					  c->b[c->transport + 2 * i + 1]);
	}
	return true;
}

/* one datagram of the flow, from its beginner or back, not finished */
static void datagram(struct script *s, const struct flow *f, bool back, struct craft *c,
		     unsigned payload)
{
	struct end from = s->ends.end[back ? f->b : f->a];
	struct end to = script_towards(s, back ? f->b : f->a, back ? f->a : f->b);
	struct craft_style style = {
		.from = &from,
		.to = &to,
		.l4proto = f->l4proto,
		.tag = s->n,
		.payload = payload,
	};
	unsigned bytes = f->ipv6 ? 16 : 4;
	uint8_t *address;

	craft_begin(c, proto(f->ipv6 ? PROTO_IPV6 : PROTO_IP), &style);
	address = c->b + c->network + (f->ipv6 ? 8 : 12);
	for (unsigned i = 0; i < 2; i++) {
		uint16_t port = f->port[back ? 1 - i : i];

		memcpy(address + i * bytes, f->address[back ? 1 - i : i], bytes);
		if (f->l4proto == 1 || f->l4proto == 58 || f->l4proto == 51)
			continue;
		c->b[c->transport + 2 * i] = (uint8_t)(port >> 8);
		c->b[c->transport + 2 * i + 1] = (uint8_t)port;
	}
	/* one identifier for question and answer */
	if (f->l4proto == 1 || f->l4proto == 58)
		memcpy(c->b + c->transport + 4, "\x77\x01", 2);
}

static void send(struct script *s, const struct flow *f, bool back, struct craft *c)
{
	craft_finish(c);
	script_send(s, back ? f->b : f->a, c->b, c->n);
}

static void say(struct script *s, const struct flow *f, bool back)
{
	struct craft c;

	datagram(s, f, back, &c, 0);
	send(s, f, back, &c);
}

static void put32(uint8_t *at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* sequence numbers count from 1000 one way, 5000 the other */
static void segment(struct script *s, const struct flow *f, bool back, unsigned flags, unsigned seq,
		    unsigned ack, unsigned payload)
{
	struct craft c;

	datagram(s, f, back, &c, payload);
	c.b[c.transport + 13] = (uint8_t)flags;
	put32(c.b + c.transport + 4, (back ? 5000 : 1000) + seq);
	put32(c.b + c.transport + 8, flags & ACK ? (back ? 1000 : 5000) + ack : 0);
	/* segments that begin a connection carry no payload, nor do others without PSH */
	if (!(flags & PSH))
		c.n = c.transport + 20;
	send(s, f, back, &c);
}

static void handshake(struct script *s, const struct flow *f)
{
	segment(s, f, false, SYN, 0, 0, 0);
	segment(s, f, true, SYN | ACK, 0, 1, 0);
	segment(s, f, false, ACK, 1, 1, 0);
}

static void tcp(struct script *s, const struct flow *f)
{
	handshake(s, f);
	segment(s, f, false, ACK | PSH, 1, 1, 0);
	segment(s, f, true, ACK | PSH, 1, 5, 0);
	segment(s, f, true, ACK | FIN, 5, 5, 0);
	segment(s, f, false, ACK | FIN, 5, 6, 0);
	segment(s, f, true, ACK, 6, 6, 0);
	script_flush(s);
	/* in the middle, after an answer that nobody asked for, out of the window */
	segment(s, f, false, ACK | PSH, 1, 1, 0);
	segment(s, f, true, ACK | PSH, 1, 5, 0);
	script_flush(s);
	segment(s, f, false, SYN | ACK, 0, 1, 0);
	segment(s, f, false, SYN, 0, 0, 0);
	segment(s, f, true, RST | ACK, 0, 1, 0);
	script_flush(s);
	handshake(s, f);
	segment(s, f, false, ACK | PSH, 500000, 1, 0);
	segment(s, f, true, RST, 1, 0, 0);
	script_flush(s);
	segment(s, f, false, 0, 1, 0, 0);
	segment(s, f, false, FIN | PSH | SYN, 1, 0, 0);
	segment(s, f, true, FIN, 1, 0, 0);
}

static void icmp_type(struct script *s, const struct flow *f, bool back, unsigned type)
{
	struct craft c;

	datagram(s, f, back, &c, 0);
	c.b[c.transport] = (uint8_t)type;
	send(s, f, back, &c);
}

static void icmp(struct script *s, const struct flow *f)
{
	bool ipv6 = f->l4proto == 58;

	icmp_type(s, f, false, ipv6 ? 128 : 8);
	icmp_type(s, f, true, ipv6 ? 129 : 0);
	icmp_type(s, f, false, ipv6 ? 128 : 8);
	script_flush(s);
	icmp_type(s, f, true, ipv6 ? 129 : 0);
	icmp_type(s, f, false, ipv6 ? 135 : 13);
	icmp_type(s, f, true, ipv6 ? 136 : 14);
}

static void talk(struct script *s, const struct flow *f)
{
	say(s, f, false);
	say(s, f, true);
	say(s, f, false);
	say(s, f, true);
	script_flush(s);
	say(s, f, true);
	say(s, f, false);
	say(s, f, true);
}

/* an error about the last datagram of the flow, which went the other way or never was */
static void icmp_error(struct script *s, const struct flow *f, bool back, unsigned type,
		       unsigned code)
{
	struct flow error = *f;
	struct craft about;
	struct craft c;

	datagram(s, f, !back, &about, 0);
	craft_finish(&about);
	error.l4proto = f->ipv6 ? 58 : 1;
	datagram(s, &error, back, &c, 0);
	c.b[c.transport] = (uint8_t)type;
	c.b[c.transport + 1] = (uint8_t)code;
	memset(c.b + c.transport + 4, 0, 4);
	c.n = c.transport + 8;
	memcpy(c.b + c.n, about.b + about.network, about.n - about.network);
	c.n += about.n - about.network;
	send(s, f, back, &c);
}

static void errors(struct script *s, const struct flow *f)
{
	unsigned type = f->ipv6 ? 1 : 3;
	unsigned code = f->ipv6 ? 4 : 3;

	script_flush(s);
	icmp_error(s, f, true, type, code);
	say(s, f, false);
	icmp_error(s, f, true, type, code);
	icmp_error(s, f, false, type, code);
	say(s, f, true);
	icmp_error(s, f, false, f->ipv6 ? 3 : 11, 0);
}

static size_t piece(const struct craft *whole, struct craft *c, size_t offset, size_t len,
		    bool more, unsigned id)
{
	bool ipv6 = whole->type == 0x86dd;
	size_t header = whole->transport - whole->network;
	unsigned field = (unsigned)offset | (more ? 1 : 0);

	memcpy(c->b, whole->b, whole->transport);
	c->n = whole->transport;
	c->network = whole->network;
	c->transport = 0;
	if (ipv6) {
		const uint8_t extension[8] = {whole->l4proto,     0,          (uint8_t)(field >> 8),
					      (uint8_t)field,     0,          0,
					      (uint8_t)(id >> 8), (uint8_t)id};

		c->b[c->network + 6] = 44;
		memcpy(c->b + c->n, extension, 8);
		c->n += 8;
	} else {
		c->b[c->network + 6] = (uint8_t)((more ? 0x20 : 0) | offset >> 11);
		c->b[c->network + 7] = (uint8_t)(offset >> 3);
	}
	memcpy(c->b + c->n, whole->b + whole->transport + offset, len);
	c->n += len;
	if (ipv6) {
		c->b[c->network + 4] = (uint8_t)((len + 8) >> 8);
		c->b[c->network + 5] = (uint8_t)(len + 8);
	} else {
		uint16_t total = (uint16_t)(header + len);
		uint32_t sum = 0;

		c->b[c->network + 2] = (uint8_t)(total >> 8);
		c->b[c->network + 3] = (uint8_t)total;
		memset(c->b + c->network + 10, 0, 2);
		for (size_t i = 0; i < 20; i += 2)
			sum += (uint32_t)(c->b[c->network + i] << 8 | c->b[c->network + i + 1]);
		sum = (sum & 0xffff) + (sum >> 16);
		sum = ~(sum + (sum >> 16)) & 0xffff;
		c->b[c->network + 10] = (uint8_t)(sum >> 8);
		c->b[c->network + 11] = (uint8_t)sum;
	}
	return c->n;
}

/*
 * In order, the last first, and without the first.  The first of IPv6 fills the
 * smallest MTU there is: the kernel ends bridged datagrams in smaller pieces.
 */
static void fragments(struct script *s, const struct flow *f)
{
	static const uint8_t orders[][2] = {{0, 1}, {1, 0}, {1, 1}};

	for (unsigned i = 0; i < 3; i++) {
		size_t first = f->ipv6 ? 1240 : 64;
		bool back = i == 1;
		struct craft whole;
		struct craft c;

		script_flush(s);
		datagram(s, f, back, &whole, (unsigned)first + 36);
		craft_finish(&whole);
		for (unsigned k = 0; k < (i == 2 ? 1 : 2); k++) {
			bool last = orders[i][k];
			size_t len = last ? whole.n - whole.transport - first : first;

			piece(&whole, &c, last ? first : 0, len, !last, s->n - (i == 2 ? 0 : k));
			script_send(s, back ? f->b : f->a, c.b, c.n);
		}
	}
}

void converse(struct script *s, const struct flow *f)
{
	script_flush(s);
	if (f->l4proto == 6)
		tcp(s, f);
	else if (f->l4proto == 1 || f->l4proto == 58)
		icmp(s, f);
	else
		talk(s, f);
	errors(s, f);
	if (f->l4proto != 51)
		fragments(s, f);
	script_flush(s);
}

/*
 * The kernel forgets what it counted and dropped at most once in a tick: what
 * comes slowly has one right answer.
 */
void converse_several(struct script *s, const struct flow *f)
{
	enum { CONNECTIONS = 6, TICKS = 20 };

	script_flush(s);
	for (unsigned round = 0; round < 2; round++)
		for (unsigned i = 0; i < CONNECTIONS; i++) {
			struct flow one = *f;

			one.port[0] = (uint16_t)(41000 + i);
			for (unsigned k = 0; k < 3; k++) {
				bool back = k == 1;
				unsigned acks = back ? ACK : 0;

				script_sleep(s, TICKS);
				if (f->l4proto == 6)
					segment(s, &one, back, !round && k < 2 ? SYN | acks : ACK,
						round || k == 2, round || k, 0);
				else
					say(s, &one, back);
			}
		}
	script_flush(s);
}
