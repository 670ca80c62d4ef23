/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/opt_passes.h"
#include "compiler/opt_test.h"

/* constants in one list; nlist counts no further */
#define LIST_MAX 255
/* a shorter interval may become its values in a list */
#define SPREAD_MAX 16

/*
 * What may be read of a frame by a rule whose test becomes a list or a range.
 * nft takes the meaning of some keys from tests of others before them, so those
 * can only be merged where nothing else needs them.  A key without a row is
 * never merged.
 */
enum merging {
	MERGE_NEVER,
	MERGE_ALWAYS,
	MERGE_ETHER_TYPE, /* the rest of the rule reads the addresses of the frame only */
	MERGE_PROTOCOL,   /* behind the IP header the rest of the rule reads ports only */
};

static const uint8_t merging[KEY_MAX] = {
	[KEY_ETHER_DADDR] = MERGE_ALWAYS,    [KEY_ETHER_SADDR] = MERGE_ALWAYS,
	[KEY_ETHER_TYPE] = MERGE_ETHER_TYPE, [KEY_VLAN_ID] = MERGE_ALWAYS,
	[KEY_ARP_HTYPE] = MERGE_ALWAYS,      [KEY_ARP_OPERATION] = MERGE_ALWAYS,
	[KEY_IP_DSCP] = MERGE_ALWAYS,        [KEY_IP_PROTOCOL] = MERGE_PROTOCOL,
	[KEY_IP_SADDR] = MERGE_ALWAYS,       [KEY_IP_DADDR] = MERGE_ALWAYS,
	[KEY_IP6_DSCP] = MERGE_ALWAYS,       [KEY_IP6_SADDR] = MERGE_ALWAYS,
	[KEY_IP6_DADDR] = MERGE_ALWAYS,      [KEY_TH_SPORT] = MERGE_ALWAYS,
	[KEY_TH_DPORT] = MERGE_ALWAYS,       [KEY_ICMP_TYPE] = MERGE_ALWAYS,
	[KEY_ICMP_CODE] = MERGE_ALWAYS,      [KEY_ICMPV6_TYPE] = MERGE_ALWAYS,
	[KEY_ICMPV6_CODE] = MERGE_ALWAYS,    [KEY_RAW_NETWORK] = MERGE_ALWAYS,
	[KEY_L4PROTO] = MERGE_PROTOCOL,
};

static bool allows(enum merging how, struct key other)
{
	enum key_base base = key_info(other)->base;

	if (how == MERGE_ETHER_TYPE)
		return other.id == KEY_ETHER_DADDR || other.id == KEY_ETHER_SADDR;
	if (base != BASE_TRANSPORT && base != BASE_TCPOPTION)
		return true;
	return how != MERGE_PROTOCOL || other.id == KEY_TH_SPORT || other.id == KEY_TH_DPORT;
}

bool test_merges(const struct nft_rule *r, unsigned at)
{
	enum merging how = (enum merging)merging[r->stmt[at].key.id];

	for (unsigned i = 0; i < r->nstmt && how != MERGE_NEVER; i++) {
		const struct stmt *s = &r->stmt[i];
		bool tuple = s->kind == STMT_CONCAT || s->kind == STMT_LOOKUP;

		for (unsigned k = 0; k < (tuple ? s->tuple->nkey : 1); k++)
			if (i != at && !allows(how, tuple ? s->tuple->key[k] : s->key))
				return false;
	}
	return how != MERGE_NEVER;
}

/* the union of tests of one key: intervals in order that do not touch */
struct values {
	struct interval at[LIST_MAX + 1];
	unsigned n;
};

/* does b begin at or before the value behind a? */
static bool reaches(const struct interval *a, const struct interval *b, unsigned size)
{
	unsigned char behind[VALUE_BYTES];
	unsigned i = size;

	if (memcmp(b->low, a->high, VALUE_BYTES) <= 0)
		return true;
	memcpy(behind, a->high, VALUE_BYTES);
	while (i > 0 && !++behind[i - 1])
		i--;
	return i > 0 && !memcmp(b->low, behind, VALUE_BYTES);
}

