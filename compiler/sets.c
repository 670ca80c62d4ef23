/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/sets.h"

#include "compiler/parse.h"

#define SET_NAME_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"

/* what a dimension reads: keys by side (src, dst), and by family where it matters */
static const struct dimension_row {
	const char *name;
	bool interval;
	bool port;            /* ipset's port dimension holds the protocol too */
	struct key key[2][2]; /* [IPv4, IPv6][src, dst] */
} dimensions[DIMENSION_MAX] = {
	[DIMENSION_IP] = {"ip",
			  false,
			  false,
			  {{NAMED_KEY(IP_SADDR), NAMED_KEY(IP_DADDR)},
			   {NAMED_KEY(IP6_SADDR), NAMED_KEY(IP6_DADDR)}}},
	[DIMENSION_NET] = {"net",
			   true,
			   false,
			   {{NAMED_KEY(IP_SADDR), NAMED_KEY(IP_DADDR)},
			    {NAMED_KEY(IP6_SADDR), NAMED_KEY(IP6_DADDR)}}},
	[DIMENSION_PORT] = {"port",
			    false,
			    true,
			    {{NAMED_KEY(TH_SPORT), NAMED_KEY(TH_DPORT)},
			     {NAMED_KEY(TH_SPORT), NAMED_KEY(TH_DPORT)}}},
	[DIMENSION_MAC] = {"mac",
			   false,
			   false,
			   {{NAMED_KEY(ETHER_SADDR), NAMED_KEY(ETHER_DADDR)},
			    {NAMED_KEY(ETHER_SADDR), NAMED_KEY(ETHER_DADDR)}}},
};

static bool parse_dimensions(struct str text, struct set_spec *ret)
{
	bool more = true;
	bool ports = false;

	while (more) {
		size_t before = text.len;
		struct str word = str_cut(&text, ',');
		int d = 0;

		more = word.len != before;
		while (d < DIMENSION_MAX && !str_is(word, dimensions[d].name))
			d++;
		if (d == DIMENSION_MAX || ret->ndimension == SET_DIMENSIONS ||
		    (ports && dimensions[d].port))
			return false;
		ports |= dimensions[d].port;
		ret->dimension[ret->ndimension++] = (enum dimension)d;
	}
	return true;
}

bool sets_add(struct compile *c, struct set_list *list, struct str text, struct span span)
{
	struct set_spec spec = {0};
	struct str rest = text;
	struct str type;
	struct diag *d;
	bool file_missing;

	spec.name = str_cut(&rest, '=');
	type = str_cut(&rest, ':');
	file_missing = !rest.len && str_ends(text, STR(":"));
	if (!spec.name.len || !str_only(spec.name, SET_NAME_CHARS) || file_missing ||
	    !parse_dimensions(type, &spec)) {
		d = diag_report(&c->diag, DIAG_IPSET_ELEMENT, span,
				"--set wants NAME=TYPE or NAME=TYPE:FILE, found \"%.*s\"",
				STR_ARG(text));
		diag_help(&c->diag, d,
			  "TYPE is one to three of ip, net, port and mac, joined by commas");
		return false;
	}
	for (size_t i = 0; i < list->spec.n; i++)
		if (str_eq(list->spec.at[i].name, spec.name)) {
			diag_report(&c->diag, DIAG_IPSET_ELEMENT, span,
				    "set \"%.*s\" is described twice", STR_ARG(spec.name));
			return false;
		}
	if (rest.len) {
		spec.elements = compile_read(c, rest);
		if (!spec.elements)
			return false;
		diag_reach(&c->diag, spec.elements);
	}
	*VEC_PUSH(c->arena, &list->spec) = spec;
	return true;
}

static const struct set_spec *find_spec(const struct set_list *list, struct str name)
{
	static const struct set_spec net = {.dimension = {DIMENSION_NET}, .ndimension = 1};

	for (size_t i = 0; list && i < list->spec.n; i++)
		if (str_eq(list->spec.at[i].name, name))
			return &list->spec.at[i];
	return &net;
}

