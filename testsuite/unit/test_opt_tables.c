/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <check.h>

#include "compiler/opt_passes.h"
#include "testsuite/unit/sample_ruleset.h"
#include "testsuite/unit/suites.h"

#define KEY(name) ((struct key)NAMED_KEY(name))

struct fixture {
	struct sample s;
	struct program *p;
	struct nft_chain *root;
};

static void setup(struct fixture *f)
{
	sample_init(&f->s, target_default());
	f->p = sample_program(&f->s, HOOK_OUT_L2);
	f->root = f->p->chain.at[0];
}

static struct nft_rule *add(struct fixture *f, enum verdict verdict, struct key key, unsigned value)
{
	struct nft_rule *r = sample_rule(&f->s, f->root, 2, verdict);

	sample_stmt(&f->s, r, stmt_number(key, OP_EQ, value));
	return r;
}

static const struct nft_rule *rule(const struct fixture *f, size_t i)
{
	ck_assert_uint_gt(f->root->rule.n, i);
	return &f->root->rule.at[i];
}

static unsigned rows(const struct nft_rule *r)
{
	return r->stmt[r->nstmt - 1].nlist;
}

/* six rules of one test are worth a look-up, five are not */
START_TEST(worth)
{
	struct fixture f;

	setup(&f);
	for (unsigned i = 0; i < 5; i++)
		add(&f, i % 2 ? VERDICT_DROP : VERDICT_ACCEPT, KEY(TH_DPORT), i);
	ck_assert_uint_eq(opt_tables(f.s.arena, f.p), 0);
	add(&f, VERDICT_RETURN, KEY(TH_DPORT), 5);
	ck_assert_uint_eq(opt_tables(f.s.arena, f.p), 5);
	ck_assert_uint_eq(f.root->rule.n, 1);
	ck_assert_int_eq(rule(&f, 0)->verdict, VERDICT_MAP);
	ck_assert_uint_eq(rows(rule(&f, 0)), 6);
	ck_assert_int_eq(rule(&f, 0)->arm[5].verdict, VERDICT_RETURN);
	sample_release(&f.s);
}
END_TEST

/* of two rules of one value the first is in the table, unless it may come back */
START_TEST(duplicates)
{
	struct fixture f;
	struct nft_chain *chain;

	setup(&f);
	chain = program_chain(f.p, f.s.arena, STR("ipv4"));
	sample_rule(&f.s, chain, 3, VERDICT_RETURN);
	add(&f, VERDICT_JUMP, KEY(ETHER_TYPE), 1)->target = chain;
	for (unsigned i = 1; i < 8; i++)
		add(&f, i % 2 ? VERDICT_DROP : VERDICT_ACCEPT, KEY(ETHER_TYPE), i % 6);
	ck_assert_uint_eq(opt_tables(f.s.arena, f.p), 6);
	ck_assert_int_eq(rule(&f, 0)->verdict, VERDICT_JUMP);
	/* 1 to 5 and 0; the second rule of 1 says nothing */
	ck_assert_uint_eq(rows(rule(&f, 1)), 6);
	ck_assert_int_eq(rule(&f, 1)->arm[0].verdict, VERDICT_DROP);
	sample_release(&f.s);
}
END_TEST

START_TEST(full)
{
	struct fixture f;

	setup(&f);
	for (unsigned i = 0; i < 300; i++)
		add(&f, i % 2 ? VERDICT_DROP : VERDICT_ACCEPT, KEY(TH_DPORT), i);
	ck_assert_uint_eq(opt_tables(f.s.arena, f.p), 298);
	ck_assert_uint_eq(rows(rule(&f, 0)), 255);
	ck_assert_uint_eq(rows(rule(&f, 1)), 45);
	sample_release(&f.s);
}
END_TEST

/* what nft has no map for, and keys that its tuples cannot hold */
START_TEST(unfit)
{
	static const struct key keys[] = {NAMED_KEY(IP_DSCP), NAMED_KEY(VLAN_ID),
					  NAMED_KEY(CT_STATE), NAMED_KEY(MARK)};
	struct fixture f;

	setup(&f);
	for (unsigned i = 0; i < 8; i++)
		add(&f, i % 2 ? VERDICT_REJECT : VERDICT_ACCEPT, KEY(TH_DPORT), i);
	for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
		for (unsigned i = 0; i < 8; i++)
			add(&f, i % 2 ? VERDICT_DROP : VERDICT_ACCEPT, keys[k], i);
	ck_assert_uint_eq(opt_tables(f.s.arena, f.p), 0);
	sample_release(&f.s);
}
END_TEST

/* the second column joins when the rules come to differ there */
START_TEST(pairs)
{
	struct fixture f;

	setup(&f);
	for (unsigned i = 0; i < 4; i++)
		sample_stmt(&f.s, add(&f, VERDICT_ACCEPT, KEY(TH_SPORT), i / 2),
			    stmt_number(KEY(TH_DPORT), OP_EQ, i));
	ck_assert_uint_eq(opt_tables(f.s.arena, f.p), 3);
	ck_assert_int_eq(rule(&f, 0)->verdict, VERDICT_ACCEPT);
	ck_assert_ptr_null(rule(&f, 0)->arm);
	ck_assert_uint_eq(rule(&f, 0)->stmt[0].tuple->nkey, 2);
	ck_assert_uint_eq(rows(rule(&f, 0)), 4);
	sample_release(&f.s);
}
END_TEST

Suite *opt_tables_suite(void)
{
	Suite *s = suite_create("opt_tables");
	TCase *tc = tcase_create("opt_tables");

	tcase_add_test(tc, worth);
	tcase_add_test(tc, duplicates);
	tcase_add_test(tc, full);
	tcase_add_test(tc, unfit);
	tcase_add_test(tc, pairs);
	suite_add_tcase(s, tc);
	return s;
}
