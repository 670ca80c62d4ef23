/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/verify.h"
#include "ir/eval.h"
#include "testsuite/unit/sample_ruleset.h"
#include "testsuite/unit/suites.h"
#include "testsuite/unit/trial.h"

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))
#define KEY(name) ((struct key)NAMED_KEY(name))
#define NFT_NAME_MAX 127
#define NAME_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/\\_."
#define DROP "<rule action='drop' direction='out'/>"
#define TEXT_50 "12345678901234567890123456789012345678901234567890"

/* what nft's scanner takes as a name: a letter first, '-' inside (nft 1.0.6, scanner.l) */
static void expect_name(struct str name)
{
	bool letter = name.len && ((name.ptr[0] | 32) >= 'a' && (name.ptr[0] | 32) <= 'z');

	ck_assert_msg(letter, "\"%.*s\" begins with no letter", STR_ARG(name));
	ck_assert_msg(str_only(name, NAME_CHARS "-"), "\"%.*s\"", STR_ARG(name));
	ck_assert_msg(name.len <= NFT_NAME_MAX, "\"%.*s\" has %zu bytes", STR_ARG(name), name.len);
}

START_TEST(equal_programs)
{
	struct trial t;
	const struct entry *first;
	struct filter *top;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	top = trial_filter(&t, "<filter name='web'>" DROP "<rule action='accept' direction='in'>"
			       "<tcp dstportstart='80'/></rule></filter>");
	ck_assert(trial_dump(&t, top, STAGE_LOWER));
	trial_binding(&t, "vnet1");
	ck_assert(trial_dump(&t, top, STAGE_LOWER));
	ck_assert_uint_eq(t.job->ruleset->entry.n, 2);
	ck_assert_uint_eq(t.job->ruleset->program.n, 3);
	first = &t.job->ruleset->entry.at[0];
	for (int id = 0; id < HOOK_MAX; id++)
		ck_assert_ptr_eq(first->program[id], trial_entry(&t)->program[id]);
	for (size_t i = 0; i < 3; i++)
		ck_assert_uint_eq(t.job->ruleset->program.at[i]->index, i);
	trial_release(&t);
}
END_TEST

/* a value of the interface makes a program of its own, and the same value the same one */
START_TEST(values_in_programs)
{
	struct trial t;
	struct filter *top;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	top = trial_filter(&t, "<filter name='web'><rule action='drop' direction='out'>"
			       "<ip srcipaddr='$A'/></rule></filter>");
	for (int i = 0; i < 4; i++) {
		trial_binding(&t, "vnet1");
		trial_value(&t, "A", i % 2 ? "10.0.0.1" : "10.0.0.2");
		ck_assert(trial_dump(&t, top, STAGE_LOWER));
	}
	ck_assert_uint_eq(t.job->ruleset->entry.n, 4);
	ck_assert_uint_eq(t.job->ruleset->program.n, 2);
	trial_release(&t);
}
END_TEST

/* one rule, then something about it changes */
struct variant {
	struct stmt stmt;
	enum verdict verdict;
	unsigned line;
	const char *comment;
	enum hook_id hook;
	const char *label; /* of a second chain */
	bool again;        /* the rule stands there twice */
	const char *set;
};

static struct str hash_of(struct sample *s, const struct variant *v)
{
	struct program *p = sample_program(s, v->hook);
	struct nft_set set = {.kind = SET_COUNT, .family = FAMILY_IPV4, .nkey = 1};
	struct stmt stmt = v->stmt;

	if (v->set) {
		set.name = str_of(v->set);
		stmt.set = ruleset_add_set(s->rs, &set);
	}
	for (int i = 0; i <= v->again; i++) {
		struct nft_rule *r = sample_rule(s, p->chain.at[0], v->line, v->verdict);

		r->comment = str_of(v->comment);
		sample_stmt(s, r, stmt);
	}
	if (v->label)
		sample_rule(s, program_chain(p, s->arena, str_of(v->label)), 9, VERDICT_ACCEPT);
	return ruleset_add_program(s->rs, p)->hash;
}

static struct variant base_variant(void)
{
	return (struct variant)
	{
		.stmt = stmt_number(KEY(TH_DPORT), OP_EQ, 22), .verdict = VERDICT_DROP, .line = 5,
		.hook = HOOK_OUT_L3,
	};
}