/* what one dimension of an element holds: the first bits of the value */
struct part {
	struct value value;
	unsigned bits;
};

struct member {
	struct part part[SET_DIMENSIONS];
};

struct members {
	VEC(struct member) member;
};

/* nft takes a prefix length only, in decimal */
static bool parse_prefix(struct str text, unsigned max, unsigned *ret)
{
	uint64_t bits;

	if (!str_to_u64(text, 10, max, &bits) || (text.len > 1 && text.ptr[0] == '0'))
		return false;
	*ret = (unsigned)bits;
	return true;
}

/* one part of an element, checked as the type it must have; prefixes only for nets */
static bool parse_part(enum dimension d, const struct proto *p, struct str text, struct part *ret)
{
	struct str rest = text;
	struct str head = str_cut(&rest, '/');
	bool prefix = head.len != text.len;

	switch (d) {
	case DIMENSION_IP:
	case DIMENSION_NET:
		if (type_parse(field(FIELD_SRCIP), p, head, &ret->value) != PARSE_OK)
			return false;
		ret->bits = ret->value.len * 8u;
		return !prefix || (d == DIMENSION_NET && parse_prefix(rest, ret->bits, &ret->bits));
	case DIMENSION_MAC:
		ret->bits = 48;
		return type_parse(field(FIELD_SRCMAC), p, text, &ret->value) == PARSE_OK;
	case DIMENSION_PORT:
	case DIMENSION_MAX:
		break;
	}
	return false;
}

/* "tcp:80" as nft's "6 . 80"; an empty string if it is none */
static struct str port_part(struct compile *c, const struct proto *p, struct str text,
			    struct part *ret)
{
	struct str rest = text;
	struct str protocol = str_cut(&rest, ':');
	struct value number, port;

	if (type_parse(field(FIELD_IP_PROTOCOL), p, protocol, &number) != PARSE_OK ||
	    type_parse(field(FIELD_SRCPORT), p, rest, &port) != PARSE_OK)
		return (struct str){0};
	ret->value = value_of_number((uint32_t)number.b[0] << 16 | value_number(&port), 4);
	ret->bits = 32;
	return str_printf(c->arena, "%u . %u", number.b[0], (unsigned)value_number(&port));
}

static bool covers(const struct member *a, const struct member *b, unsigned ndimension)
{
	for (unsigned i = 0; i < ndimension; i++) {
		const struct part *wide = &a->part[i];
		const struct part *narrow = &b->part[i];

		if (wide->bits > narrow->bits)
			return false;
		for (unsigned bit = 0; bit < wide->bits; bit++)
			if ((wide->value.b[bit / 8] ^ narrow->value.b[bit / 8]) & 0x80 >> bit % 8)
				return false;
	}
	return true;
}

/*
 * nft merges overlapping networks in sets of one dimension only, and the kernel
 * refuses them in others: what another element holds is left out.  False if that is
 * the new one.
 */
static bool make_room(struct nft_set *set, struct members *known, const struct member *member,
		      unsigned ndimension)
{
	size_t kept = 0;

	for (size_t i = 0; i < known->member.n; i++)
		if (covers(&known->member.at[i], member, ndimension))
			return false;
	for (size_t i = 0; i < known->member.n; i++)
		if (!covers(member, &known->member.at[i], ndimension)) {
			known->member.at[kept] = known->member.at[i];
			set->element.at[kept++] = set->element.at[i];
		}
	known->member.n = set->element.n = kept;
	return true;
}

static bool add_element(struct compile *c, struct nft_set *set, struct members *known,
			const struct set_spec *spec, const struct proto *p, struct str line,
			struct span span)
{
	struct member member = {0};
	struct str element = {0};
	struct str rest = line;

