/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/lint.h"
#include "compiler/lint_aside.h"
#include "compiler/lint_assign.h"
#include "compiler/lint_dead.h"
#include "compiler/lint_fate.h"
#include "compiler/opt_test.h"

/*
 * Findings about what frames meet: each filter is compiled for a binding made
 * up for it, and its programs are looked at with what the optimiser knows of
 * tests.  Nothing of that compile remains: it has an arena and a list of
 * diagnostics of its own, of which those are kept that speak of the files alone.
 */
#define RULES_OF_ONE 2000 /* comparing is quadratic */
#define INSTANCES_OF_ONE 6000
#define RULES_OF_ALL 1000000 /* and every run ends */

struct flow {
	struct lint *lint;
	struct arena *arena; /* of the compiles */
	const struct filter *top;
	const struct entry *entry; /* of the present assignment */
	bool varies;               /* another one is another program */
	struct dead_list dead[LINT_ASSIGNMENTS];
};

static bool compile_with(struct flow *f, unsigned which, enum attach attach)
{
	struct job *job = f->lint->job;
	struct binding *b = ARENA_NEW(f->arena, struct binding);

	f->varies = lint_assign(&job->compile, f->arena, f->top, which, b);
	b->attach = attach;
	if (!job_compile_filter(job, b, (struct filter *)f->top))
		return false;
	f->entry = &job->ruleset->entry.at[0];
	return true;
}

/* the first rule that refuses what may pass its tests */
static const struct nft_rule *first_refusal(const struct program *p, const struct nft_rule *of)
{
	for (size_t c = 0; p && c < p->chain.n; c++)
		for (size_t i = 0; i < p->chain.at[c]->rule.n; i++) {
			const struct nft_rule *r = &p->chain.at[c]->rule.at[i];

			if ((r->verdict == VERDICT_DROP || r->verdict == VERDICT_REJECT) &&
			    !rule_is_out(r, of->stmt, of->nstmt))
				return r;
		}
	return NULL;
}

/* is there a stateful rule that refuses everything of the family? */
static bool closes(const struct program *p, uint16_t ethertype)
{
	struct stmt type = stmt_number((struct key)NAMED_KEY(ETHER_TYPE), OP_EQ, ethertype);

	for (size_t i = 0; p && i < p->chain.at[0]->rule.n; i++) {
		const struct nft_rule *r = &p->chain.at[0]->rule.at[i];

		if ((r->verdict == VERDICT_DROP || r->verdict == VERDICT_REJECT) &&
		    rule_is_sure(r, &type, 1))
			return true;
	}
	return false;
}

static bool names_type(const struct program *p, uint16_t ethertype)
{
	struct stmt type = stmt_number((struct key)NAMED_KEY(ETHER_TYPE), OP_EQ, ethertype);

	for (size_t c = 0; p && c < p->chain.n; c++)
		for (size_t i = 0; i < p->chain.at[c]->rule.n; i++) {
			const struct nft_rule *r = &p->chain.at[c]->rule.at[i];

			for (unsigned k = 0; k < r->nstmt; k++)
				if (test_same(&r->stmt[k], &type))
					return true;
		}
	return false;
}

/* what passes by a filter that refuses IPv4 (K11, F28) */
static void passes_by(struct flow *f)
{
	static const struct {
		uint16_t ethertype;
		enum diag_id id;
		const char *message;
		const char *help;
	} kinds[] = {
		{0x86dd, DIAG_IPV6_OPEN, "IPv4 is dropped at the end, but all of IPv6 passes",
		 "add rules for IPv6, or drop it with <ipv6/>"},
		{0x8100, DIAG_VLAN_OPEN,
		 "frames with a VLAN tag meet no rule of IP, and all of them pass",
		 "drop them with <vlan/>, unless the VM is to use VLANs"},
	};
	struct diag_list *list = &f->lint->compile->diag;

	if (f->top->broken || !closes(f->entry->program[HOOK_OUT_L3], 0x0800))
		return;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct stmt type =
			stmt_number((struct key)NAMED_KEY(ETHER_TYPE), OP_EQ, kinds[i].ethertype);
		const struct program *l2 = f->entry->program[HOOK_OUT_L2];
		struct diag *d;

		if (program_fate(l2, &type, 1) != FATE_OPEN || names_type(l2, kinds[i].ethertype) ||
		    names_type(f->entry->program[HOOK_OUT_L3], kinds[i].ethertype))
			continue;
		d = diag_report(list, kinds[i].id, f->top->name_span, "%s", kinds[i].message);
		diag_help(list, d, "%s", kinds[i].help);
	}
}

