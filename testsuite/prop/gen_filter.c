/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/prop/gen_filter.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "testsuite/prop/pool.h"

#define VALUE_SIZE 64
#define RULES_MAX 7
#define FILTERS_MAX 3

static const char *const actions[] = {"accept", "drop",   "return",  "accept",
				      "drop",   "reject", "continue"};
#define NACTION (sizeof(actions) / sizeof(actions[0]))

static const char *const directions[] = {"in", "out", "inout"};

struct draft {
	struct rng *rng;
	const struct gen_style *style; /* NULL: plain values */
	unsigned filter;
	const struct proto *proto;
	bool chosen[FIELD_MAX];
	bool negated;
	const char *direction;
};

static bool is_set(const struct field *f)
{
	return f->type == TYPE_IPSET || f->type == TYPE_IPSET_FLAGS;
}

static bool takes_part(const struct draft *d, const struct field *f)
{
	if (is_set(f))
		return d->style && d->style->sets;
	return f->handler != HANDLER_CONNLIMIT && f->type != TYPE_TEXT;
}

/*
 * What completes another attribute comes with that one.  Protocols differ in the
 * last half of their attributes: half of the time one of these.
 */
static enum field_id pick_field(struct draft *d, unsigned n)
{
	unsigned first = rng_once(d->rng, 2) ? n / 2 : 0;
	enum field_id id;

	do
		id = d->proto->fields[first + rng_below(d->rng, n - first)];
	while (!takes_part(d, field(id)) || (field(id)->slot != SLOT_VALUE && !field(id)->alone));
	return id;
}

/* rules that match every frame hide all that follow: fewer of them */
static const struct proto *pick_proto(struct rng *r, const struct gen_style *style)
{
	/* these have attributes that no other has */
	static const enum proto_id rich[] = {PROTO_TCP,    PROTO_ICMP, PROTO_STP,
					     PROTO_ICMPV6, PROTO_STP,  PROTO_TCP_IPV6};
	const struct proto *p;

	if (rng_once(r, 5))
		return proto(rich[rng_below(r, 6)]);
	/* what may name a set */
	if (style && style->sets && rng_once(r, 4))
		return proto(rng_once(r, 2) ? PROTO_ALL : PROTO_ALL_IPV6);
	do
		p = proto((enum proto_id)rng_below(r, PROTO_MAX));
	while ((!p->xml[0] || p->unknown_to_libvirt) && !rng_once(r, 6));
	return p;
}

/* what the language asks for: partners, protocols that have ports (semantics.md 1.8, 4.5) */
static void make_sound(struct draft *d)
{
	bool ports = d->chosen[FIELD_SRCPORT] || d->chosen[FIELD_DSTPORT];
	bool icmp = d->chosen[FIELD_IP6_TYPE] || d->chosen[FIELD_IP6_TYPE_END] ||
		    d->chosen[FIELD_IP6_CODE] || d->chosen[FIELD_IP6_CODE_END];

	for (int i = FIELD_NONE + 1; i < FIELD_MAX; i++) {
		const struct field *f = field((enum field_id)i);

		if (f->slot != SLOT_VALUE && !f->alone && !d->chosen[f->of])
			d->chosen[i] = false;
	}
	if (d->chosen[FIELD_SRCIP])
		d->chosen[FIELD_SRCIP_FROM] = d->chosen[FIELD_SRCIP_TO] = false;
	if (d->chosen[FIELD_DSTIP])
		d->chosen[FIELD_DSTIP_FROM] = d->chosen[FIELD_DSTIP_TO] = false;
	/* libvirt takes no literal as dstipto of an IPv6 element (semantics.md, F8) */
	if (d->style && d->proto->layer == LAYER_L3 && d->proto->family == FAMILY_IPV6)
		d->chosen[FIELD_DSTIP_FROM] = false;
	d->chosen[FIELD_SRCIP_TO] = d->chosen[FIELD_SRCIP_FROM];
	d->chosen[FIELD_DSTIP_TO] = d->chosen[FIELD_DSTIP_FROM];
	if (proto_has(d->proto, FIELD_IP_PROTOCOL) && (ports || icmp)) {
		d->chosen[FIELD_IP_PROTOCOL] = true;
		d->negated = false;
	}
	if (d->chosen[FIELD_STATE])
		d->negated = false;
	if (ports && icmp)
		d->chosen[FIELD_SRCPORT] = d->chosen[FIELD_SRCPORT_END] = d->chosen[FIELD_DSTPORT] =
			d->chosen[FIELD_DSTPORT_END] = false;
	if (d->proto->bpdu && d->chosen[FIELD_SRCMAC] && d->direction == directions[2])
		d->chosen[FIELD_SRCMAC] = d->chosen[FIELD_SRCMAC_MASK] = false;
}

