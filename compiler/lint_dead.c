/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/lint_dead.h"

#include "compiler/lint_cover.h"
#include "compiler/lint_fate.h"
#include "compiler/opt_passes.h"
#include "compiler/opt_test.h"

#define TESTS_MAX 64

/* where the rule stands: its chain, and the jump that leads there */
struct place {
	const struct nft_chain *chain;
	const struct nft_chain *root;
	const struct nft_rule *jump; /* NULL: it is in the root */
	size_t jump_at;
	enum hook_id hook;
};

static struct dead *entry_of(struct arena *arena, struct dead_list *list, const struct origin *o)
{
	struct dead *d;

	for (size_t i = 0; i < list->dead.n; i++)
		if (list->dead.at[i].rule.rule == o->rule && list->dead.at[i].rule.path == o->path)
			return &list->dead.at[i];
	d = VEC_PUSH(arena, &list->dead);
	*d = (struct dead){.rule = {o->rule, o->path, NULL}};
	return d;
}

/*
 * What begins or belongs to a connection, in the words that lower has for it:
 * an accept takes nothing else, and a rule behind it that would only see the
 * rest does not do what its author meant.  Not of a rule for everything, such
 * as the last one of a filter, whose work the rest is.
 */
static unsigned connection_tests(const struct place *p, const struct nft_rule *r, struct stmt *to)
{
	const struct filter_rule *rule = r->origin.rule;
	bool back =
		rule->direction != DIRECTION_INOUT && rule->direction != hook(p->hook)->direction;
	unsigned states = back ? STATE_ESTABLISHED : STATE_NEW | STATE_ESTABLISHED;

	if (rule->proto->layer != LAYER_L3 || (!rule->match.n && rule->proto->l4proto < 0))
		return 0;
	for (unsigned i = 0; i < r->nstmt; i++)
		if (r->stmt[i].key.id == KEY_CT_STATE || r->stmt[i].key.id == KEY_CT_DIRECTION)
			return 0;
	to[0] = stmt_number((struct key)NAMED_KEY(CT_STATE), OP_EQ, states);
	to[1] = stmt_number((struct key)NAMED_KEY(CT_DIRECTION), OP_EQ, back);
	return 2;
}

/* the tests that hold of what reaches the rule's verdict; 0 if they are too many */
static unsigned known_tests(const struct place *p, const struct nft_rule *r, struct stmt *known)
{
	unsigned n = p->jump ? p->jump->nstmt : 0;

	if (n + r->nstmt + 2u > TESTS_MAX)
		return 0;
	if (n)
		memcpy(known, p->jump->stmt, n * sizeof(*known));
	if (r->nstmt)
		memcpy(known + n, r->stmt, r->nstmt * sizeof(*known));
	return n + r->nstmt;
}

static bool contradicts(const struct stmt *known, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		for (unsigned k = 0; k < i; k++)
			if (known[k].key.id == known[i].key.id &&
			    (test_excludes(&known[k], &known[i]) ||
			     test_excludes(&known[i], &known[k])))
				return true;
	return false;
}

/* of rules before `end` the first that takes all frames with those tests */
static const struct nft_rule *taker(const struct nft_chain *chain, size_t end,
				    const struct stmt *known, unsigned n)
{
	for (size_t i = 0; i < end; i++) {
		const struct nft_rule *r = &chain->rule.at[i];

		if (r->origin.rule && rule_is_pure(r) && rule_decides(r) &&
		    r->verdict != VERDICT_JUMP && rule_is_sure(r, known, n))
			return r;
	}
	return NULL;
}

/* is it written for every frame, of its family at least? */
static bool for_everything(const struct filter_rule *r)
{
	bool any = r->proto == proto(PROTO_ANY) || r->proto == proto(PROTO_MAC);

	return !r->match.n && (r->proto->layer == LAYER_L3 ? r->proto->l4proto < 0 : any);
}

static enum death kind_of(const struct place *p, const struct nft_rule *by,
			  const struct nft_rule *r)
{
	unsigned n = p->jump ? p->jump->nstmt : 0;

	/* of the same action, nothing is lost but a line of the file */
	if (by->origin.rule->action == r->origin.rule->action)
		return DEATH_REDUNDANT;
	if (for_everything(by->origin.rule) || rule_is_sure(by, p->jump ? p->jump->stmt : NULL, n))
		return DEATH_UNREACHABLE;
	return DEATH_SHADOWED;
}

static void kill_by(const struct place *p, struct dead *d, const struct nft_rule *r,
		    const struct nft_rule *by)
{
	enum death death = kind_of(p, by, r);

	if (death > d->death)
		d->death = death;
	if (!d->by.rule)
		d->by = by->origin;
}

static void kill_together(struct dead *d, const struct cover *c)
{
	enum death death = c->same ? DEATH_REDUNDANT : DEATH_SHADOWED;

	if (death > d->death)
		d->death = death;
	if (!d->by.rule)
		d->by = c->first->origin;
	if (!d->with.rule)
		d->with = c->second->origin;
}

