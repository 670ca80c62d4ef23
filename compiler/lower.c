/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/lower.h"

#include "compiler/lower_entry.h"
#include "compiler/lower_match.h"

static const enum verdict l2_verdicts[ACTION_MAX] = {
	[ACTION_DROP] = VERDICT_DROP,     [ACTION_ACCEPT] = VERDICT_ACCEPT,
	[ACTION_REJECT] = VERDICT_DROP, /* no reply at this layer (semantics.md 4.3) */
	[ACTION_RETURN] = VERDICT_RETURN, [ACTION_CONTINUE] = VERDICT_NONE,
};

/* return ends the list and so accepts (semantics.md 5.3) */
static const enum verdict l3_verdicts[ACTION_MAX] = {
	[ACTION_DROP] = VERDICT_DROP,     [ACTION_ACCEPT] = VERDICT_ACCEPT,
	[ACTION_REJECT] = VERDICT_REJECT, [ACTION_RETURN] = VERDICT_ACCEPT,
	[ACTION_CONTINUE] = VERDICT_NONE,
};

/* printable ASCII that nft takes between quotes */
static struct str clean_comment(struct arena *a, struct str text)
{
	char *clean = arena_alloc(a, RULE_COMMENT_MAX + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.len && n < RULE_COMMENT_MAX; i++) {
		char c = text.ptr[i];

		if (c >= ' ' && c <= '~' && c != '"' && c != '\\')
			clean[n++] = c;
	}
	return str_trim((struct str){clean, n});
}

/* whole bytes of the frame: what nft can join with their neighbours */
static bool reads_bytes(const struct stmt *s)
{
	const struct key_info *info = key_info(s->key);
	unsigned offset = info->offset + s->key.offset;
	bool payload = info->base == BASE_LINK || info->base == BASE_NETWORK ||
		       info->base == BASE_TRANSPORT;

	return payload && !(offset % 8) && !(key_length(s->key) % 8);
}

/*
 * nft 1.0.6 joins tests of neighbouring fields into one comparison, also negated
 * ones, and "neither" becomes "not both".  It leaves ranges alone.
 */
static void separate_negations(struct stmt *stmt, unsigned n)
{
	bool first = true;

	for (unsigned i = 0; i < n; i++) {
		struct stmt *s = &stmt[i];
		unsigned size = key_size(s->key);

		if (s->op != OP_NE || !reads_bytes(s) ||
		    (s->kind != STMT_TEST && s->kind != STMT_MASKED))
			continue;
		if (first || (s->kind == STMT_MASKED && value_prefix(s->other, size) < 0)) {
			first = false;
			continue;
		}
		for (unsigned b = 0; b < size; b++)
			s->other[b] = s->kind == STMT_TEST
					      ? s->value[b]
					      : (unsigned char)(s->value[b] | ~s->other[b]);
		s->kind = STMT_RANGE;
	}
}

/* one nft rule, with one of the ways of each choice picked */
static void put_rule(struct instance *in, struct nft_chain *chain, const unsigned *pick,
		     enum verdict verdict)
{
	struct arena *a = in->l->compile->arena;
	struct nft_rule *r = chain_rule(chain, a);
	size_t n = in->stmt.n;
	struct stmt *to;

	for (unsigned i = 0; i < in->nchoice; i++)
		n += in->choice[i]->way[pick[i]].n;
	r->stmt = to = ARENA_ARRAY(a, struct stmt, n);
	r->nstmt = (uint16_t)n;
	if (in->stmt.n)
		memcpy(to, in->stmt.at, in->stmt.n * sizeof(*to));
	to += in->stmt.n;
	for (unsigned i = 0; i < in->nchoice; i++) {
		const struct way *way = &in->choice[i]->way[pick[i]];

		memcpy(to, way->stmt, way->n * sizeof(*to));
		to += way->n;
	}
	separate_negations(r->stmt, r->nstmt);
	r->verdict = (uint8_t)verdict;
	r->origin = (struct origin){in->rule->source, in->rule->path, NULL};
	if (in->rule->source->comment.len)
		r->comment = clean_comment(a, in->rule->source->comment);
}

/* one nft rule for each combination of the ways of the choices */
static void put_instance(struct instance *in, struct nft_chain *chain, enum verdict verdict)
{
	unsigned pick[CHOICE_MAX] = {0};
	unsigned i;

	if (in->never || in->failed)
		return;
	do {
		put_rule(in, chain, pick, verdict);
		for (i = 0; i < in->nchoice; i++) {
			if (++pick[i] < in->choice[i]->n)
				break;
			pick[i] = 0;
		}
	} while (i < in->nchoice);
}

static struct instance instance_of(struct lowering *l, const struct rule *rule, enum hook_id id)
{
	return (struct instance){
		.l = l,
		.rule = rule,
		.hook = id,
		/* inout is written as seen by traffic to the VM (semantics.md 4.4, 5.4) */
		.reversed = hook(id)->direction == DIRECTION_OUT
				    ? rule->source->direction != DIRECTION_OUT
				    : rule->source->direction == DIRECTION_OUT,
	};
}

