/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every key of key.def in every kind of statement it can have, as text and as
 * JSON, through `nft -c --debug=netlink`: what the kernel would be told must
 * read the bytes that the table says, compare them with the constant, and hold
 * nothing that nft added of its own accord.  Run in a network namespace.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "emit/emit.h"
#include "ir/base/diag.h"
#include "ir/filter.h"
#include "testsuite/live/bytecode.h"

/* what a rule must test before nft takes the key for what the table says it is */
struct context {
	uint8_t key;
	unsigned ethertype;
	uint8_t protocol_key; /* KEY_NONE: not needed */
	unsigned protocol;
};

static const struct context contexts[] = {
	{KEY_VLAN_ID, 0x8100, KEY_NONE, 0},
	{KEY_VLAN_TYPE, 0x8100, KEY_NONE, 0},
	{KEY_ARP_HTYPE, 0x0806, KEY_NONE, 0},
	{KEY_ARP_PTYPE, 0x0806, KEY_NONE, 0},
	{KEY_ARP_HLEN, 0x0806, KEY_NONE, 0},
	{KEY_ARP_PLEN, 0x0806, KEY_NONE, 0},
	{KEY_ARP_OPERATION, 0x0806, KEY_NONE, 0},
	{KEY_ARP_SADDR_ETHER, 0x0806, KEY_NONE, 0},
	{KEY_ARP_SADDR_IP, 0x0806, KEY_NONE, 0},
	{KEY_ARP_DADDR_ETHER, 0x0806, KEY_NONE, 0},
	{KEY_ARP_DADDR_IP, 0x0806, KEY_NONE, 0},
	{KEY_RAW_NETWORK, 0x8035, KEY_NONE, 0},
	{KEY_IP_DSCP, 0x0800, KEY_NONE, 0},
	{KEY_IP_FRAG_OFF, 0x0800, KEY_NONE, 0},
	{KEY_IP_PROTOCOL, 0x0800, KEY_NONE, 0},
	{KEY_IP_SADDR, 0x0800, KEY_NONE, 0},
	{KEY_IP_DADDR, 0x0800, KEY_NONE, 0},
	{KEY_IP6_DSCP, 0x86dd, KEY_NONE, 0},
	{KEY_IP6_SADDR, 0x86dd, KEY_NONE, 0},
	{KEY_IP6_DADDR, 0x86dd, KEY_NONE, 0},
	{KEY_FRAG_EXISTS, 0x86dd, KEY_NONE, 0},
	{KEY_FRAG_FRAG_OFF, 0x86dd, KEY_NONE, 0},
	{KEY_TH_SPORT, 0x0800, KEY_IP_PROTOCOL, 17},
	{KEY_TH_DPORT, 0x86dd, KEY_L4PROTO, 132},
	{KEY_TCP_FLAGS, 0x0800, KEY_IP_PROTOCOL, 6},
	{KEY_TCP_FLAGS, 0x86dd, KEY_L4PROTO, 6},
	{KEY_TCP_OPTION, 0x0800, KEY_IP_PROTOCOL, 6},
	{KEY_TCP_OPTION, 0x86dd, KEY_L4PROTO, 6},
	{KEY_ICMP_TYPE, 0x0800, KEY_IP_PROTOCOL, 1},
	{KEY_ICMP_CODE, 0x0800, KEY_IP_PROTOCOL, 1},
	{KEY_ICMPV6_TYPE, 0x86dd, KEY_L4PROTO, 58},
	{KEY_ICMPV6_CODE, 0x86dd, KEY_L4PROTO, 58},
	{KEY_RAW_TRANSPORT, 0x0800, KEY_IP_PROTOCOL, 47},
	{KEY_RAW_INNER, 0x0800, KEY_IP_PROTOCOL, 17},
	{KEY_L4PROTO, 0x86dd, KEY_NONE, 0},
	{KEY_L4PROTO, 0x0800, KEY_NONE, 0},
};

#define NCONTEXT (sizeof(contexts) / sizeof(contexts[0]))

struct suite {
	struct sample sample;
	struct program *program;
	VEC(struct case_of) cases;
	bool has_ct;
	unsigned failed;
};