/* whatever reaches nft, or tells where a rule comes from, is in the hash */
START_TEST(hash_covers_all)
{
	struct variant v[16];
	struct str hash[ROWS(v)];
	struct sample s;
	int n = 0;

	for (int i = 0; i < ROWS(v); i++)
		v[i] = base_variant();
	v[++n].stmt.value[1] = 23;
	v[++n].stmt.other[1] = 1;
	v[++n].stmt.op = OP_NE;
	v[++n].stmt.kind = STMT_RANGE;
	v[++n].stmt.key = KEY(TH_SPORT);
	v[++n].stmt.key.offset = 8;
	v[++n].stmt.key.length = 8;
	v[++n].verdict = VERDICT_ACCEPT;
	v[++n].line = 6;
	v[++n].comment = "web";
	v[++n].hook = HOOK_IN_L3;
	v[++n].label = "ipv4";
	v[++n].label = "ipv6";
	v[++n].again = true;
	v[++n].set = "a";
	ck_assert_int_eq(n, ROWS(v) - 1);
	sample_init(&s, target_default());
	for (int i = 0; i < ROWS(v); i++) {
		hash[i] = hash_of(&s, &v[i]);
		ck_assert_uint_eq(hash[i].len, 64);
		ck_assert(str_only(hash[i], "0123456789abcdef"));
		for (int k = 0; k < i; k++)
			ck_assert_msg(!str_eq(hash[i], hash[k]), "%d is %d", i, k);
	}
	ck_assert_uint_eq(s.rs->program.n, ROWS(v));
	/* and nothing else: not memory, not what was made before */
	for (int i = ROWS(v) - 1; i >= 0; i--)
		ck_assert(str_eq(hash_of(&s, &v[i]), hash[i]));
	sample_renew(&s, target_default());
	ck_assert(str_eq(hash_of(&s, &v[3]), hash[3]));
	sample_release(&s);
}
END_TEST

START_TEST(origin_in_hash)
{
	static const char *const filters[] = {
		"<filter name='a'>" DROP "</filter>",
		"<filter name='b'>" DROP "</filter>",
		"<filter name='a'>\n" DROP "</filter>",
		"<filter name='a'><filterref filter='b'/></filter>",
	};
	struct trial t;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	for (int i = 0; i < ROWS(filters) - 1; i++)
		ck_assert(trial_lower(&t, filters[i]));
	ck_assert_uint_eq(t.job->ruleset->program.n, 3);
	/* whose the rule is counts, not whose the program is; that is in the name, so that the
	   name of one does not depend on what else is bound */
	trial_filter(&t, filters[1]);
	ck_assert(trial_lower(&t, filters[3]));
	ck_assert_uint_eq(t.job->ruleset->program.n, 4);
	ck_assert(str_eq(t.job->ruleset->program.at[3]->hash, t.job->ruleset->program.at[1]->hash));
	ck_assert(str_starts(t.job->ruleset->program.at[3]->name, STR("a.")));
	ck_assert(str_starts(t.job->ruleset->program.at[1]->name, STR("b.")));
	trial_release(&t);
}
END_TEST

static const char *const filter_names[] = {
	"web",
	"a b",
	"0",
	"-x",
	"_",
	"\xc3\xa9t\xc3\xa9",
	"a&#34;;{}#$@!b",
	"a:b.c",
	"accept",
	TEXT_50 TEXT_50 TEXT_50 TEXT_50,
	"\xe2\x82\xac",
	"&lt;x&gt;",
};

static void expect_program_names(const struct program *p)
{
	expect_name(p->name);
	for (size_t i = 0; i < p->chain.n; i++) {
		expect_name(p->chain.at[i]->name);
		for (size_t k = 0; k < i; k++)
			ck_assert(!str_eq(p->chain.at[i]->name, p->chain.at[k]->name));
	}
}

START_TEST(names)
{
	struct trial t;
	struct str xml;

	trial_init(&t, MODE_COMPAT, "bridge-ct");
	xml = str_printf(t.job->compile.arena,
			 "<filter name='%s' chain='ipv4:x_.-9'>" DROP "<rule action='drop' "
			 "direction='in'><tcp/></rule></filter>",
			 filter_names[_i]);
	/* compat takes quotes in names with a warning, others not at all */
	if (trial_lower(&t, xml.ptr))
		for (size_t i = 0; i < t.job->ruleset->program.n; i++)
			expect_program_names(t.job->ruleset->program.at[i]);
	else
		ck_assert_uint_eq(trial_count(&t, DIAG_FILTER_NAME), 1);
	trial_release(&t);
}
END_TEST