/* where the top filter has what the path leads to */
static struct span place_in_top(const struct path *path)
{
	while (path->up && path->up->up)
		path = path->up;
	return path->up ? path->ref->span : path->filter->span;
}

/* a chain whose end accepts what the root would refuse behind it (K1) */
static void open_end(struct flow *f, const struct nft_chain *root, size_t at)
{
	const struct nft_rule *jump = &root->rule.at[at];
	const struct nft_chain *chain = jump->target;
	const struct nft_rule *before =
		chain->rule.n > 1 ? &chain->rule.at[chain->rule.n - 2] : NULL;
	struct diag_list *list = &f->lint->compile->diag;

	/* the last but one decides everything: the end is not reached */
	if (!before || (!before->nstmt && before->verdict != VERDICT_NONE) ||
	    rule_is_sure(before, jump->stmt, jump->nstmt))
		return;
	for (size_t i = at + 1; i < root->rule.n; i++) {
		const struct nft_rule *r = &root->rule.at[i];
		struct diag *d;

		if (r->verdict != VERDICT_DROP || rule_is_out(r, jump->stmt, jump->nstmt))
			continue;
		d = diag_report(list, DIAG_CHAIN_OPEN, place_in_top(before->origin.path),
				"what reaches the end of chain \"%.*s\" is accepted, and not "
				"dropped by the root chain",
				STR_ARG(chain->label));
		diag_also(list, d, r->origin.rule->span, "this rule does not see it");
		diag_help(list, d,
			  "end the chain with a rule that returns, or that drops the rest");
		return;
	}
}

static void open_ends(struct flow *f)
{
	static const enum hook_id hooks[] = {HOOK_OUT_L2, HOOK_IN_L2};

	for (size_t h = 0; h < 2; h++) {
		const struct program *p = f->entry->program[hooks[h]];

		for (size_t i = 0; p && i < p->chain.at[0]->rule.n; i++)
			if (p->chain.at[0]->rule.at[i].verdict == VERDICT_JUMP)
				open_end(f, p->chain.at[0], i);
	}
}

static void report_blocked(struct flow *f, const struct nft_rule *accept,
			   const struct nft_rule *refusal)
{
	struct diag_list *list = &f->lint->compile->diag;
	const struct path *path = accept->origin.path;
	bool here = !path->up;
	struct diag *d = diag_report(list, DIAG_ACCEPT_BLOCKED,
				     here ? accept->origin.rule->span : place_in_top(path), "%s",
				     here ? "rules of the Ethernet layer drop all that this rule "
					    "accepts"
					  : "rules of the Ethernet layer drop all that a rule of "
					    "this reference accepts");

	if (!here)
		diag_also(list, d, accept->origin.rule->span, "the rule that accepts");
	diag_also(list, d, refusal->origin.rule->span, "a rule that drops it");
}

/* an accept of the stateful layer that the Ethernet layer lets nothing through to */
static void blocked(struct flow *f)
{
	static const struct {
		enum hook_id l3, l2;
	} ways[] = {{HOOK_OUT_L3, HOOK_OUT_L2}, {HOOK_IN_L3, HOOK_IN_L2}};

	for (size_t w = 0; w < 2; w++) {
		const struct program *p = f->entry->program[ways[w].l3];
		const struct program *l2 = f->entry->program[ways[w].l2];
		enum direction way = hook(ways[w].l3)->direction;

		for (size_t i = 0; p && l2 && i < p->chain.at[0]->rule.n; i++) {
			const struct nft_rule *r = &p->chain.at[0]->rule.at[i];

			if (r->verdict == VERDICT_ACCEPT && r->origin.rule &&
			    direction_covers(r->origin.rule->direction, way) &&
			    program_fate(l2, r->stmt, r->nstmt) == FATE_DROPPED)
				report_blocked(f, r, first_refusal(l2, r));
		}
	}
}

/* lists that references give multiply rules, and each is compared with those before it */
static bool too_large(const struct entry *e)
{
	size_t n = 0;

	for (int id = 0; id < HOOK_MAX; id++)
		for (size_t i = 0; e->program[id] && i < e->program[id]->chain.n; i++)
			n += e->program[id]->chain.at[i]->rule.n;
	return n > INSTANCES_OF_ONE;
}

