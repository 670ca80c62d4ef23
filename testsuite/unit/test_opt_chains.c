/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <check.h>

#include "compiler/opt.h"
#include "compiler/opt_verify.h"
#include "testsuite/unit/sample_ruleset.h"
#include "testsuite/unit/suites.h"

static const struct element_list no_values;

#define KEY(name) ((struct key)NAMED_KEY(name))

/* ethertype -> chain, whose rules are a test of the destination and a drop */
static struct nft_chain *jump_to(struct sample *s, struct program *p, const char *label,
				 unsigned ethertype, enum verdict first)
{
	struct value group = {.len = 6, .b = {1}};
	struct nft_chain *chain = program_chain(p, s->arena, str_of(label));
	struct nft_rule *r = sample_rule(s, p->chain.at[0], 2, VERDICT_JUMP);

	r->target = chain;
	sample_stmt(s, r, stmt_number(KEY(ETHER_TYPE), OP_EQ, ethertype));
	sample_stmt(s, sample_rule(s, chain, 3, first), stmt_test(KEY(ETHER_DADDR), OP_EQ, group));
	sample_rule(s, chain, 4, VERDICT_DROP);
	return chain;
}

START_TEST(chains)
{
	struct sample s;
	struct opt opt = {.level = 1};
	struct program *p;
	struct nft_chain *root, *chain;

	sample_init(&s, target_default());
	p = sample_program(&s, HOOK_OUT_L2);
	root = p->chain.at[0];
	/* in the place of the jump; not if it returns, or asks more; two that are equal are one */
	chain = jump_to(&s, p, "once", 0x0800, VERDICT_ACCEPT);
	chain->rule.n = 1;
	jump_to(&s, p, "twice", 0x88cc, VERDICT_ACCEPT);
	jump_to(&s, p, "back", 0x0806, VERDICT_RETURN);
	jump_to(&s, p, "same", 0x8035, VERDICT_RETURN);
	sample_optimise(&s, &opt, p);
	ck_assert_uint_eq(p->chain.n, 3);
	ck_assert(str_is(p->chain.at[1]->label, "twice"));
	ck_assert(str_is(p->chain.at[2]->label, "back"));
	ck_assert_uint_eq(root->rule.n, 4);
	ck_assert_int_eq(root->rule.at[0].verdict, VERDICT_ACCEPT);
	ck_assert_uint_eq(root->rule.at[0].nstmt, 2);
	ck_assert_ptr_eq(root->rule.at[1].target, p->chain.at[1]);
	ck_assert_ptr_eq(root->rule.at[2].target, p->chain.at[2]);
	ck_assert_ptr_eq(root->rule.at[3].target, p->chain.at[2]);
	sample_release(&s);
}
END_TEST

/* a return in the place of the jump would leave the root */
START_TEST(returning_chain)
{
	struct sample s;
	struct opt opt = {.level = 1};
	struct program *p;

	sample_init(&s, target_default());
	p = sample_program(&s, HOOK_OUT_L2);
	jump_to(&s, p, "back", 0x0806, VERDICT_RETURN);
	sample_optimise(&s, &opt, p);
	ck_assert_uint_eq(p->chain.n, 2);
	ck_assert_uint_eq(p->chain.at[0]->rule.n, 1);
	ck_assert_uint_eq(opt.rejected, 0);
	sample_release(&s);
}
END_TEST

/* where a frame would come back is told at once, if that is sure */
START_TEST(threaded)
{
	struct sample s;
	struct opt opt = {.level = 1};
	struct program *p;
	struct nft_chain *root, *back;
	struct value mac = {.len = 6, .b = {2}};

	sample_init(&s, target_default());
	p = sample_program(&s, HOOK_OUT_L2);
	root = p->chain.at[0];
	back = jump_to(&s, p, "back", 0x0806, VERDICT_RETURN);
	sample_stmt(&s, sample_rule(&s, root, 5, VERDICT_DROP),
		    stmt_number(KEY(ETHER_TYPE), OP_EQ, 0x0800));
	/* in every second run a frame of the chain may pass a rule in between, or not */
	if (_i)
		sample_stmt(&s, sample_rule(&s, root, 6, VERDICT_DROP),
			    stmt_test(KEY(ETHER_SADDR), OP_EQ, mac));
	sample_stmt(&s, sample_rule(&s, root, 7, VERDICT_ACCEPT),
		    stmt_number(KEY(ETHER_TYPE), OP_EQ, 0x0806));
	sample_rule(&s, root, 8, VERDICT_DROP);
	sample_optimise(&s, &opt, p);
	ck_assert_uint_eq(opt.rejected, 0);
	ck_assert_int_eq(root->rule.at[0].verdict, _i ? VERDICT_JUMP : VERDICT_GOTO);
	ck_assert_int_eq(back->rule.at[0].verdict, _i ? VERDICT_RETURN : VERDICT_ACCEPT);
	/* it comes from both rules */
	ck_assert_int_eq(back->rule.at[0].origin.more != NULL, !_i);
	sample_release(&s);
}
END_TEST