static bool values_add(struct values *v, const struct interval *one, unsigned size)
{
	struct interval all = *one;
	unsigned from = 0, to;

	while (from < v->n && !reaches(&v->at[from], &all, size))
		from++;
	for (to = from; to < v->n && reaches(&all, &v->at[to], size); to++) {
		if (memcmp(v->at[to].low, all.low, VALUE_BYTES) < 0)
			memcpy(all.low, v->at[to].low, VALUE_BYTES);
		if (memcmp(v->at[to].high, all.high, VALUE_BYTES) > 0)
			memcpy(all.high, v->at[to].high, VALUE_BYTES);
	}
	/* what lies wholly behind the new one stays */
	if (v->n + 1 - (to - from) > LIST_MAX)
		return false;
	memmove(&v->at[from + 1], &v->at[to], (v->n - to) * sizeof(v->at[0]));
	v->at[from] = all;
	v->n = v->n + 1 - (to - from);
	return true;
}

static bool values_add_test(struct values *v, const struct stmt *s)
{
	unsigned size = key_size(s->key);
	struct interval one;

	/* one that reads less than the whole key says more than which values it has */
	if (s->kind != STMT_LIST)
		return stmt_bits(s) == key_length(s->key) && test_interval(s, &one) &&
		       values_add(v, &one, size);
	for (unsigned i = 0; i < s->nlist; i++) {
		memcpy(one.low, s->list[i].b, VALUE_BYTES);
		memcpy(one.high, s->list[i].b, VALUE_BYTES);
		if (!values_add(v, &one, size))
			return false;
	}
	return true;
}

/* how many values, SPREAD_MAX and one more if they are many */
static unsigned width(const struct interval *one, unsigned size)
{
	unsigned n = 0;

	for (unsigned i = 0; i < size; i++) {
		n = n * 256 + one->high[i] - one->low[i];
		if (n > SPREAD_MAX && i + 1 < size)
			return SPREAD_MAX + 1;
	}
	return n < SPREAD_MAX ? n + 1 : SPREAD_MAX + 1;
}

/* constants of a list of all values; 0 if they do not fit one */
static unsigned list_length(const struct values *v, unsigned size)
{
	unsigned n = 0;

	for (unsigned i = 0; i < v->n; i++) {
		unsigned more = width(&v->at[i], size);

		if (more > SPREAD_MAX || (n += more) > LIST_MAX)
			return 0;
	}
	return n;
}

static bool is_all(const struct interval *one, struct key key)
{
	struct interval all = key_interval(key);

	return !memcmp(one->low, all.low, VALUE_BYTES) && !memcmp(one->high, all.high, VALUE_BYTES);
}

/* is there a test for the values? */
static bool values_fit(const struct values *v, struct key key)
{
	/* nft leaves out a test that is true for every value, but the key must be there */
	return v->n == 1 ? !is_all(&v->at[0], key) : list_length(v, key_size(key)) != 0;
}

static struct stmt interval_test(const struct interval *one, struct key key)
{
	enum key_format format = key_info(key)->format;
	unsigned size = key_size(key);
	struct value low = {.len = (uint8_t)size}, high = low, mask = low;
	bool aligned = format == FORMAT_IPV4 || format == FORMAT_IPV6;

	memcpy(low.b, one->low, size);
	memcpy(high.b, one->high, size);
	if (!value_compare(&low, &high))
		return stmt_test(key, OP_EQ, low);
	for (unsigned i = 0; i < size; i++) {
		mask.b[i] = (unsigned char)~(low.b[i] ^ high.b[i]);
		/* below the prefix, all zeros to all ones */
		aligned &= !(low.b[i] & ~mask.b[i]);
	}
	/* a prefix of whole bytes would read no more than these */
	if (aligned && value_prefix(mask.b, size) >= 0 && value_prefix(mask.b, size) % 8)
		return stmt_masked(key, mask, OP_EQ, low);
	return stmt_range(key, OP_EQ, low, high);
}

