/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/flow_parser.h"

static bool parse_arrow(struct flow_parser *p)
{
	return token_is(&p->tokens, ">") || token_is(&p->tokens, "->") ||
	       token_is(&p->tokens, "to") || token_expected(&p->tokens, "\">\"");
}

static bool parse_direction(struct flow_parser *p)
{
	if (token_is(&p->tokens, "out"))
		p->flow->direction = DIRECTION_OUT;
	else if (token_is(&p->tokens, "in"))
		p->flow->direction = DIRECTION_IN;
	else
		return token_expected(&p->tokens, "\"out\" or \"in\"");
	return true;
}

static bool parse_link(struct flow_parser *p)
{
	struct flow_spec *s = &p->spec;
	uint32_t vlan;

	if (token_is(&p->tokens, "ether")) {
		s->mac_given = true;
		if (!flow_mac(p, s->src_mac) || !parse_arrow(p) || !flow_mac(p, s->dst_mac))
			return false;
	}
	if (!token_is(&p->tokens, "vlan"))
		return true;
	s->tagged = true;
	if (!token_number(&p->tokens, 4095, "a VLAN number from 0 to 4095", &vlan))
		return false;
	s->vlan = (uint16_t)vlan;
	return true;
}

static bool parse_proto(struct flow_parser *p)
{
	static const struct flow_proto bare = {"ether", CLASS_LINK, FAMILY_NONE, -1, 0};
	const struct token *token = token_peek(&p->tokens);
	const struct flow_proto *proto = token ? flow_proto_find(token->text) : NULL;
	bool link =
		p->spec.mac_given && token && flow_word_find(token->text, CLASS_LINK) != WORD_MAX;

	if (!proto && !link)
		return token_expected(&p->tokens, p->spec.mac_given
							  ? "a protocol such as tcp, or \"type\""
							  : "a protocol such as tcp, arp or ether");
	if (proto)
		p->tokens.at++;
	p->spec.proto = proto ? proto : &bare;
	p->spec.classes = p->spec.proto->classes;
	p->spec.family = p->spec.proto->family;
	return true;
}

static bool parse_operation(struct flow_parser *p)
{
	bool reverse = p->spec.proto->ethertype == 0x8035;
	uint32_t number;

	if (token_is(&p->tokens, "request"))
		p->spec.operation = reverse ? 3 : 1;
	else if (token_is(&p->tokens, "reply"))
		p->spec.operation = reverse ? 4 : 2;
	else if (!token_number(&p->tokens, 65535, "request, reply or the number of an operation",
			       &number))
		return false;
	else
		p->spec.operation = (uint16_t)number;
	return true;
}

/* RARP asks for an address, so there may be none */
static bool addresses_follow(struct flow_parser *p)
{
	const struct token *token = token_peek(&p->tokens);

	return p->spec.proto->ethertype != 0x8035 ||
	       (token && flow_word_find(token->text, p->spec.classes) == WORD_MAX);
}

static bool parse_addresses(struct flow_parser *p)
{
	struct flow_spec *s = &p->spec;
	bool ok;

	if (s->classes & CLASS_ARP && !parse_operation(p))
		return false;
	if (!(s->classes & (CLASS_IP | CLASS_ARP)) || !addresses_follow(p))
		return true;
	ok = flow_address(p, &s->src, &s->sport_given, &s->sport) && parse_arrow(p) &&
	     flow_address(p, &s->dst, &s->dport_given, &s->dport);
	s->addressed = true;
	return ok;
}

static bool parse_number(struct flow_parser *p, enum flow_word_id id)
{
	const struct token *token = token_peek(&p->tokens);
	const struct symbol *name = flow_words[id].names;

	for (; token && name && name->name; name++)
		if (str_is(token->text, name->name)) {
			p->spec.number[id] = name->value;
			p->tokens.at++;
			return true;
		}
	return token_number(&p->tokens, flow_words[id].max, flow_words[id].expected,
			    &p->spec.number[id]);
}

static bool take_state(struct flow_parser *p, const struct token *token, enum flow_word_id id)
{
	static const unsigned states[] = {
		[WORD_NEW] = STATE_NEW,         [WORD_ESTABLISHED] = STATE_ESTABLISHED,
		[WORD_RELATED] = STATE_RELATED, [WORD_INVALID] = STATE_INVALID,
		[WORD_UNTRACKED] = 0,
	};

	if (id > WORD_UNTRACKED)
		return true;
	if (p->state_span.source)
		return flow_conflict(p, token->span, "a packet has one state, found \"%.*s\" too",
				     STR_ARG(token->text));
	p->state_span = token->span;
	p->state = states[id];
	return true;
}

static bool parse_argument(struct flow_parser *p, enum flow_word_id id)
{
	switch (flow_words[id].argument) {
	case ARGUMENT_NUMBER:
		return parse_number(p, id);
	case ARGUMENT_FLAGS:
		return flow_flags(p, &p->spec.number[id]);
	case ARGUMENT_MAC:
		return flow_mac(p, p->spec.mac[id]);
	case ARGUMENT_NONE:
		break;
	}
	return true;
}

static bool parse_word(struct flow_parser *p)
{
	const struct token *token = token_peek(&p->tokens);
	enum flow_word_id id = flow_word_find(token->text, p->spec.classes);

	if (id == WORD_MAX)
		return token_expected(&p->tokens, "a word about the frame or its state");
	if (!(flow_words[id].classes & p->spec.classes))
		return flow_conflict(p, token->span, "\"%.*s\" does not go with %s%s",
				     STR_ARG(token->text), p->spec.proto->name,
				     flow_words[id].classes & CLASS_IPV6 ? " over IPv4" : "");
	if (p->spec.given[id])
		return flow_conflict(p, token->span, "\"%.*s\" stands there twice",
				     STR_ARG(token->text));
	p->spec.given[id] = true;
	p->tokens.at++;
	return take_state(p, token, id) && parse_argument(p, id);
}

bool flow_parse(struct compile *c, const struct binding *binding, struct span text,
		struct flow *ret)
{
	struct flow_parser p = {.flow = ret};
	bool ok;

	*ret = (struct flow){0};
	if (!tokens_read(c, binding, text, &p.tokens))
		return false;
	ok = parse_direction(&p) && parse_link(&p) && parse_proto(&p) && parse_addresses(&p) &&
	     (!(p.spec.classes & CLASS_HEX) || flow_hex(&p));
	while (ok && token_peek(&p.tokens))
		ok = parse_word(&p);
	if (!ok || !flow_complete(&p))
		return false;
	flow_build(&p);
	return true;
}
