/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "corners.h"

#include <string.h>

#include "craft.h"
#include "testsuite/packet/bytes.h"

struct corner {
	struct script *script;
	unsigned from, to;
	unsigned every;
	bool thorough;
};

static void begin(struct corner *k, struct craft *c, bool ipv6, uint8_t l4proto)
{
	static const uint16_t ports[] = {22, 80, 1024};
	struct script *s = k->script;
	struct end from = s->ends.end[k->from];
	struct end to = script_towards(s, k->from, k->to == END_HOSTIP ? END_HOST : k->to);
	struct craft_style style = {.from = &from, .to = &to, .l4proto = l4proto, .tag = s->n};
	uint16_t port = ports[rng_below(s->rng, 3)];

	craft_begin(c, proto(ipv6 ? PROTO_IPV6 : PROTO_IP), &style);
	if (l4proto == 6 || l4proto == 17 || l4proto == 132 || l4proto == 136) {
		c->b[c->transport + 2] = (uint8_t)(port >> 8);
		c->b[c->transport + 3] = (uint8_t)port;
	}
}

static void send(struct corner *k, const struct craft *c)
{
	bool ip = c->b[12] == 0x08 || c->b[12] == 0x86;

	if ((ip || k->from != END_HOSTIP) && rng_once(k->script->rng, k->every))
		script_send(k->script, k->from, c->b, c->n);
}

/* the lengths and the checksum of the IP header, to what is there */
static void settle(struct craft *c)
{
	size_t total = c->n - c->network;
	uint8_t *ip = c->b + c->network;
	uint16_t sum;

	if (c->type == 0x86dd)
		total -= 40;
	ip[c->type == 0x86dd ? 4 : 2] = (uint8_t)(total >> 8);
	ip[c->type == 0x86dd ? 5 : 3] = (uint8_t)total;
	if (c->type == 0x86dd)
		return;
	memset(ip + 10, 0, 2);
	sum = checksum_end(checksum_add(0, ip, (ip[0] & 15u) * 4u));
	ip[10] = (uint8_t)(sum >> 8);
	ip[11] = (uint8_t)sum;
}

static void insert(struct craft *c, size_t at, const uint8_t *bytes, size_t n)
{
	memmove(c->b + at + n, c->b + at, c->n - at);
	memcpy(c->b + at, bytes, n);
	c->n += n;
}

/*
 * h: hop-by-hop, d: destination, r: routing, a: authentication, f: a fragment that is
 * all, F: the first, L: a later one.  The first letter is the outermost header.
 */
static void extend(struct craft *c, const char *chain, unsigned tag)
{
	size_t next = c->network + 6;
	size_t at = c->transport;

	for (; *chain; chain++) {
		uint8_t header[12] = {c->b[next], 0, 1, 4};
		size_t len = 8;
		uint8_t kind;

		switch (*chain) {
		case 'h':
			kind = 0;
			break;
		case 'd':
			kind = 60;
			break;
		case 'r':
			kind = 43;
			header[2] = header[3] = 0;
			break;
		case 'a':
			kind = 51;
			len = 12;
			header[1] = 1;
			header[2] = header[3] = 0;
			header[7] = header[11] = 1;
			break;
		default:
			kind = 44;
			header[2] = 0;
			header[3] = *chain == 'F' ? 1 : *chain == 'L' ? 8 : 0;
			header[6] = (uint8_t)(tag >> 8);
			header[7] = (uint8_t)tag;
			break;
		}
		c->b[next] = kind;
		insert(c, at, header, len);
		next = at;
		at += len;
	}
	c->transport = at;
	settle(c);
}

static void extension_headers(struct corner *k)
{
	static const char *const chains[] = {"h",   "d",  "r",  "f",  "F",  "L",  "a", "hd",
					     "hrd", "ha", "da", "fd", "Fd", "rf", "hF"};
	static const uint8_t above[] = {6, 17, 58, 59};

	for (unsigned i = 0; i < sizeof(chains) / sizeof(chains[0]); i++)
		for (unsigned p = 0; p < sizeof(above); p++) {
			struct craft c;

			begin(k, &c, true, above[p]);
			if (above[p] == 59)
				c.n = c.transport;
			craft_finish(&c);
			extend(&c, chains[i], k->script->n);
			send(k, &c);
		}
}