static struct stmt values_test(struct arena *arena, const struct values *v, struct key key)
{
	unsigned size = key_size(key);
	unsigned n = 0;
	struct value *list;

	if (v->n == 1)
		return interval_test(&v->at[0], key);
	list = ARENA_ARRAY(arena, struct value, list_length(v, size));
	for (unsigned i = 0; i < v->n; i++) {
		struct value next = {.len = (uint8_t)size};

		memcpy(next.b, v->at[i].low, size);
		for (unsigned k = width(&v->at[i], size); k > 0; k--) {
			list[n++] = next;
			for (unsigned b = size; b > 0 && !++next.b[b - 1];)
				b--;
		}
	}
	return (struct stmt){
		.kind = STMT_LIST, .op = OP_EQ, .nlist = (uint8_t)n, .key = key, .list = list};
}

/* the place of the only test that differs; -1: there is none, or more */
static int difference(const struct nft_rule *a, const struct nft_rule *b)
{
	int at = -1;

	if (a->verdict != b->verdict || a->target != b->target || a->nstmt != b->nstmt)
		return -1;
	for (unsigned i = 0; i < a->nstmt; i++)
		if (!test_same(&a->stmt[i], &b->stmt[i])) {
			if (at >= 0)
				return -1;
			at = (int)i;
		}
	return at;
}

/* rules from `first` on that differ at one place only; *ret: the values there */
static size_t run_of(const struct nft_chain *chain, size_t first, int *ret_at, struct values *ret)
{
	const struct nft_rule *r = &chain->rule.at[first];
	struct key key;
	size_t n = 1;

	*ret_at = first + n < chain->rule.n ? difference(r, r + 1) : -1;
	if (*ret_at < 0 || r->verdict == VERDICT_NONE || r->verdict == VERDICT_JUMP ||
	    !rule_is_pure(r) || !test_merges(r, (unsigned)*ret_at))
		return 1;
	key = r->stmt[*ret_at].key;
	ret->n = 0;
	if (!values_add_test(ret, &r->stmt[*ret_at]))
		return 1;
	for (; first + n < chain->rule.n && difference(r, r + n) == *ret_at; n++) {
		const struct stmt *s = &r[n].stmt[*ret_at];
		struct values more = *ret;

		if (!key_equal(s->key, key) || !values_add_test(&more, s) ||
		    !values_fit(&more, key))
			break;
		*ret = more;
	}
	return n;
}

static struct nft_rule merged(struct arena *arena, const struct nft_rule *r, size_t n, int at,
			      const struct values *v)
{
	struct nft_rule ret = *r;

	ret.stmt = ARENA_ARRAY(arena, struct stmt, r->nstmt);
	memcpy(ret.stmt, r->stmt, r->nstmt * sizeof(*r->stmt));
	ret.stmt[at] = values_test(arena, v, r->stmt[at].key);
	for (size_t i = 1; i < n; i++)
		origin_add(arena, &ret, &r[i]);
	return ret;
}

/*
 * Safe: rules that stand together, with one verdict and the same tests but one,
 * give that verdict to a frame with the key and any of the values; so does their
 * union.  Negated tests are left alone: any of them is no list, and nft 1.0.6
 * makes mistakes where two of them meet.
 */
static void chain_merge(struct arena *arena, struct nft_chain *chain)
{
	struct values values;
	size_t to = 0;
	size_t n;

	for (size_t i = 0; i < chain->rule.n; i += n) {
		int at;

		n = run_of(chain, i, &at, &values);
		chain->rule.at[to++] = n > 1 ? merged(arena, &chain->rule.at[i], n, at, &values)
					     : chain->rule.at[i];
	}
	chain->rule.n = to;
}

void opt_merge(struct arena *arena, struct program *p)
{
	for (size_t i = 0; i < p->chain.n; i++)
		chain_merge(arena, p->chain.at[i]);
}