static void choose_fields(struct draft *d)
{
	unsigned want = rng_once(d->rng, 8) ? 0 : 1 + rng_below(d->rng, 3);
	unsigned n = 0;

	while (d->proto->fields[n])
		n++;
	while (want--)
		d->chosen[pick_field(d, n)] = true;
	for (const enum field_id *f = d->proto->fields; *f; f++)
		if (field(*f)->slot != SLOT_VALUE && d->chosen[field(*f)->of] &&
		    rng_once(d->rng, 2))
			d->chosen[*f] = takes_part(d, field(*f));
	/* what libvirt lets name a set; elsewhere it wants flags and throws both away (F2) */
	if (takes_part(d, field(FIELD_IPSET)) && d->proto->layer == LAYER_L3) {
		if (d->proto->l4proto < 0)
			d->chosen[FIELD_IPSET] = !rng_once(d->rng, 3);
		d->chosen[FIELD_IPSET_FLAGS] = d->chosen[FIELD_IPSET];
	}
	d->chosen[FIELD_COMMENT] = d->style && rng_once(d->rng, 10);
	make_sound(d);
}

static const char *protocol_word(struct draft *d)
{
	static const char *const with_ports[] = {"tcp", "udp", "sctp"};
	bool icmp = d->chosen[FIELD_IP6_TYPE] || d->chosen[FIELD_IP6_TYPE_END] ||
		    d->chosen[FIELD_IP6_CODE] || d->chosen[FIELD_IP6_CODE_END];

	if (icmp)
		return "icmpv6";
	if (d->chosen[FIELD_SRCPORT] || d->chosen[FIELD_DSTPORT])
		return with_ports[rng_below(d->rng, 3)];
	return NULL;
}

/* the end of a range must not be below its start: the same, or the highest there is */
static const char *end_word(struct draft *d, const struct field *f, const char *start)
{
	static const char *const highest[TYPE_MAX] = {
		[TYPE_U8] = "255",
		[TYPE_U16] = "65535",
		[TYPE_U32] = "4294967295",
		[TYPE_IPV4] = "255.255.255.255",
		[TYPE_IPV6] = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	};

	if (f->slot != SLOT_END && f->slot != SLOT_SECOND_END)
		return NULL;
	return *start && rng_once(d->rng, 3) ? start : highest[type_of(f, d->proto)];
}

static void put_fields(struct draft *d, struct buf *out)
{
	char last[VALUE_SIZE] = "";

	for (const enum field_id *id = d->proto->fields; *id; id++) {
		char text[VALUE_SIZE];
		char start[VALUE_SIZE];
		const char *word;

		memcpy(start, last, sizeof(start));
		word = *id == FIELD_IP_PROTOCOL ? protocol_word(d) : end_word(d, field(*id), start);
		*last = 0;
		if (!d->chosen[*id])
			continue;
		pool_value(d->rng, field(*id), d->proto, text, sizeof(text));
		if (d->style)
			d->style->value(d->style->context, d->filter, field(*id), d->proto, text,
					sizeof(text));
		memcpy(last, text, sizeof(last));
		if (word || *text)
			buf_printf(out, " %s='%s'", field(*id)->xml, word ? word : text);
	}
}

