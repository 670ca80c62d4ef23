/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/flow_track.h"

#define ICMP 1
#define ICMPV6 58

struct connection {
	bool replied;
};

/* one of the two ways of a connection */
struct way {
	struct connection *connection;
	bool reply;
};

struct source_count {
	unsigned n;
};

/* what tells a connection apart: protocol, both addresses, two numbers for each end */
struct tuple_bytes {
	unsigned char b[1 + 2 * 16 + 4];
	size_t address;
};

/* requests and the replies to them are of one conversation */
static const struct {
	uint8_t l4proto, request, reply;
} echoes[] = {{ICMP, 8, 0}, {ICMP, 13, 14}, {ICMP, 15, 16}, {ICMP, 17, 18}, {ICMPV6, 128, 129}};

static const unsigned char *transport(const struct packet *p, size_t n)
{
	size_t at = p->network + p->transport;

	return at <= p->len && p->len - at >= n ? p->bytes + at : NULL;
}

static void put_numbers(struct tuple_bytes *t, const struct packet *p)
{
	const unsigned char *h = transport(p, 8);
	unsigned char *to = t->b + 1 + 2 * t->address;

	if (!h || p->fragment)
		return;
	if (p->l4proto != ICMP && p->l4proto != ICMPV6) {
		bool ports = p->l4proto == 6 || p->l4proto == 17 || p->l4proto == 132 ||
			     p->l4proto == 136;

		memcpy(to, h, ports ? 4 : 0);
		return;
	}
	/* its identifier, for either end */
	memcpy(to, h + 4, 2);
	memcpy(to + 2, h + 4, 2);
}

static struct tuple_bytes tuple_of(const struct packet *p)
{
	bool six = p->inner == 0x86dd;
	struct tuple_bytes t = {.address = six ? 16 : 4};

	t.b[0] = p->l4proto;
	memcpy(t.b + 1, p->bytes + p->network + (six ? 8 : 12), 2 * t.address);
	put_numbers(&t, p);
	return t;
}

static struct tuple_bytes turned(const struct tuple_bytes *t)
{
	struct tuple_bytes r = {.address = t->address};
	const unsigned char *from = t->b + 1;
	unsigned char *to = r.b + 1;
	size_t n = t->address;

	r.b[0] = t->b[0];
	memcpy(to, from + n, n);
	memcpy(to + n, from, n);
	memcpy(to + 2 * n, from + 2 * n + 2, 2);
	memcpy(to + 2 * n + 2, from + 2 * n, 2);
	return r;
}

static struct str key_of(struct tracker *t, const struct tuple_bytes *bytes)
{
	size_t n = 1 + 2 * bytes->address + 4;

	return (struct str){arena_copy(t->arena, bytes->b, n), n};
}

static bool is_error(const struct packet *p)
{
	const unsigned char *h = transport(p, 1);
	unsigned type = h ? h[0] : 0;

	if (!h || p->fragment)
		return false;
	return (p->l4proto == ICMPV6 && type < 128) ||
	       (p->l4proto == ICMP && (type == 3 || type == 5 || type == 11 || type == 12));
}

/* the packet that an ICMP error is about; false if too little of it is there */
static bool quoted(const struct packet *p, struct packet *ret)
{
	size_t at = p->network + p->transport + 8;
	bool six = p->inner == 0x86dd;
	size_t header = six ? 40 : 20;

	if (at > p->len || p->len - at < header + 8)
		return false;
	/* what was cut off behind the quote makes its length wrong, so this reads it itself */
	*ret = (struct packet){.bytes = p->bytes, .len = p->len, .inner = p->inner, .network = at};
	ret->l4proto = p->bytes[at + (six ? 6 : 9)];
	ret->transport = six ? 40 : (size_t)(p->bytes[at] & 15) * 4;
	return true;
}

static bool is_answer(const struct packet *p)
{
	const unsigned char *h = transport(p, 1);

	for (size_t i = 0; i < sizeof(echoes) / sizeof(echoes[0]); i++)
		if (h && p->l4proto == echoes[i].l4proto && h[0] == echoes[i].reply)
			return true;
	return false;
}

static const struct way *find(struct tracker *t, const struct packet *p)
{
	struct tuple_bytes bytes = tuple_of(p);

	return table_get(&t->connection, key_of(t, &bytes));
}

static void see_known(struct packet *p, const struct way *way)
{
	if (way->reply)
		way->connection->replied = true;
	p->reply = way->reply;
	p->state = way->connection->replied ? STATE_ESTABLISHED : STATE_NEW;
}

/* an error goes the other way than the packet that it quotes */
static void see_error(struct tracker *t, struct packet *p)
{
	struct packet inner;
	const struct way *way = quoted(p, &inner) ? find(t, &inner) : NULL;

	p->state = way ? STATE_RELATED : STATE_INVALID;
	p->reply = way && !way->reply;
}

static void see_source(struct tracker *t, struct packet *p, bool begins)
{
	struct tuple_bytes bytes = tuple_of(p);
	const struct source_count *count;

	t->from = (struct str){arena_copy(t->arena, bytes.b + 1, bytes.address), bytes.address};
	count = table_get(&t->source, t->from);
	p->connections = (count ? count->n : 0) + begins;
}

void tracker_see(struct tracker *t, struct packet *p)
{
	struct tuple_bytes bytes, back;
	const struct way *way;

	t->begins = t->begins_back = (struct str){0};
	p->state = packet_first_state(p);
	if (!p->upper || !p->state)
		return;
	if (is_error(p)) {
		see_error(t, p);
		return;
	}
	bytes = tuple_of(p);
	way = find(t, p);
	/* an echo has one number: an answer to a request of one's own goes back all the same */
	if (way && (way->reply || !is_answer(p))) {
		see_known(p, way);
	} else if (p->state == STATE_NEW) {
		back = turned(&bytes);
		t->begins = key_of(t, &bytes);
		t->begins_back = key_of(t, &back);
	}
	see_source(t, p, t->begins.ptr != NULL);
}

static void put_way(struct tracker *t, struct str key, struct connection *c, bool reply)
{
	struct way *way = ARENA_NEW(t->arena, struct way);

	*way = (struct way){c, reply};
	table_put(&t->connection, t->arena, key, way);
}

void tracker_pass(struct tracker *t)
{
	struct source_count *count;
	struct connection *c;

	if (!t->begins.ptr)
		return;
	c = ARENA_NEW(t->arena, struct connection);
	put_way(t, t->begins_back, c, true);
	put_way(t, t->begins, c, false);
	count = table_get(&t->source, t->from);
	if (!count) {
		count = ARENA_NEW(t->arena, struct source_count);
		table_put(&t->source, t->arena, t->from, count);
	}
	count->n++;
	t->begins = (struct str){0};
}