static bool l2_rule(struct lowering *l, struct nft_chain *chain, const struct rule *rule,
		    enum hook_id id)
{
	struct instance in = instance_of(l, rule, id);
	enum verdict verdict = l2_verdicts[rule->source->action];

	if (verdict == VERDICT_NONE)
		return true;
	instance_matches(&in);
	put_instance(&in, chain, verdict);
	return !in.failed;
}

/* frames that enter a chain (semantics.md 3.1), and the jump */
static void l2_jump(struct lowering *l, struct nft_chain *root, const struct rule_chain *from,
		    const struct nft_chain *to)
{
	struct arena *a = l->compile->arena;
	struct nft_rule *r = chain_rule(root, a);

	r->stmt = ARENA_ARRAY(a, struct stmt, 1);
	if (from->kind->ethertype)
		r->stmt[r->nstmt++] = stmt_number((struct key)NAMED_KEY(ETHER_TYPE), OP_EQ,
						  from->kind->ethertype);
	if (from->kind->bpdu)
		r->stmt[r->nstmt++] = test_bpdu();
	r->verdict = VERDICT_JUMP;
	r->target = to;
}

static struct program *program_new(struct lowering *l, enum hook_id id)
{
	struct program *p = ARENA_NEW(l->compile->arena, struct program);

	p->filter = l->top->name;
	p->hook = id;
	program_chain(p, l->compile->arena, STR(""));
	learn_rules(l, p);
	return p;
}

static bool l2_program(struct lowering *l, const struct rule_order *order, enum hook_id id,
		       struct program **ret)
{
	int way = hook(id)->direction;
	struct arena *a = l->compile->arena;
	struct program *p;
	bool ok = true;

	*ret = NULL;
	if (!order->l2[way].exists && !learn_needs(l->learn, id))
		return true;
	p = program_new(l, id);
	for (size_t i = 0; i < order->l2[way].step.n; i++) {
		const struct chain_step *step = &order->l2[way].step.at[i];
		struct nft_chain *chain;

		if (step->rule) {
			ok &= l2_rule(l, p->chain.at[0], step->rule, id);
			continue;
		}
		chain = program_chain(p, a, step->chain->name);
		l2_jump(l, p->chain.at[0], step->chain, chain);
		for (size_t k = 0; k < step->chain->rule.n; k++)
			ok &= l2_rule(l, chain, step->chain->rule.at[k], id);
		/* the end of a chain accepts (semantics.md 4.2) */
		chain_rule(chain, a)->verdict = VERDICT_ACCEPT;
	}
	*ret = p;
	return ok;
}

/* matches that a reversed instance could keep without the source MAC (semantics.md 5.4) */
static bool matches_without_mac(const struct rule *rule)
{
	for (size_t i = 0; i < rule->match.n; i++) {
		const struct field *f = field(rule->match.at[i].field);

		if (rule->match.at[i].field != FIELD_SRCMAC && !f->stateful &&
		    f->handler != HANDLER_NOTHING)
			return true;
	}
	return false;
}

/* does the rule have an instance at this hook? (semantics.md 5.4 to 5.7) */
static bool l3_exists(const struct instance *in)
{
	const struct rule *rule = in->rule;
	enum direction written = rule->source->direction;
	bool here = direction_covers(written, hook(in->hook)->direction);
	bool explicit_state = rule->state && rule->source->statematch;

	if (rule_match(rule, FIELD_ICMP_TYPE)) {
		if (written == DIRECTION_INOUT && compat(in->l->compile))
			return false;
		return here;
	}
	if (explicit_state && !here)
		return false;
	if (rule_match(rule, FIELD_CONNLIMIT) && in->reversed)
		return false;
	if (in->reversed && rule_match(rule, FIELD_SRCMAC)) {
		/* fix F27: a drop must not get broader by losing its MAC */
		bool broader = rule->source->action != ACTION_ACCEPT && !compat(in->l->compile);

		return matches_without_mac(rule) && !broader;
	}
	return true;
}