/* false: it may decide for a frame that passes the known tests */
static bool dies(struct arena *arena, const struct place *p, size_t at, struct dead *d,
		 const struct stmt *known, unsigned n)
{
	const struct nft_rule *r = &p->chain->rule.at[at];
	const struct nft_rule *by = taker(p->chain, at, known, n);
	struct cover cover;

	if (!by && p->jump)
		by = taker(p->root, p->jump_at, known, n);
	if (by)
		kill_by(p, d, r, by);
	else if (covered_together(arena, p->chain, at, known, n, r->origin.rule->action, &cover))
		kill_together(d, &cover);
	else
		return false;
	return true;
}

static void look_at(struct arena *arena, const struct place *p, size_t at, struct dead_list *list)
{
	const struct nft_rule *r = &p->chain->rule.at[at];
	struct dead *d = entry_of(arena, list, &r->origin);
	struct stmt known[TESTS_MAX];
	unsigned n = known_tests(p, r, known);
	unsigned more;

	if (d->alive)
		return;
	if (!rule_is_pure(r) || (!n && r->nstmt)) {
		d->alive = true;
		return;
	}
	if (contradicts(known, n)) {
		d->death = d->death ? d->death : DEATH_CONTRADICTION;
		return;
	}
	if (dies(arena, p, at, d, known, n))
		return;
	more = connection_tests(p, r, known + n);
	if (more && dies(arena, p, at, d, known, n + more))
		d->partly = true;
	else
		d->alive = true;
}

static void look_at_chain(struct arena *arena, const struct place *p, struct dead_list *list)
{
	for (size_t i = 0; i < p->chain->rule.n; i++)
		if (p->chain->rule.at[i].origin.rule)
			look_at(arena, p, i, list);
}

void dead_find(struct arena *arena, const struct entry *entry, struct dead_list *ret)
{
	for (int id = 0; id < HOOK_MAX; id++) {
		const struct program *p = entry->program[id];
		struct place place = {0};

		if (!p)
			continue;
		place.hook = (enum hook_id)id;
		place.chain = place.root = p->chain.at[0];
		look_at_chain(arena, &place, ret);
		for (size_t i = 0; i < place.root->rule.n; i++) {
			const struct nft_rule *jump = &place.root->rule.at[i];
			struct place below = {jump->target, place.root, jump, i, place.hook};

			if (jump->verdict == VERDICT_JUMP)
				look_at_chain(arena, &below, ret);
		}
	}
}

static const struct dead *same_in(const struct dead_list *list, const struct filter_rule *rule)
{
	const struct dead *found = NULL;

	/* paths are of another compile; a rule that is there twice must be dead twice */
	for (size_t i = 0; i < list->dead.n; i++) {
		if (list->dead.at[i].rule.rule != rule)
			continue;
		if (list->dead.at[i].alive)
			return NULL;
		found = &list->dead.at[i];
	}
	return found;
}

static const struct {
	enum diag_id id;
	const char *message;
	const char *together; /* if it takes more than one */
} deaths[] = {
	[DEATH_CONTRADICTION] = {DIAG_CONTRADICTION, "no frame passes all tests of this rule",
				 NULL},
	[DEATH_UNREACHABLE] = {DIAG_UNREACHABLE,
			       "nothing reaches this rule: one before it takes everything", NULL},
	[DEATH_SHADOWED] = {DIAG_SHADOWED,
			    "a rule before takes all frames of this rule, with another action",
			    "rules before it take all frames of this rule, with another action"},
	[DEATH_REDUNDANT] = {DIAG_REDUNDANT,
			     "a rule before takes all frames of this rule, with the same action",
			     "rules before it take all frames of this rule, with the same action"},
};

static const char *said_of(const struct dead *d)
{
	bool together = d->with.rule && deaths[d->death].together;

	return together ? deaths[d->death].together : deaths[d->death].message;
}

void dead_report(struct diag_list *list, const struct filter *top, const struct dead_list *a,
		 const struct dead_list *b)
{
	for (size_t i = 0; i < a->dead.n; i++) {
		const struct dead *d = &a->dead.at[i];
		const struct dead *other = same_in(b, d->rule.rule);
		bool here = d->rule.path->filter == top;
		bool by_top = d->by.rule && d->by.path->filter == top;
		struct diag *said;

		if (d->alive || !other || !same_in(a, d->rule.rule) || other->death != d->death ||
		    (!here && !by_top) || (here && d->rule.path->up))
			continue;
		said = diag_report(
			list, deaths[d->death].id, here ? d->rule.rule->span : d->by.rule->span,
			"%s",
			here ? said_of(d)
			     : "this rule takes all frames of a rule that is referred to");
		if (d->partly)
			diag_note(list, said, "what belongs to no connection still comes to it");
		if (d->by.rule)
			diag_also(list, said, here ? d->by.rule->span : d->rule.rule->span, "%s",
				  here ? "that rule" : "the rule that never decides");
		if (d->with.rule && here)
			diag_also(list, said, d->with.rule->span,
				  "and, together with it, this one");
	}
}