static void add_case(struct suite *s, struct stmt stmt, const struct context *context,
		     const char *kind)
{
	struct nft_rule *rule = sample_rule(&s->sample, s->program->chain.at[0], 2, VERDICT_DROP);
	struct case_of *c = VEC_PUSH(s->sample.arena, &s->cases);
	bool tuple = stmt.kind == STMT_CONCAT || stmt.kind == STMT_LOOKUP;
	struct key key = tuple ? stmt.tuple->key[0] : stmt.key;

	c->stmt = stmt;
	c->nkey = tuple ? stmt.tuple->nkey : 1;
	if (context && context->ethertype) {
		sample_stmt(
			&s->sample, rule,
			stmt_number((struct key)NAMED_KEY(ETHER_TYPE), OP_EQ, context->ethertype));
		c->nguard++;
	}
	if (context && context->protocol_key) {
		sample_stmt(&s->sample, rule,
			    stmt_number((struct key){context->protocol_key, 0, 0}, OP_EQ,
					context->protocol));
		c->nguard++;
	}
	sample_stmt(&s->sample, rule, stmt);
	snprintf(c->name, sizeof(c->name), "%s %s %s (ether type 0x%04x)", key_info(key)->spelling,
		 kind, stmt.op == OP_NE ? "!=" : "==", context ? context->ethertype : 0);
}

/* a constant with differing bytes that fits the key */
static struct value constant(struct key key, unsigned seed)
{
	struct value v = {.len = (uint8_t)key_size(key)};
	unsigned spare = key_size(key) * 8 - key_length(key);

	for (unsigned i = 0; i < v.len; i++)
		v.b[i] = (unsigned char)(seed + 17 * i);
	v.b[0] &= (unsigned char)(0xff >> spare);
	return v;
}

static struct stmt list_stmt(struct suite *s, struct key key, enum test_op op)
{
	struct value *list = ARENA_ARRAY(s->sample.arena, struct value, 3);

	for (unsigned i = 0; i < 3; i++)
		list[i] = constant(key, 1 + 2 * i);
	return (struct stmt){
		.kind = STMT_LIST, .op = (uint8_t)op, .nlist = 3, .key = key, .list = list};
}

static struct stmt concat_stmt(struct suite *s, struct key key, enum test_op op, bool ranges)
{
	struct tuple *t = ARENA_NEW(s->sample.arena, struct tuple);

	t->nkey = 2;
	t->key[0] = key;
	t->key[1] = (struct key)NAMED_KEY(ETHER_SADDR);
	for (unsigned i = 0; i < 2; i++) {
		t->low[i] = constant(t->key[i], 1);
		t->high[i] = constant(t->key[i], ranges ? 9 : 1);
	}
	return (struct stmt){.kind = STMT_CONCAT, .op = (uint8_t)op, .nlist = 1, .tuple = t};
}

static void add_payload_kinds(struct suite *s, struct key key, const struct context *context,
			      enum test_op op)
{
	unsigned size = key_size(key);
	struct value mask = constant(key, 0xa5);
	bool address = key_info(key)->format == FORMAT_IPV4 || key_info(key)->format == FORMAT_IPV6;

	add_case(s, stmt_test(key, op, constant(key, 3)), context, "test");
	add_case(s, stmt_range(key, op, constant(key, 2), constant(key, 40)), context, "range");
	/* rules have no more of these */
	if (key_lead(key))
		return;
	add_case(s, list_stmt(s, key, op), context, "list");
	add_case(s, stmt_masked(key, mask, op, constant(key, 0xff)), context, "masked");
	for (unsigned bits = 0; address && bits <= size * 8; bits += 5)
		add_case(s, stmt_masked(key, value_of_prefix(bits, size), op, constant(key, 0xc1)),
			 context, "prefix");
	add_case(s, concat_stmt(s, key, op, false), context, "concat");
	/* nft 1.0.6 dies when it lists ranges of flags in a concatenation; no rule has them */
	if (key.id != KEY_TCP_FLAGS)
		add_case(s, concat_stmt(s, key, op, true), context, "concat of ranges");
}