static void test_state(struct instance *in, unsigned states)
{
	const struct target *t = &in->l->ruleset->target;
	static const struct {
		unsigned state;
		enum mark_bit bit;
	} bits[] = {
		{STATE_NEW, MARK_NEW},
		{STATE_ESTABLISHED, MARK_ESTABLISHED},
		{STATE_RELATED, MARK_RELATED},
		{STATE_INVALID, MARK_INVALID},
	};
	uint32_t mask = 0;

	if (hook(in->hook)->table == TABLE_NETDEV) {
		instance_refuse_state(in);
		return;
	}
	if (t->state == STATE_BRIDGE_CT) {
		instance_put(in, stmt_number((struct key)NAMED_KEY(CT_STATE), OP_EQ, states));
		return;
	}
	for (size_t i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
		if (states & bits[i].state)
			mask |= target_mark_bit(t, bits[i].bit);
	instance_put(in, stmt_masked((struct key)NAMED_KEY(MARK), value_of_number(mask, 4), OP_NE,
				     value_of_number(0, 4)));
}

static void test_ct_direction(struct instance *in, bool reply)
{
	const struct target *t = &in->l->ruleset->target;
	struct value bit = value_of_number(target_mark_bit(t, MARK_REPLY), 4);

	if (in->failed)
		return;
	if (t->state == STATE_BRIDGE_CT)
		instance_put(in, stmt_number((struct key)NAMED_KEY(CT_DIRECTION), OP_EQ, reply));
	else
		instance_put(in, stmt_masked((struct key)NAMED_KEY(MARK), bit,
					     reply ? OP_NE : OP_EQ, value_of_number(0, 4)));
}

/*
 * In family bridge the kernel drops a packet that it would have to count, but that
 * has no connection.  So what is never tracked, like neighbour discovery, does not
 * come to a limit.  What is invalid does, at a drop: under libvirt it may be one.
 */
static void test_counted(struct instance *in, bool accept)
{
	unsigned tracked = STATE_NEW | STATE_ESTABLISHED | STATE_RELATED;

	test_state(in, accept ? tracked : tracked | STATE_INVALID);
}

/* the connection's part of an instance (semantics.md 5.5 to 5.7) */
static void l3_state(struct instance *in)
{
	const struct filter_rule *source = in->rule->source;
	bool accept = source->action == ACTION_ACCEPT;
	unsigned states = source->statematch ? in->rule->state : 0;

	if (rule_match(in->rule, FIELD_CONNLIMIT) && (accept || !states || states & STATE_NONE)) {
		test_counted(in, accept);
		return;
	}
	if (!source->statematch)
		return;
	if (states) {
		if (!(states & STATE_NONE))
			test_state(in, states);
		return;
	}
	if (!accept || source->direction == DIRECTION_INOUT)
		return;
	test_state(in, in->reversed ? STATE_ESTABLISHED : STATE_NEW | STATE_ESTABLISHED);
	if (!rule_match(in->rule, FIELD_ICMP_TYPE))
		test_ct_direction(in, in->reversed);
}

static enum verdict l3_verdict(struct instance *in)
{
	enum verdict verdict = l3_verdicts[in->rule->source->action];
	bool device = hook(in->hook)->table == TABLE_NETDEV;
	bool native = in->l->ruleset->target.reject && hook(in->hook)->direction == DIRECTION_OUT &&
		      !device;
	struct diag *d;

	if (verdict != VERDICT_REJECT || native)
		return verdict;
	d = diag_report(&in->l->compile->diag, DIAG_REJECT_DROPS, in->rule->source->span,
			"action 'reject' can only drop %s",
			device                          ? "at a macvtap"
			: in->l->ruleset->target.reject ? "what is sent to the interface"
							: "with this target");
	if (!device)
		diag_help(&in->l->compile->diag, d,
			  "bridges can answer only what an interface sends, on kernels with "
			  "nft_reject_bridge");
	return VERDICT_DROP;
}

static bool l3_rule(struct lowering *l, struct nft_chain *chain, const struct rule *rule,
		    enum hook_id id)
{
	struct instance in = instance_of(l, rule, id);
	bool typed_inout =
		rule->source->direction == DIRECTION_INOUT && rule_match(rule, FIELD_ICMP_TYPE);
	enum verdict verdict;

	/* fix F7: as written on both sides, so that a reply type is the reply type */
	if (typed_inout)
		in.reversed = false;
	if (!l3_exists(&in))
		return true;
	verdict = l3_verdict(&in);
	if (verdict == VERDICT_NONE)
		return !diag_is_error(&l->compile->diag, DIAG_CONTINUE_L3);
	instance_matches(&in);
	l3_state(&in);
	instance_connlimit(&in);
	put_instance(&in, chain, verdict);
	return !in.failed;
}

static bool l3_program(struct lowering *l, const struct rule_order *order, enum hook_id id,
		       struct program **ret)
{
	struct program *p;
	bool ok = true;

	*ret = NULL;
	if (!order->has_l3)
		return true;
	p = program_new(l, id);
	for (size_t i = 0; i < order->l3.n; i++)
		ok &= l3_rule(l, p->chain.at[0], order->l3.at[i], id);
	*ret = p;
	return ok;
}

bool lower(struct lowering *l, const struct rule_order *order)
{
	struct program *program[HOOK_MAX] = {0};
	bool ok = true;

	learn_sets(l);
	for (int id = 0; id < HOOK_MAX; id++) {
		bool l2 = hook((enum hook_id)id)->layer == LAYER_L2;

		if (hook((enum hook_id)id)->table != binding_table(l->binding))
			continue;
		ok &= l2 ? l2_program(l, order, (enum hook_id)id, &program[id])
			 : l3_program(l, order, (enum hook_id)id, &program[id]);
		/* an interface without rules of layer 2 must not fall to the guard */
		if (ruleset_uses_guard(l->ruleset, (enum hook_id)id) && !program[id])
			program[id] = program_new(l, (enum hook_id)id);
	}
	if (!ok)
		return false;
	lower_entry(l, program);
	return true;
}