/* two hashes with one beginning: the name shows all of the second */
START_TEST(name_collision)
{
	struct variant v = base_variant();
	struct sample s;
	const struct program *p;
	struct str short_name, long_name;

	v.label = "ipv4-1234567";
	sample_init(&s, target_default());
	s.filter->name = STR(TEXT_50 TEXT_50);
	hash_of(&s, &v);
	p = s.rs->program.at[0];
	short_name = p->name;
	expect_program_names(p);
	sample_renew(&s, target_default());
	table_put(&s.rs->program_by_name, s.arena, short_name, &s);
	hash_of(&s, &v);
	p = s.rs->program.at[0];
	long_name = p->name;
	ck_assert(!str_eq(short_name, long_name));
	ck_assert(str_starts(long_name, short_name));
	ck_assert(str_ends(long_name, p->hash));
	expect_program_names(p);
	sample_release(&s);
}
END_TEST

START_TEST(set_names)
{
	struct sample s;
	struct nft_set set = {.name = STR("ipset.a"), .kind = SET_ADDRESSES, .nkey = 1};
	struct nft_set *known, *other;

	sample_init(&s, target_default());
	known = ruleset_add_set(s.rs, &set);
	ck_assert_ptr_eq(ruleset_add_set(s.rs, &set), known);
	set.name = STR("ipset.b");
	other = ruleset_add_set(s.rs, &set);
	ck_assert_ptr_ne(other, known);
	ck_assert(str_is(known->name, "ipset.a"));
	/* no program reads them */
	ck_assert_uint_eq(s.rs->set.n, 0);
	ck_assert(!ruleset_program_uses(s.rs, known));
	sample_release(&s);
}
END_TEST

START_TEST(queries)
{
	struct sample s;
	struct entry *e;
	struct buf name;

	sample_init(&s, target_default());
	e = sample_entry(&s, "vnet0");
	for (int id = 0; id < HOOK_MAX; id++)
		ck_assert(!ruleset_uses(s.rs, (enum hook_id)id));
	e->program[HOOK_IN_L2] = sample_simple(&s, HOOK_IN_L2, 0x0800, 2);
	ck_assert(ruleset_uses(s.rs, HOOK_IN_L2));
	ck_assert(!ruleset_uses(s.rs, HOOK_OUT_L2));
	ck_assert(!ruleset_stateful(s.rs, FAMILY_IPV4));
	e->program[HOOK_IN_L3] = sample_stateful(&s, HOOK_IN_L3);
	ck_assert(ruleset_stateful(s.rs, FAMILY_IPV4));
	ck_assert(!ruleset_stateful(s.rs, FAMILY_IPV6));
	buf_init(&name);
	entry_name(e, HOOK_IN_L3, &name);
	ck_assert(str_is(buf_str(&name), "vnet0.in-l3"));
	buf_release(&name);
	sample_release(&s);
}
END_TEST

/* never priority 0 for the stateful part: some kernels skip it (kernel.md) */
START_TEST(hooks)
{
	static const struct {
		const char *name, *chain, *nft;
		int priority;
		uint8_t key;
	} rows[HOOK_MAX] = {
		[HOOK_OUT_L2] = {"out-l2", "pre-l2", "prerouting", -300, KEY_IIFNAME},
		[HOOK_OUT_L3] = {"out-l3", "pre-l3", "prerouting", 10, KEY_IIFNAME},
		[HOOK_IN_L3] = {"in-l3", "fwd-l3", "forward", 10, KEY_OIFNAME},
		[HOOK_IN_L2] = {"in-l2", "post-l2", "postrouting", 300, KEY_OIFNAME},
		[HOOK_DEV_OUT_L2] = {"dev-out-l2", NULL, "egress", -300, KEY_OIFNAME},
		[HOOK_DEV_OUT_L3] = {"dev-out-l3", NULL, "egress", 10, KEY_OIFNAME},
		[HOOK_DEV_IN_L3] = {"dev-in-l3", NULL, "ingress", 10, KEY_IIFNAME},
		[HOOK_DEV_IN_L2] = {"dev-in-l2", NULL, "ingress", 300, KEY_IIFNAME},
	};

	for (int id = 0; id < HOOK_MAX; id++) {
		const struct hook *h = hook((enum hook_id)id);

		ck_assert_str_eq(h->name, rows[id].name);
		ck_assert_int_eq(h->table, id < HOOK_BRIDGE_MAX ? TABLE_BRIDGE : TABLE_NETDEV);
		if (rows[id].chain)
			ck_assert_str_eq(h->chain, rows[id].chain);
		else
			ck_assert_ptr_null(h->chain);
		ck_assert_str_eq(h->nft, rows[id].nft);
		ck_assert_int_eq(h->priority, rows[id].priority);
		ck_assert_uint_eq(h->key, rows[id].key);
	}
}
END_TEST