static void add_meta_kinds(struct suite *s, struct key key, const struct context *context,
			   enum test_op op)
{
	struct value name = {.len = 16};

	if (key_info(key)->format == FORMAT_NAME) {
		memcpy(name.b, "vnet0.x", 7);
		add_case(s, stmt_test(key, op, name), context, "test");
		return;
	}
	add_case(s, stmt_test(key, op, constant(key, 3)), context, "test");
	if (key.id != KEY_MARK) {
		add_case(s, stmt_range(key, op, constant(key, 2), constant(key, 40)), context,
			 "range");
		add_case(s, list_stmt(s, key, op), context, "list");
		return;
	}
	add_case(s, stmt_masked(key, constant(key, 0xa5), op, constant(key, 0xff)), context,
		 "masked");
	add_case(s,
		 (struct stmt){.kind = STMT_MARK,
			       .key = key,
			       .value = {0xe0, 0xff, 0xff, 0xff},
			       .other = {1, 0, 0, 0}},
		 context, "mark");
}

static void add_ct_kinds(struct suite *s, struct key key, enum test_op op)
{
	if (!s->has_ct)
		return;
	if (key.id == KEY_CT_DIRECTION) {
		add_case(s, stmt_number(key, op, 0), NULL, "test");
		add_case(s, stmt_number(key, op, 1), NULL, "test");
		return;
	}
	add_case(s, stmt_number(key, op, STATE_NEW), NULL, "one state");
	add_case(s, stmt_number(key, op, STATE_NEW | STATE_ESTABLISHED | STATE_RELATED), NULL,
		 "states");
}

static void add_kinds(struct suite *s, struct key key, const struct context *context,
		      enum test_op op)
{
	struct stmt exists = {.kind = STMT_EXISTS, .op = (uint8_t)op, .key = key};

	switch (key_info(key)->base) {
	case BASE_LINK:
	case BASE_NETWORK:
	case BASE_TRANSPORT:
	case BASE_INNER:
		add_payload_kinds(s, key, context, op);
		break;
	case BASE_META:
		add_meta_kinds(s, key, context, op);
		break;
	case BASE_CT:
		add_ct_kinds(s, key, op);
		break;
	case BASE_EXTHDR:
		add_case(s, stmt_test(key, op, constant(key, 3)), context, "test");
		add_case(s, stmt_number(key, op, 0), context, "test of zero");
		break;
	case BASE_EXISTS:
	case BASE_TCPOPTION:
		add_case(s, exists, context, "exists");
		break;
	case BASE_NONE:
		break;
	}
}

static void add_key(struct suite *s, struct key key)
{
	static const struct context none = {0};
	unsigned n = 0;

	for (size_t i = 0; i < NCONTEXT; i++)
		if (contexts[i].key == key.id) {
			add_kinds(s, key, &contexts[i], OP_EQ);
			add_kinds(s, key, &contexts[i], OP_NE);
			n++;
		}
	if (n)
		return;
	add_kinds(s, key, &none, OP_EQ);
	add_kinds(s, key, &none, OP_NE);
}

/* connections of an address are counted in a set of the address's type */
static void add_counts(struct suite *s)
{
	static const struct {
		const char *name;
		struct key key;
		unsigned ethertype;
	} rows[] = {
		{"vnet0.count-0", NAMED_KEY(IP_SADDR), 0x0800},
		{"vnet0.count-1", NAMED_KEY(IP6_SADDR), 0x86dd},
	};

	for (size_t i = 0; s->has_ct && i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct context context = {.ethertype = rows[i].ethertype};
		struct nft_set set = {.name = str_of(rows[i].name),
				      .kind = SET_COUNT,
				      .nkey = 1,
				      .key = {rows[i].key}};
		struct stmt stmt = {.kind = STMT_COUNT,
				    .key = rows[i].key,
				    .value = {1, 2},
				    .set = ruleset_add_set(s->sample.rs, &set)};

		add_case(s, stmt, &context, "count over");
		stmt.op = OP_NE;
		add_case(s, stmt, &context, "count");
	}
}