/* a frame has no address of IPv4 that is this one, and none that is another: it is too short */
START_TEST(checks)
{
	struct sample s;
	struct opt opt = {.level = 1};
	struct value ip = {.len = 4, .b = {10}};
	struct program *p;
	struct nft_chain *root, *chain;

	sample_init(&s, target_default());
	p = sample_program(&s, HOOK_OUT_L2);
	root = p->chain.at[0];
	chain = jump_to(&s, p, "check", 0x0800, VERDICT_RETURN);
	root->rule.at[0].nstmt = 0;
	if (_i)
		chain->rule.at[0].stmt[0] = stmt_test(KEY(IP_SADDR), OP_EQ, ip);
	sample_stmt(&s, sample_rule(&s, root, 5, VERDICT_DROP),
		    stmt_number(KEY(ETHER_TYPE), OP_EQ, 0x0800));
	sample_optimise(&s, &opt, p);
	ck_assert_uint_eq(opt.rejected, 0);
	ck_assert_uint_eq(p->chain.n, _i ? 2 : 1);
	ck_assert_int_eq(root->rule.at[0].verdict, _i ? VERDICT_JUMP : VERDICT_DROP);
	if (!_i)
		ck_assert_int_eq(root->rule.at[0].stmt[0].op, OP_NE);
	sample_release(&s);
}
END_TEST

/* what only accepts before the end of the root goes, and its chain with it */
START_TEST(accepting_chain)
{
	struct sample s;
	struct opt opt = {.level = 1};
	struct program *p;
	struct nft_chain *chain;

	sample_init(&s, target_default());
	p = sample_program(&s, HOOK_IN_L2);
	chain = jump_to(&s, p, "open", 0x0800, VERDICT_ACCEPT);
	chain->rule.at[1].verdict = VERDICT_ACCEPT;
	sample_optimise(&s, &opt, p);
	ck_assert_uint_eq(p->chain.n, 1);
	ck_assert_uint_eq(p->chain.at[0]->rule.n, 0);
	ck_assert_uint_eq(opt.before, 3);
	ck_assert_uint_eq(opt.after, 0);
	sample_release(&s);
}
END_TEST

/* the check sees a rule that went missing, and one value too many */
START_TEST(verified)
{
	struct sample s;
	struct program *p, *copy;
	struct nft_rule *r;
	bool longer;

	sample_init(&s, target_default());
	p = sample_program(&s, HOOK_OUT_L2);
	jump_to(&s, p, "ipv4", 0x0800, VERDICT_ACCEPT);
	r = sample_rule(&s, p->chain.at[0], 5, VERDICT_DROP);
	sample_stmt(&s, r, stmt_number(KEY(ETHER_TYPE), OP_EQ, 0x0806));
	sample_stmt(&s, r, stmt_number(KEY(ARP_OPERATION), OP_EQ, 7));
	copy = program_copy(s.arena, p);
	ck_assert(programs_agree(&s.rs->target, &no_values, p, copy, &longer));
	copy->chain.at[1]->rule.n--;
	ck_assert(!programs_agree(&s.rs->target, &no_values, p, copy, &longer));
	copy = program_copy(s.arena, p);
	r = &copy->chain.at[0]->rule.at[1];
	r->stmt = arena_copy(s.arena, r->stmt, 2 * sizeof(*r->stmt));
	r->stmt[1] =
		stmt_range(KEY(ARP_OPERATION), OP_EQ, value_of_number(7, 2), value_of_number(8, 2));
	ck_assert(!programs_agree(&s.rs->target, &no_values, p, copy, &longer));
	sample_release(&s);
}
END_TEST

Suite *opt_chains_suite(void)
{
	Suite *s = suite_create("opt chains");
	TCase *tc = tcase_create("opt chains");

	tcase_add_test(tc, chains);
	tcase_add_test(tc, accepting_chain);
	tcase_add_loop_test(tc, threaded, 0, 2);
	tcase_add_loop_test(tc, checks, 0, 2);
	tcase_add_test(tc, verified);
	tcase_add_test(tc, returning_chain);
	suite_add_tcase(s, tc);
	return s;
}