/* first, later and last fragments of datagrams whose rest never comes; IP options; DSCP */
static void ipv4_headers(struct corner *k)
{
	static const uint8_t above[] = {6, 17, 1, 132, 50, 2};
	static const uint16_t offsets[] = {0x2000, 0x2001, 0x0001, 0x2010, 0x0010};
	static const uint8_t tos[] = {46, 46 << 2, 46 << 2 | 1, 63 << 2 | 3, 1, 2, 8 << 2};
	static const uint8_t options[] = {0x94, 4, 0, 0};

	for (unsigned p = 0; p < sizeof(above); p++) {
		struct craft c;

		for (unsigned i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
			begin(k, &c, false, above[p]);
			craft_finish(&c);
			c.b[c.network + 6] = (uint8_t)(offsets[i] >> 8);
			c.b[c.network + 7] = (uint8_t)offsets[i];
			/* all but the last are multiples of eight bytes long */
			if (offsets[i] & 0x2000)
				c.n = c.transport + (c.n - c.transport) / 8 * 8;
			settle(&c);
			send(k, &c);
		}
		begin(k, &c, false, above[p]);
		craft_finish(&c);
		c.b[c.network] = 0x46;
		insert(&c, c.transport, options, sizeof(options));
		settle(&c);
		send(k, &c);
	}
	for (unsigned i = 0; i < 2 * sizeof(tos); i++) {
		uint8_t byte = tos[i / 2];
		struct craft c;

		begin(k, &c, i & 1, 17);
		craft_finish(&c);
		if (i & 1) {
			c.b[c.network] = (uint8_t)(0x60 | byte >> 4);
			c.b[c.network + 1] = (uint8_t)(byte << 4);
		} else {
			c.b[c.network + 1] = byte;
			settle(&c);
		}
		send(k, &c);
	}
}

static void tags(struct corner *k)
{
	static const uint8_t tag[][9] = {
		{4, 0x81, 0x00, 0, 0},
		{4, 0x81, 0x00, 0, 100},
		{4, 0x81, 0x00, 0xef, 0xff},
		{4, 0x88, 0xa8, 0, 100},
		{8, 0x88, 0xa8, 0, 100, 0x81, 0x00, 0, 100},
		{8, 0x81, 0x00, 0, 100, 0x81, 0x00, 0, 101},
	};

	for (unsigned i = 0; i < 4 * sizeof(tag) / sizeof(tag[0]); i++) {
		struct craft c;

		if (i % 4 == 3) {
			struct end from = k->script->ends.end[k->from];
			struct end to = script_towards(k->script, k->from, k->to);
			struct craft_style style = {.from = &from, .to = &to, .tag = k->script->n};

			craft_begin(&c, proto(PROTO_ARP), &style);
		} else {
			begin(k, &c, i % 4 == 2, i % 4 == 1 ? 6 : i % 4 == 2 ? 58 : 17);
			craft_finish(&c);
		}
		insert(&c, 12, tag[i / 4] + 1, tag[i / 4][0]);
		send(k, &c);
	}
}

/*
 * K is the option's number.  Broken: past the end of the header, or a header too small,
 * too large; the tools read on there, so random cases have none.
 */