static void add_all(struct suite *s)
{
	static const struct key raw[] = {
		{KEY_RAW_NETWORK, 0, 8},      {KEY_RAW_NETWORK, 48, 8},
		{KEY_RAW_NETWORK, 64, 16},    {KEY_RAW_NETWORK, 0, 24},
		{KEY_RAW_NETWORK, 112, 32},   {KEY_RAW_NETWORK, 0, 40},
		{KEY_RAW_NETWORK, 144, 48},   {KEY_RAW_TRANSPORT, 64, 64},
		{KEY_RAW_TRANSPORT, 64, 128}, {KEY_RAW_TRANSPORT, 0, 8},
		{KEY_RAW_TRANSPORT, 0, 32},   {KEY_RAW_INNER, 1992, 16},
		{KEY_RAW_INNER, 2008, 32},    {KEY_RAW_INNER, 2048, 8},
		{KEY_RAW_INNER, 2120, 48},
	};
	static const uint16_t option[] = {0, 1, 2, 3, 4, 5, 8, 19, 30, 34, 69, 254, 255};

	for (int id = KEY_NONE + 1; id < KEY_MAX; id++) {
		struct key key = {(uint8_t)id, 0, 0};

		if (key_info(key)->base == BASE_TCPOPTION) {
			for (size_t i = 0; i < sizeof(option) / sizeof(option[0]); i++) {
				key.offset = option[i];
				add_key(s, key);
			}
		} else if (key_info(key)->length) {
			add_key(s, key);
		}
	}
	for (size_t i = 0; i < sizeof(raw) / sizeof(raw[0]); i++)
		add_key(s, raw[i]);
}

static bool probe_ct(void)
{
	return !system("echo 'add table bridge probe\nadd chain bridge probe c\n"
		       "add rule bridge probe c ct state new accept' | nft -c -f - 2>/dev/null");
}

/* counts the cases of which something is wrong */
static size_t compare(struct suite *s, char *text, char *json, size_t njson)
{
	size_t failed = 0;

	for (size_t i = 0; i < s->cases.n; i++) {
		const struct case_of *c = &s->cases.at[i];
		char *one = bytecode_next(s->sample.arena, &text);
		char *other = i < njson ? bytecode_next(s->sample.arena, &json) : one;
		bool ok;

		if (!one || !other)
			ok = bytecode_fail(c, "nft shows no rule for it", "");
		else
			ok = bytecode_check(c, one) &&
			     (!strcmp(one, other) ||
			      bytecode_fail(c, "JSON makes another rule of it", other));
		failed += !ok;
	}
	return failed;
}

int main(void)
{
	struct suite s = {.has_ct = probe_ct()};
	struct buf text, json;
	struct diag_list diag;
	char *text_code, *json_code;
	size_t njson, failed;
	bool listed;

	if (!s.has_ct)
		printf("# skipped: ct keys, this kernel has no conntrack in family bridge\n");
	sample_init(&s.sample, target_default());
	diag_init(&diag, s.sample.arena, MODE_DEFAULT);
	s.program = sample_program(&s.sample, HOOK_OUT_L2);
	add_all(&s);
	ruleset_add_program(s.sample.rs, s.program);
	buf_init(&text);
	buf_init(&json);
	if (!emit_json(s.sample.rs, &json, &diag))
		return 99;
	/* counting sets are beyond nft's JSON, and so for text alone */
	njson = s.cases.n;
	s.program = sample_program(&s.sample, HOOK_OUT_L3);
	add_counts(&s);
	ruleset_add_program(s.sample.rs, s.program);
	emit_text(s.sample.rs, &text, NULL);
	text_code = bytecode_of(s.sample.arena, &text, "");
	json_code = bytecode_of(s.sample.arena, &json, "-j");
	failed = text_code && json_code ? compare(&s, text_code, json_code, njson) : s.cases.n;
	listed = bytecode_lists(&text);
	printf("%zu passed, %zu failed\n", s.cases.n - failed + listed, failed + !listed);
	buf_release(&text);
	buf_release(&json);
	sample_release(&s.sample);
	return failed || !listed;
}