	for (unsigned i = 0; i < spec->ndimension; i++) {
		struct str part = str_trim(str_cut(&rest, ','));
		bool last = i + 1 == spec->ndimension;

		if (spec->dimension[i] == DIMENSION_PORT)
			part = port_part(c, p, part, &member.part[i]);
		else if (!parse_part(spec->dimension[i], p, part, &member.part[i]))
			part.len = 0;
		if (!part.len || (last && rest.len)) {
			diag_report(&c->diag, DIAG_IPSET_ELEMENT, span,
				    "\"%.*s\" is no element of set \"%.*s\"", STR_ARG(line),
				    STR_ARG(spec->name));
			return false;
		}
		element = i ? str_printf(c->arena, "%.*s . %.*s", STR_ARG(element), STR_ARG(part))
			    : part;
	}
	if (set->interval && spec->ndimension > 1) {
		if (!make_room(set, known, &member, spec->ndimension))
			return true;
		*VEC_PUSH(c->arena, &known->member) = member;
	}
	*VEC_PUSH(c->arena, &set->element) = element;
	return true;
}

static bool add_elements(struct compile *c, struct nft_set *set, const struct set_spec *spec,
			 const struct proto *p)
{
	struct str rest = spec->elements->bytes;
	struct members known = {0};
	bool ok = true;

	while (rest.len) {
		struct str whole = str_cut(&rest, '\n');
		struct str line = str_trim(whole);
		uint32_t start = (uint32_t)(whole.ptr - spec->elements->bytes.ptr);

		if (line.len && line.ptr[0] != '#')
			ok &= add_element(
				c, set, &known, spec, p, line,
				(struct span){spec->elements, start, start + (uint32_t)whole.len});
	}
	return ok;
}

static void add_key(struct tuple *t, struct key key)
{
	t->key[t->nkey++] = key;
}

const struct nft_set *sets_use(struct compile *c, const struct set_list *list, struct ruleset *rs,
			       enum table_id table, const struct rule *rule,
			       const struct bound_match *m, bool reversed, struct tuple *ret)
{
	struct str name = m->value[SLOT_VALUE].text;
	const struct set_spec *spec = find_spec(list, name);
	const unsigned char *flags = m->value[SLOT_SECOND].b;
	const struct operand *operand = &m->source->operand[SLOT_VALUE];
	/* only flags written as they are change sides (semantics.md 1.7) */
	bool swap = reversed && m->source->operand[SLOT_SECOND].kind != OPERAND_VARIABLE;
	bool six = rule_proto(rule)->family == FAMILY_IPV6;
	unsigned nflag = m->given[SLOT_SECOND] ? flags[0] : 1;
	struct nft_set set = {
		.table = table, .kind = SET_ADDRESSES, .family = rule_proto(rule)->family};
	struct nft_set *known;

	if (!name.len || !str_only(name, SET_NAME_CHARS)) {
		diag_report(&c->diag, DIAG_IPSET_NAME, operand->span,
			    "nft cannot hold a set of the name \"%.*s\"", STR_ARG(name));
		return NULL;
	}
	if (nflag < spec->ndimension) {
		diag_report(&c->diag, DIAG_IPSET_FLAGS, operand->span,
			    "set \"%.*s\" has %u dimensions, but ipsetflags names %u",
			    STR_ARG(name), spec->ndimension, nflag);
		return NULL;
	}
	for (unsigned i = 0; i < spec->ndimension; i++) {
		const struct dimension_row *row = &dimensions[spec->dimension[i]];
		bool dst = (m->given[SLOT_SECOND] && flags[i + 1]) != swap;

		if (row->port)
			add_key(ret, (struct key)NAMED_KEY(L4PROTO));
		add_key(ret, row->key[six][dst]);
		set.interval |= row->interval;
	}
	/* one name may serve both families; no name of a set has a slash */
	set.name = str_printf(c->arena, "ipset.%.*s%s", STR_ARG(name), six ? "/ipv6" : "");
	set.nkey = ret->nkey;
	memcpy(set.key, ret->key, sizeof(set.key));
	known = table_get(&rs->set_by_name[table], set.name);
	if (known)
		return known;
	known = ruleset_add_set(rs, &set);
	if (spec->elements && !add_elements(c, known, spec, rule_proto(rule)))
		return NULL;
	return known;
}
