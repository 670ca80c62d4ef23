/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/lower_lift.h"

#include "compiler/lower_match.h"

void instance_lift(struct instance *in, const struct bound_match *m, struct key key)
{
	*VEC_PUSH(in->l->scratch, &in->lifted) =
		(struct lifted){m->lift, m->source, m->negated, key, false};
}

/* nft does not compare raw bytes with typed elements, but knows these by name */
static struct key named(const struct instance *in, struct key key)
{
	static const struct {
		uint16_t offset, length;
		enum key_id id;
	} rows[] = {
		{64, 48, KEY_ARP_SADDR_ETHER},
		{112, 32, KEY_ARP_SADDR_IP},
		{144, 48, KEY_ARP_DADDR_ETHER},
		{192, 32, KEY_ARP_DADDR_IP},
	};

	if (key.id != KEY_RAW_NETWORK || rule_proto(in->rule)->ethertype != 0x0806)
		return key;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].offset == key.offset && rows[i].length == key.length)
			return (struct key){rows[i].id, 0, 0};
	return key;
}

/* the set is the interface's own: what it holds needs no name in front */
static void look_up_learned(struct instance *in, const struct lifted *m)
{
	struct tuple *t = ARENA_NEW(in->l->compile->arena, struct tuple);
	struct stmt s = {.kind = STMT_LOOKUP, .tuple = t};

	t->nkey = 1;
	t->key[0] = m->key;
	s.op = m->negated ? OP_NE : OP_EQ;
	s.set = in->l->learn->of[m->lift->learned].set;
	instance_put(in, s);
}

/* the interface's name in front, then the values of the matches, in one look-up */
static void look_up(struct instance *in, const struct lifted *at, unsigned n)
{
	struct arena *arena = in->l->compile->arena;
	struct tuple *t = ARENA_NEW(arena, struct tuple);
	struct stmt s = {.kind = STMT_LOOKUP, .tuple = t};
	struct demand demand = {.n = n};
	struct nft_set set;

	t->nkey = n + 1;
	t->key[0] = (struct key){hook(in->hook)->key, 0, 0};
	for (unsigned i = 0; i < n; i++) {
		t->key[i + 1] = at[i].key;
		demand.access[i] = *at[i].lift->access;
		demand.field[i] = at[i].source->operand[SLOT_VALUE].field;
		demand.proto[i] = rule_proto(in->rule);
	}
	set = demand_set(arena, &demand, hook(in->hook)->table, &t->key[1]);
	s.op = at[0].negated ? OP_NE : OP_EQ;
	s.set = demand.set = ruleset_add_set(in->l->ruleset, &set);
	demand_add(arena, in->l->demand, &demand);
	instance_put(in, s);
}

/*
 * A list's values that advance together have to match side by side.  With one value
 * each, or of different iterators, every match stands for itself.
 */
void instance_look_ups(struct instance *in)
{
	for (size_t i = 0; i < in->lifted.n; i++)
		in->lifted.at[i].key = named(in, in->lifted.at[i].key);
	for (size_t i = 0; i < in->lifted.n; i++) {
		struct lifted row[TUPLE_MAX - 1];
		const struct lift *lift = in->lifted.at[i].lift;
		unsigned n = 0;

		if (in->lifted.at[i].done)
			continue;
		if (lift->learned) {
			look_up_learned(in, &in->lifted.at[i]);
			continue;
		}
		for (size_t k = i; k < in->lifted.n; k++) {
			struct lifted *other = &in->lifted.at[k];

			if (k != i && (!lift->many || other->lift->number != lift->number))
				continue;
			row[n++] = *other;
			other->done = true;
		}
		look_up(in, row, n);
	}
}
