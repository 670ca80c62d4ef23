/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/opt_verify.h"

#include "compiler/opt_passes.h"
#include "compiler/opt_test.h"
#include "ir/eval.h"

#define FRAME_BYTES 128
#define ETHER_HEADER 14
#define TAG_BYTES 4
/* tests of rules that one check may evaluate: long programs are sampled */
#define WORK_MAX 4000000u
/* frames of one rule, states and programs, by and large */
#define WORK_OF_RULE 200u

struct program *program_copy(struct arena *arena, const struct program *p)
{
	struct program *copy = arena_copy(arena, p, sizeof(*p));

	copy->chain.at = ARENA_ARRAY(arena, struct nft_chain *, p->chain.n);
	copy->chain.cap = p->chain.n;
	for (size_t i = 0; i < p->chain.n; i++) {
		const struct nft_chain *from = p->chain.at[i];
		struct nft_chain *to = arena_copy(arena, from, sizeof(*from));

		to->rule.cap = from->rule.n;
		to->rule.at = ARENA_ARRAY(arena, struct nft_rule, from->rule.n + 1);
		if (from->rule.n)
			memcpy(to->rule.at, from->rule.at, from->rule.n * sizeof(*to->rule.at));
		copy->chain.at[i] = to;
	}
	for (size_t c = 0; c < p->chain.n; c++)
		for (size_t k = 0; k < copy->chain.at[c]->rule.n; k++)
			for (size_t i = 0; i < p->chain.n; i++)
				if (copy->chain.at[c]->rule.at[k].target == p->chain.at[i])
					copy->chain.at[c]->rule.at[k].target = copy->chain.at[i];
	return copy;
}

struct probe {
	unsigned char b[FRAME_BYTES];
	size_t network, transport;
	bool ipv6;
};

/* which end of a test's values, and on which side of it */
enum side { LOW, HIGH, BELOW, ABOVE };

static void put_bits(unsigned char *b, unsigned offset, unsigned length, const unsigned char *value)
{
	unsigned size = (length + 7) / 8;

	if (offset % 8 == 0 && length % 8 == 0) {
		memcpy(b + offset / 8, value, size);
		return;
	}
	for (unsigned i = 0; i < length; i++) {
		unsigned to = offset + length - 1 - i;
		unsigned bit = value[size - 1 - i / 8] >> i % 8 & 1;

		b[to / 8] = (unsigned char)((b[to / 8] & ~(0x80 >> to % 8)) | bit << (7 - to % 8));
	}
}

static void put_key(struct probe *f, struct key key, const unsigned char *value)
{
	const struct key_info *info = key_info(key);
	unsigned offset = info->offset + key.offset;
	unsigned length = key_length(key);
	size_t start = info->base == BASE_NETWORK     ? f->network
		       : info->base == BASE_TRANSPORT ? f->transport
						      : 0;

	if (key.id == KEY_L4PROTO)
		f->b[f->network + (f->ipv6 ? 6 : 9)] = value[0];
	else if ((info->base == BASE_LINK || info->base == BASE_NETWORK ||
		  info->base == BASE_TRANSPORT) &&
		 (start + (offset + length + 7) / 8) <= FRAME_BYTES)
		put_bits(f->b + start, offset, length, value);
}

static void step(unsigned char *value, unsigned size, bool up)
{
	for (unsigned i = size; i > 0; i--)
		if (up ? ++value[i - 1] : value[i - 1]--)
			break;
}

/* a value that is in the set; on the sides, one beside it */
static void put_look_up(struct probe *f, const struct element_list *values, const struct stmt *s,
			enum side side)
{
	const struct element *e = NULL;

	for (size_t i = 0; i < values->at.n; i++)
		if (values->at.at[i].set == s->set && (!e || side == HIGH || side == ABOVE))
			e = &values->at.at[i];
	for (unsigned k = 1; e && k < s->tuple->nkey; k++) {
		unsigned char value[VALUE_BYTES];

		memcpy(value, e->value[k - 1], VALUE_BYTES);
		if ((side == BELOW || side == ABOVE) != (s->op == OP_NE))
			step(value, key_size(s->tuple->key[k]), side == ABOVE);
		put_key(f, s->tuple->key[k], value);
	}
}

static void put_test(struct probe *f, const struct element_list *values, const struct stmt *s,
		     enum side side)
{
	unsigned char value[VALUE_BYTES];
	bool high = side == HIGH || side == ABOVE;
	struct stmt named = *s;
	struct interval all;

	if (s->kind == STMT_CONCAT) {
		for (unsigned i = 0; i < s->tuple->nkey; i++)
			put_key(f, s->tuple->key[i],
				high ? s->tuple->high[i].b : s->tuple->low[i].b);
		return;
	}
	if (s->kind == STMT_LOOKUP) {
		put_look_up(f, values, s, side);
		return;
	}
	named.op = OP_EQ;
	memcpy(value, s->value, VALUE_BYTES);
	if (s->kind == STMT_LIST)
		memcpy(value, s->list[high ? s->nlist - 1 : 0].b, VALUE_BYTES);
	else if (test_interval(&named, &all))
		memcpy(value, high ? all.high : all.low, VALUE_BYTES);
	else if (s->kind != STMT_TEST && s->kind != STMT_MASKED)
		return;
	if ((side == BELOW || side == ABOVE) != (s->op == OP_NE))
		step(value, key_size(s->key), high);
	put_key(f, s->key, value);
}