static void look(struct flow *f, struct lint_aside *a, unsigned which)
{
	struct diag_list aside = f->lint->compile->diag;

	if (too_large(f->entry))
		return;
	dead_find(f->arena, f->entry, &f->dead[which]);
	if (which)
		return;
	/* what is found is said in the real list */
	f->lint->compile->diag = a->diag;
	passes_by(f);
	open_ends(f);
	blocked(f);
	a->diag = f->lint->compile->diag;
	f->lint->compile->diag = aside;
}

static bool flow_once(struct flow *f, unsigned which)
{
	struct lint_aside a;
	bool ok;

	lint_aside_begin(&a, f->lint->job, f->arena);
	f->dead[which] = (struct dead_list){0};
	ok = compile_with(f, which, ATTACH_BRIDGE);
	if (ok)
		look(f, &a, which);
	lint_aside_end(&a);
	return ok;
}

/* the binding of a macvtap that names the filter */
static const struct binding *device_binding(const struct lint *l, const struct filter *f)
{
	for (size_t i = 0; i < l->binding.n; i++)
		if (binding_table(l->binding.at[i]) == TABLE_NETDEV &&
		    str_eq(l->binding.at[i]->filter, f->name))
			return l->binding.at[i];
	return NULL;
}

/* what it would be refused for, whatever values it has */
static void flow_device(struct flow *f)
{
	const struct binding *by = device_binding(f->lint, f->top);
	struct diag_list *list = &f->lint->compile->diag;
	struct lint_aside a;

	if (!by)
		return;
	lint_aside_begin(&a, f->lint->job, f->arena);
	compile_with(f, 0, ATTACH_NETDEV);
	for (size_t i = 0; i < list->diag.n; i++)
		if (list->diag.at[i]->id == DIAG_NETDEV_STATE)
			diag_also(list, list->diag.at[i], by->tap_span, "the macvtap");
	lint_aside_end(&a);
}

static void flow_filter(struct flow *f)
{
	struct arena_mark mark = arena_mark(f->arena);
	bool ok = flow_once(f, 0);

	f->dead[1] = f->dead[0];
	if (ok && f->varies)
		ok = flow_once(f, 1);
	flow_device(f);
	if (ok)
		dead_report(&f->lint->compile->diag, f->top, &f->dead[0], &f->dead[1]);
	arena_rewind(f->arena, mark);
}

/* counters of sources that the compiles aside have raised */
struct counts {
	unsigned nerror, ndiag, nsurplus;
};

static void flow_filters(struct flow *f)
{
	const struct lint *l = f->lint;
	uint64_t rules = 0;

	for (size_t i = 0; i < l->filter.n; i++) {
		f->top = l->filter.at[i];
		if (f->top->sound != SOUND || f->top->nrule > RULES_OF_ONE || rules > RULES_OF_ALL)
			continue;
		rules += f->top->nrule;
		flow_filter(f);
	}
}

/* exhaustion of either arena must leave the job as it was, for whoever frees it */
static void flow_guarded(struct flow *f)
{
	struct job *const job = f->lint->job;
	struct arena *const arena = job->compile.arena;
	struct ruleset *const ruleset = job->ruleset;
	jmp_buf trap;
	jmp_buf *const outer = arena_trap(arena, &trap);

	if (setjmp(trap)) {
		job->compile.arena = arena;
		job->ruleset = ruleset;
		arena_trap(arena, outer);
		arena_free(f->arena);
		arena_exhausted(arena);
	}
	flow_filters(f);
	arena_trap(arena, outer);
}

void lint_flow(struct lint *l)
{
	struct compile *c = l->compile;
	struct flow f = {.lint = l};
	size_t n = c->source.n;
	struct counts *before = ARENA_ARRAY(c->arena, struct counts, n);

	for (size_t i = 0; i < n; i++)
		before[i] = (struct counts){c->source.at[i]->nerror, c->source.at[i]->ndiag,
					    c->source.at[i]->nsurplus};
	f.arena = arena_new(MEMORY_LIMIT);
	if (!f.arena)
		arena_exhausted(c->arena);
	flow_guarded(&f);
	arena_free(f.arena);
	for (size_t i = 0; i < n; i++) {
		c->source.at[i]->nerror = before[i].nerror;
		c->source.at[i]->ndiag = before[i].ndiag;
		c->source.at[i]->nsurplus = before[i].nsurplus;
	}
}
