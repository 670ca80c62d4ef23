/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/unit/sample_ruleset.h"

#include <stdlib.h>

#include "ir/base/arena.h"

#define SAMPLE_MEMORY ((size_t)256 << 20)
#define LINES 40

#define KEY(name) ((struct key)NAMED_KEY(name))

void sample_init(struct sample *s, struct target target)
{
	static const char text[] = "<filter name='clean traffic'>\n";
	struct str line = STR("  <rule action='drop' direction='out'/>\n");
	char *bytes;
	size_t at = sizeof(text) - 1;

	*s = (struct sample){.arena = arena_new(SAMPLE_MEMORY)};
	bytes = arena_alloc(s->arena, at + LINES * line.len);
	memcpy(bytes, text, at);
	for (unsigned i = 0; i < LINES; i++, at += line.len)
		memcpy(bytes + at, line.ptr, line.len);
	s->source = source_new(s->arena, STR("filters/clean.xml"), (struct str){bytes, at}, 0);
	s->source->reached = true;
	s->filter = ARENA_NEW(s->arena, struct filter);
	s->filter->name = STR("clean traffic");
	s->filter->source = s->source;
	sample_renew(s, target);
}

void sample_release(struct sample *s)
{
	arena_free(s->arena);
}

void sample_renew(struct sample *s, struct target target)
{
	s->rs = ruleset_new(s->arena, &target);
}

struct program *sample_program(struct sample *s, enum hook_id id)
{
	struct program *p = ARENA_NEW(s->arena, struct program);

	p->filter = s->filter->name;
	p->hook = id;
	program_chain(p, s->arena, (struct str){0});
	return p;
}

struct nft_rule *sample_rule(struct sample *s, struct nft_chain *chain, unsigned line,
			     enum verdict verdict)
{
	struct nft_rule *rule = chain_rule(chain, s->arena);
	struct filter_rule *source = ARENA_NEW(s->arena, struct filter_rule);
	struct path *path = ARENA_NEW(s->arena, struct path);

	source->span = (struct span){s->source, s->source->line_start[line - 1] + 2,
				     s->source->line_start[line - 1] + 39};
	path->filter = s->filter;
	rule->origin = (struct origin){source, path, NULL};
	rule->verdict = (uint8_t)verdict;
	return rule;
}

void sample_stmt(struct sample *s, struct nft_rule *rule, struct stmt stmt)
{
	struct stmt *more = ARENA_ARRAY(s->arena, struct stmt, rule->nstmt + 1u);

	if (rule->nstmt)
		memcpy(more, rule->stmt, rule->nstmt * sizeof(*more));
	more[rule->nstmt++] = stmt;
	rule->stmt = more;
}

struct entry *sample_entry(struct sample *s, const char *tap)
{
	struct entry *e = VEC_PUSH(s->arena, &s->rs->entry);
	struct binding *binding;

	for (size_t i = 0; i < s->binding.n; i++)
		if (str_is(s->binding.at[i]->tap, tap)) {
			e->binding = s->binding.at[i];
			return e;
		}
	binding = ARENA_NEW(s->arena, struct binding);
	binding->tap = str_dup(s->arena, str_of(tap));
	binding->filter = s->filter->name;
	*VEC_PUSH(s->arena, &s->binding) = binding;
	e->binding = binding;
	return e;
}

const struct program *sample_simple(struct sample *s, enum hook_id id, unsigned ethertype,
				    unsigned line)
{
	struct program *p = sample_program(s, id);
	struct nft_chain *root = p->chain.at[0];

	sample_stmt(s, sample_rule(s, root, line, VERDICT_ACCEPT),
		    stmt_number(KEY(ETHER_TYPE), OP_EQ, ethertype));
	sample_rule(s, root, line + 1, VERDICT_DROP);
	return ruleset_add_program(s->rs, p);
}

const struct program *sample_stateful(struct sample *s, enum hook_id id)
{
	struct program *p = sample_program(s, id);
	struct nft_rule *rule = sample_rule(s, p->chain.at[0], 2, VERDICT_ACCEPT);
	uint32_t bit = target_mark_bit(&s->rs->target, MARK_ESTABLISHED);

	sample_stmt(s, rule, stmt_number(KEY(ETHER_TYPE), OP_EQ, 0x0800));
	if (s->rs->target.state == STATE_BRIDGE_CT)
		sample_stmt(s, rule, stmt_number(KEY(CT_STATE), OP_EQ, STATE_ESTABLISHED));
	else
		sample_stmt(s, rule,
			    stmt_masked(KEY(MARK), value_of_number(bit, 4), OP_EQ,
					value_of_number(bit, 4)));
	return ruleset_add_program(s->rs, p);
}

struct value sample_bytes(const char *hex)
{
	struct value v = {0};

	for (; hex[0] && hex[1]; hex += 2) {
		char digits[3] = {hex[0], hex[1], 0};

		v.b[v.len++] = (unsigned char)strtoul(digits, NULL, 16);
	}
	return v;
}

static void add(struct sample *s, struct nft_chain *chain, unsigned ethertype, struct stmt stmt)
{
	struct nft_rule *rule =
		sample_rule(s, chain, 2 + (unsigned)chain->rule.n % LINES, VERDICT_RETURN);

	sample_stmt(s, rule, stmt_number(KEY(ETHER_TYPE), OP_EQ, ethertype));
	sample_stmt(s, rule, stmt);
}