static void put_rule(struct rng *r, const struct gen_style *style, unsigned filter, struct buf *out)
{
	struct draft d = {.rng = r, .style = style, .filter = filter};
	unsigned action;

	d.proto = pick_proto(r, style);
	d.direction = directions[rng_below(r, 3)];
	d.negated = rng_once(r, 4);
	/* the last word is one that the stateful layer refuses in --compat */
	action = rng_below(r, NACTION - (d.proto->layer == LAYER_L3));
	buf_printf(out, "  <rule action='%s' direction='%s'", actions[action], d.direction);
	if (rng_once(r, 2))
		buf_printf(out, " priority='%d'", (int)rng_below(r, 2001) - 1000);
	if (d.proto->layer == LAYER_L3 && rng_once(r, 3))
		buf_puts(out, " statematch='0'");
	buf_puts(out, ">");
	if (d.proto->xml[0]) {
		choose_fields(&d);
		buf_printf(out, "<%s%s", d.proto->xml, d.negated ? " match='no'" : "");
		put_fields(&d, out);
		buf_puts(out, "/>");
	}
	buf_puts(out, "</rule>\n");
}

static const char *const chains[GEN_CHAINS] = {"root", "mac",  "ipv4", "ipv6",   "arp",
					       "rarp", "vlan", "stp",  "ipv4-x", "arp-x"};

static void put_reference(struct rng *r, const struct gen_style *style, unsigned first,
			  unsigned nfilter, struct buf *out)
{
	unsigned to = first + rng_below(r, nfilter - first);

	if (!style) {
		buf_printf(out, "  <filterref filter='f%u'/>\n", to);
		return;
	}
	buf_printf(out, "  <filterref filter='%s%u'>", style->prefix, to);
	style->reference(style->context, out);
	buf_puts(out, "</filterref>\n");
}

static void put_filter(struct rng *r, const struct gen_style *style, unsigned number,
		       unsigned nfilter, struct buf *out)
{
	unsigned rules = 1 + rng_below(r, RULES_MAX);

	buf_printf(out, "<filter name='%s%u'", style ? style->prefix : "f", number);
	if (number && !rng_once(r, 3)) {
		unsigned chain = rng_below(r, GEN_CHAINS);
		int priority = (int)rng_below(r, 2001) - 1000;

		buf_printf(out, " chain='%s' priority='%d'", chains[chain],
			   style ? style->priority[chain] : priority);
	}
	buf_puts(out, ">\n");
	if (!number && style && style->begin)
		style->begin(style->context, nfilter, out);
	for (unsigned i = 0; i < rules; i++) {
		/* a tree: only the top refers, or each filter to later ones */
		unsigned first = style ? number + 1 : 1;

		if ((style || !number) && nfilter > first && rng_once(r, 3))
			put_reference(r, style, first, nfilter, out);
		put_rule(r, style, number, out);
	}
	buf_puts(out, "</filter>\n");
	buf_putc(out, 0);
}

void gen_filters_styled(struct rng *r, const struct gen_style *style, struct buf *out)
{
	unsigned n = 1 + rng_below(r, FILTERS_MAX);

	for (unsigned i = 0; i < n; i++)
		put_filter(r, style, i, n, out);
	if (style && style->end)
		style->end(style->context, n, out);
}

void gen_filters(struct rng *r, struct buf *out)
{
	gen_filters_styled(r, NULL, out);
}

static void path_of(const char *folder, unsigned number, char *ret, size_t size)
{
	snprintf(ret, size, "%s/f%u.xml", folder, number);
}

bool gen_write(const char *folder, struct str filters)
{
	for (unsigned i = 0; filters.len; i++) {
		struct str one = str_cut(&filters, 0);
		char path[64];
		FILE *f;

		path_of(folder, i, path, sizeof(path));
		f = fopen(path, "w");
		if (!f || fwrite(one.ptr, 1, one.len, f) != one.len || fclose(f))
			return false;
	}
	return true;
}

void gen_remove(const char *folder)
{
	char path[64];
	int gone = 0;

	for (unsigned i = 0; !gone; i++) {
		path_of(folder, i, path, sizeof(path));
		gone = unlink(path);
	}
}