static unsigned ethertype(const struct nft_rule *r, unsigned type)
{
	for (unsigned i = 0; r && i < r->nstmt; i++)
		if (r->stmt[i].kind == STMT_TEST && r->stmt[i].key.id == KEY_ETHER_TYPE)
			type = (unsigned)(r->stmt[i].value[0] << 8 | r->stmt[i].value[1]);
	return type;
}

static void put_headers(struct probe *f, unsigned type)
{
	bool tagged = type == 0x8100;
	unsigned total;

	*f = (struct probe){.network = ETHER_HEADER + (tagged ? TAG_BYTES : 0u)};
	f->ipv6 = type == 0x86dd;
	f->transport = f->network + (f->ipv6 ? 40 : 20);
	f->b[12] = (unsigned char)(type >> 8);
	f->b[13] = (unsigned char)type;
	if (tagged)
		f->b[16] = 8;
	total = (unsigned)(FRAME_BYTES - f->network) - (f->ipv6 ? 40 : 0);
	if (f->ipv6 || tagged || type == 0x0800) {
		f->b[f->network] = f->ipv6 ? 0x60 : 0x45;
		f->b[f->network + (f->ipv6 ? 5 : 3)] = (unsigned char)total;
		f->b[f->transport + 12] = 0x50;
	}
}

/* all of the jump and the rule hold, but the one at `off` */
static void make_frame(struct probe *f, const struct element_list *values,
		       const struct nft_rule *jump, const struct nft_rule *r, enum side whole,
		       int off, enum side side)
{
	put_headers(f, ethertype(r, ethertype(jump, 0x0800)));
	for (unsigned i = 0; jump && i < jump->nstmt; i++)
		put_test(f, values, &jump->stmt[i], whole);
	for (unsigned i = 0; i < r->nstmt; i++)
		put_test(f, values, &r->stmt[i], (int)i == off ? side : whole);
}

struct pair {
	struct ruleset rs;
	struct entry plain, better;
	enum hook_id hook;
	bool longer; /* some frame runs more rules of the better one */
};

static bool agree(struct pair *pair, const struct probe *f)
{
	static const unsigned states[] = {STATE_NEW, STATE_ESTABLISHED, STATE_RELATED,
					  STATE_INVALID, 0};
	bool stateful = hook(pair->hook)->layer == LAYER_L3;
	struct evaluation plain, better;
	struct packet p;

	packet_parse(&p, f->b, FRAME_BYTES);
	for (size_t i = 0; i < (stateful ? sizeof(states) / sizeof(states[0]) : 1); i++)
		for (unsigned reply = 0; reply < (stateful ? 2 : 1); reply++) {
			p.state = states[i];
			p.reply = reply;
			/* above every limit, or at none */
			p.connections = reply ? UINT16_MAX + 1 : 0;
			plain = eval_hook(&pair->rs, &pair->plain, pair->hook, &p);
			better = eval_hook(&pair->rs, &pair->better, pair->hook, &p);
			if (plain.verdict != better.verdict)
				return false;
			pair->longer |= better.steps > plain.steps;
		}
	return true;
}

static bool rule_agrees(struct pair *pair, const struct nft_rule *jump, const struct nft_rule *r)
{
	struct probe f;

	for (int whole = LOW; whole <= HIGH; whole++) {
		make_frame(&f, &pair->plain.values, jump, r, (enum side)whole, -1, LOW);
		if (!agree(pair, &f))
			return false;
	}
	for (int i = 0; i < r->nstmt; i++)
		for (int side = BELOW; side <= ABOVE; side++) {
			make_frame(&f, &pair->plain.values, jump, r, LOW, i, (enum side)side);
			if (!agree(pair, &f))
				return false;
		}
	return true;
}

bool programs_agree(const struct target *target, const struct element_list *values,
		    const struct program *plain, const struct program *better, bool *ret_longer)
{
	struct pair pair = {.rs = {.target = *target}, .hook = plain->hook};
	size_t all = 0, n = 0, stride;

	*ret_longer = false;
	pair.plain.values = pair.better.values = *values;
	pair.plain.program[pair.hook] = plain;
	pair.better.program[pair.hook] = better;
	for (size_t c = 0; c < plain->chain.n; c++)
		all += plain->chain.at[c]->rule.n;
	stride = 1 + all * all / (WORK_MAX / WORK_OF_RULE);
	for (size_t c = 0; c < plain->chain.n; c++) {
		const struct nft_chain *chain = plain->chain.at[c];
		const struct nft_rule *jump = c ? program_jump_to(plain, chain) : NULL;

		for (size_t k = 0; k < chain->rule.n; k++)
			if (n++ % stride == 0 && !rule_agrees(&pair, jump, &chain->rule.at[k]))
				return false;
	}
	*ret_longer = pair.longer;
	return true;
}