static struct stmt list_of_two(struct sample *s, struct key key, enum test_op op, struct value a,
			       struct value b)
{
	struct value *list = ARENA_ARRAY(s->arena, struct value, 2);

	list[0] = a;
	list[1] = b;
	return (struct stmt){
		.kind = STMT_LIST, .op = (uint8_t)op, .nlist = 2, .key = key, .list = list};
}

static struct stmt tuple_stmt(struct sample *s, enum stmt_kind kind, enum test_op op, unsigned n,
			      const struct key *keys, const struct nft_set *set)
{
	struct tuple *t = ARENA_NEW(s->arena, struct tuple);
	struct stmt stmt = {
		.kind = (uint8_t)kind, .op = (uint8_t)op, .nlist = 1, .tuple = t, .set = set};

	t->nkey = n;
	memcpy(t->key, keys, n * sizeof(*keys));
	for (unsigned i = 0; i < n; i++) {
		t->low[i] = value_of_number(i, key_size(keys[i]));
		t->high[i] = value_of_number(5, key_size(keys[i]));
	}
	return stmt;
}

static void add_tests(struct sample *s, struct nft_chain *chain)
{
	struct stmt missing = {.kind = STMT_EXISTS, .op = OP_NE, .key = KEY(FRAG_EXISTS) };

	add(s, chain, 0x0800, stmt_test(KEY(ETHER_SADDR), OP_EQ, sample_bytes("525400123456")));
	add(s, chain, 0x0800,
	    stmt_masked(KEY(IP_SADDR), value_of_prefix(8, 4), OP_NE, sample_bytes("0a000000")));
	add(s, chain, 0x0806,
	    stmt_masked((struct key)NETWORK_BITS(112, 32), value_of_prefix(24, 4), OP_EQ,
			sample_bytes("0a000000")));
	add(s, chain, 0x86dd,
	    stmt_range(KEY(IP6_DADDR), OP_EQ, sample_bytes("fe800000000000000000000000000001"),
		       sample_bytes("fe800000000000000000000000000009")));
	add(s, chain, 0x86dd, missing);
	add(s, chain, 0x0800,
	    list_of_two(s, KEY(IP_PROTOCOL), OP_NE, value_of_number(6, 1), value_of_number(17, 1)));
}

static void add_tuples(struct sample *s, struct nft_chain *chain, bool raw_sets)
{
	const struct key icmp[] = { KEY(ICMP_TYPE), KEY(ICMP_CODE) };
	const struct key flow[] = { KEY(IP_SADDR), KEY(L4PROTO), KEY(TH_DPORT) };
	const struct key octets[] = {NETWORK_BITS(112, 8), NETWORK_BITS(192, 8)};
	struct nft_set set = {.name = STR("ipset.hosts"), .kind = SET_ADDRESSES, .nkey = 3};
	struct nft_set pairs = {.name = STR(NFT_OCTETS), .kind = SET_OCTETS, .nkey = 2};
	struct nft_rule *rule = sample_rule(s, chain, 30, VERDICT_DROP);
	struct nft_set *known;

	memcpy(set.key, flow, sizeof(flow));
	set.interval = true;
	known = ruleset_add_set(s->rs, &set);
	*VEC_PUSH(s->arena, &known->element) = STR("10.0.0.0/8 . 6 . 80");
	*VEC_PUSH(s->arena, &known->element) = STR("192.0.2.7 . 17 . 53");
	sample_stmt(s, rule, stmt_number(KEY(ETHER_TYPE), OP_EQ, 0x0800));
	sample_stmt(s, rule, stmt_number(KEY(IP_PROTOCOL), OP_EQ, 1));
	sample_stmt(s, rule, tuple_stmt(s, STMT_CONCAT, OP_NE, 2, icmp, NULL));
	add(s, chain, 0x0800, tuple_stmt(s, STMT_LOOKUP, OP_EQ, 3, flow, known));
	if (!raw_sets)
		return;
	memcpy(pairs.key, octets, sizeof(octets));
	add(s, chain, 0x0806,
	    tuple_stmt(s, STMT_LOOKUP, OP_NE, 2, octets, ruleset_add_set(s->rs, &pairs)));
}

const struct program *sample_everything(struct sample *s, bool raw_sets)
{
	struct program *p = sample_program(s, HOOK_OUT_L2);
	struct nft_chain *root = p->chain.at[0];
	struct nft_chain *ipv4 = program_chain(p, s->arena, STR("ipv4:x"));
	struct nft_rule *rule;

	rule = sample_rule(s, root, 2, VERDICT_JUMP);
	rule->target = ipv4;
	rule->comment = STR("web servers");
	add_tests(s, ipv4);
	add_tuples(s, ipv4, raw_sets);
	rule = sample_rule(s, root, 3, VERDICT_NONE);
	sample_stmt(
		s, rule, (struct stmt) {
			.kind = STMT_MARK, .key = KEY(MARK)
			, .value = {0xff, 0xff, 0, 0xff}, .other = { 0, 0, 1, 0 }
		});
	rule = sample_rule(s, root, 4, VERDICT_GOTO);
	rule->target = ipv4;
	return ruleset_add_program(s->rs, p);
}

void sample_optimise(struct sample *s, struct opt *opt, struct program *p)
{
	static const struct binding binding;
	struct demand_list demand = {0};
	struct element_list values = {0};

	optimise(opt, s->arena, &(struct opt_binding){&binding, s->rs, &demand, &values}, p);
}