static void tcp_options(struct corner *k)
{
	enum { K = 0xaa };
	static const struct {
		uint8_t bytes[8];
		uint8_t n;
		uint8_t words; /* of the header, as it says; 0: what it has */
		bool broken;
	} layouts[] = {
		{{K, 4, 0, 0}, 4, 0, false},  {{1, 1, K, 2}, 4, 0, false},
		{{0, 0, K, 2}, 4, 0, false},  {{5, 6, K, 2, 0, 0, 1, 1}, 8, 0, false},
		{{K, 4, 0, 0}, 4, 5, false},  {{1, 1, 1, K}, 4, 0, true},
		{{0, K, 4, 0}, 4, 0, true},   {{K, 0, 0, 0}, 4, 0, true},
		{{K, 1, 0, 0}, 4, 0, true},   {{K, 40, 0, 0}, 4, 0, true},
		{{3, 3, 7, K}, 4, 0, true},   {{30, 0, K, 2}, 4, 0, true},
		{{30, 40, K, 2}, 4, 0, true}, {{K, 4, 0, 0}, 4, 4, true},
		{{K, 4, 0, 0}, 4, 15, true},
	};
	static const uint8_t numbers[] = {2, 8, 3};

	for (unsigned i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++)
		for (unsigned n = 0; n < sizeof(numbers); n++) {
			uint8_t bytes[8];
			struct craft c;

			if (layouts[i].broken && !k->thorough)
				continue;
			begin(k, &c, (i + n) & 1, 6);
			for (unsigned b = 0; b < layouts[i].n; b++)
				bytes[b] =
					layouts[i].bytes[b] == K ? numbers[n] : layouts[i].bytes[b];
			insert(&c, c.transport + 20, bytes, layouts[i].n);
			c.b[c.transport + 12] = (uint8_t)((layouts[i].words ? layouts[i].words
									    : 5 + layouts[i].n / 4)
							  << 4);
			craft_finish(&c);
			send(k, &c);
		}
}

/* the IP header is right about the length, what is above it is cut short: the tools differ */
static void short_headers(struct corner *k)
{
	static const uint8_t cut[][2] = {{6, 2},  {6, 4},  {6, 13},  {6, 19},   {17, 2},
					 {17, 4}, {17, 7}, {132, 4}, {132, 11}, {1, 1},
					 {1, 4},  {51, 4}, {136, 4}, {50, 4}};

	for (unsigned i = 0; i < 2 * sizeof(cut) / sizeof(cut[0]); i++) {
		uint8_t l4proto = cut[i / 2][0];
		struct craft c;

		begin(k, &c, i & 1, i & 1 && l4proto == 1 ? 58 : l4proto);
		craft_finish(&c);
		c.n = c.transport + cut[i / 2][1];
		settle(&c);
		send(k, &c);
	}
}

static void icmp_types(struct corner *k)
{
	static const uint8_t types4[] = {0, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15, 17, 255};
	static const uint8_t types6[] = {1,   2,   3,   4,   128, 129, 130, 131,
					 132, 133, 134, 135, 136, 137, 143, 255};

	for (unsigned i = 0; i < sizeof(types4) + sizeof(types6); i++) {
		bool ipv6 = i >= sizeof(types4);
		struct craft c;

		begin(k, &c, ipv6, ipv6 ? 58 : 1);
		c.b[c.transport] = ipv6 ? types6[i - sizeof(types4)] : types4[i];
		c.b[c.transport + 1] = (uint8_t)rng_below(k->script->rng, 4);
		craft_finish(&c);
		send(k, &c);
	}
}

/* wrong, or none where UDP allows none */
static void checksums(struct corner *k)
{
	static const struct {
		uint8_t l4proto;
		uint8_t at;
	} sums[] = {{6, 16}, {17, 6}, {1, 2}, {132, 8}};

	for (unsigned i = 0; i < 4 * sizeof(sums) / sizeof(sums[0]); i++) {
		uint8_t l4proto = sums[i / 4].l4proto;
		struct craft c;
		uint8_t *at;

		begin(k, &c, i & 1, i & 1 && l4proto == 1 ? 58 : l4proto);
		craft_finish(&c);
		at = c.b + c.transport + sums[i / 4].at;
		if (i & 2)
			at[0] = at[1] = 0;
		else
			at[1] ^= 1;
		send(k, &c);
	}
}

void corners(struct script *s, unsigned from, unsigned to, unsigned every)
{
	struct corner k = {
		.script = s, .from = from, .to = to, .every = every, .thorough = every == 1};

	extension_headers(&k);
	ipv4_headers(&k);
	tags(&k);
	tcp_options(&k);
	if (k.thorough)
		short_headers(&k);
	icmp_types(&k);
	checksums(&k);
}