/* bits beyond a mask would make a test false that libvirt's tools find true */
START_TEST(masked_values)
{
	struct stmt s = stmt_masked(KEY(IP_SADDR), value_of_prefix(8, 4), OP_EQ,
				    value_of_number(0x0a010203, 4));

	ck_assert_uint_eq(s.value[0], 0x0a);
	ck_assert_uint_eq(s.value[1] | s.value[2] | s.value[3], 0);
	ck_assert_uint_eq(s.other[0], 0xff);
	s = stmt_number(KEY(ETHER_TYPE), OP_NE, 0x0806);
	ck_assert_uint_eq(s.value[0], 8);
	ck_assert_uint_eq(s.value[1], 6);
	ck_assert_int_eq(s.op, OP_NE);
}
END_TEST

/* the mark that a packet leaves the chain with; tests are of the state, then of the direction */
static uint32_t run_state(const struct nft_chain *chain, unsigned state, bool reply, uint32_t mark)
{
	for (size_t i = 0; i < chain->rule.n; i++) {
		const struct nft_rule *r = &chain->rule.at[i];
		struct value keep = {.len = 4}, set = {.len = 4};
		bool holds = true;

		for (unsigned k = 0; k + 1u < r->nstmt; k++) {
			const struct stmt *s = &r->stmt[k];

			holds &= s->key.id == KEY_CT_STATE ? (s->value[3] & state) != 0
							   : s->value[0] == reply;
		}
		if (!holds)
			continue;
		memcpy(keep.b, r->stmt[r->nstmt - 1].value, 4);
		memcpy(set.b, r->stmt[r->nstmt - 1].other, 4);
		mark = (mark & value_number(&keep)) | value_number(&set);
		if (r->verdict == VERDICT_RETURN)
			break;
	}
	return mark;
}

/* the table of mark-ct: each state and the direction of a reply has its bit, others are kept */
START_TEST(state_rules)
{
	static const unsigned states[] = {STATE_ESTABLISHED, STATE_RELATED, STATE_NEW,
					  STATE_INVALID};
	struct target target = {STATE_MARK_CT, false, 0x1f0};
	struct packet p = {.mark = 0xabcdef};
	const struct nft_chain *chain;
	struct sample s;

	sample_init(&s, target);
	chain = state_chain(s.rs);
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		for (unsigned reply = 0; reply < 2; reply++) {
			/* what is invalid has no direction */
			if (states[i] == STATE_INVALID && reply)
				continue;
			p.state = states[i];
			p.reply = reply;
			ck_assert_uint_eq(run_state(chain, states[i], reply, p.mark),
					  eval_mark(&target, &p));
		}
	sample_release(&s);
}
END_TEST

Suite *ruleset_suite(void)
{
	Suite *s = suite_create("ruleset");
	TCase *tc = tcase_create("ruleset");

	tcase_add_test(tc, equal_programs);
	tcase_add_test(tc, values_in_programs);
	tcase_add_test(tc, hash_covers_all);
	tcase_add_test(tc, origin_in_hash);
	tcase_add_loop_test(tc, names, 0, ROWS(filter_names));
	tcase_add_test(tc, name_collision);
	tcase_add_test(tc, set_names);
	tcase_add_test(tc, queries);
	tcase_add_test(tc, hooks);
	tcase_add_test(tc, masked_values);
	tcase_add_test(tc, state_rules);
	suite_add_tcase(s, tc);
	return s;
}
