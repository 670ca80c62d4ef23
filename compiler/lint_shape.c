/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/lint.h"

/* What a filter as a whole lacks, and how it is laid out. */

#define NAME_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"

/* a rule of the filter or below it that fits, or NULL */
struct search {
	struct arena *arena;
	struct table seen;
	bool (*fits)(const struct filter_rule *r);
};

static const struct filter_rule *find_below(struct search *s, const struct filter *f)
{
	const struct filter_rule *found = NULL;

	if (!f || table_get(&s->seen, f->name))
		return NULL;
	table_put(&s->seen, s->arena, f->name, (void *)f);
	for (size_t i = 0; i < f->item.n && !found; i++)
		if (f->item.at[i].kind == ITEM_FILTERREF)
			found = find_below(s, f->item.at[i].filterref->filter);
		else if (s->fits(f->item.at[i].rule))
			found = f->item.at[i].rule;
	return found;
}

static const struct filter_rule *find(struct lint *l, const struct filter *f,
				      bool (*fits)(const struct filter_rule *r))
{
	struct search s = {.arena = l->compile->arena, .fits = fits};

	return find_below(&s, f);
}

static const struct filter_rule *find_here(const struct filter *f,
					   bool (*fits)(const struct filter_rule *r))
{
	for (size_t i = 0; i < f->item.n; i++)
		if (f->item.at[i].kind == ITEM_RULE && fits(f->item.at[i].rule))
			return f->item.at[i].rule;
	return NULL;
}

static bool accepts(const struct filter_rule *r)
{
	return r->action == ACTION_ACCEPT;
}

static void no_final_drop(struct lint *l, const struct filter *f)
{
	const struct filter_rule *accept = find_here(f, accepts);
	struct diag *d;

	if (!lint_in_root(f) || !accept || f->link != LINK_DONE || find(l, f, lint_refuses))
		return;
	d = diag_report(&l->compile->diag, DIAG_NO_FINAL_DROP, f->name_span,
			"this filter accepts, and never drops: everything is accepted anyway");
	diag_also(&l->compile->diag, d, accept->span, "the first rule that accepts");
	diag_help(&l->compile->diag, d,
		  "end it with a rule that drops the rest, with the highest priority='...'");
}

static bool refuses_inwards(const struct filter_rule *r)
{
	return lint_refuses(r) && r->proto->layer == LAYER_L3 && r->direction != DIRECTION_OUT;
}

/* K16: once a filter is enough */
static void host_bypass(struct lint *l, const struct filter *f)
{
	const struct filter_rule *r = find_here(f, refuses_inwards);
	struct diag *d;

	if (!r)
		return;
	d = diag_report(&l->compile->diag, DIAG_HOST_BYPASS, r->span,
			"what the host itself sends to the VM, or routes to it, does not meet "
			"rules of <%s>",
			r->proto->xml);
	diag_help(&l->compile->diag, d,
		  "to refuse it, write a rule of <ip>, <ipv6> or <mac>, which sees every frame");
}

static bool drops_ipv6(const struct filter_rule *r)
{
	return lint_refuses(r) && r->proto->layer == LAYER_L3 && r->proto->family == FAMILY_IPV6 &&
	       r->proto->l4proto < 0 && !r->match.n;
}

/* without states: neighbour discovery is never tracked */
static bool lets_neighbours(const struct filter_rule *r)
{
	const struct match *state = lint_match(r, FIELD_STATE);
	bool none = state && state->operand[SLOT_VALUE].value.b[0] & STATE_NONE;

	return r->proto->layer == LAYER_L3 && r->proto->family == FAMILY_IPV6 &&
	       (r->proto->l4proto == 58 || r->proto->l4proto < 0) &&
	       (r->action == ACTION_ACCEPT || r->action == ACTION_RETURN) &&
	       (!r->statematch || none || (r->direction == DIRECTION_INOUT && !state) ||
		r->action == ACTION_RETURN);
}

/* who drops all of IPv6 wants none of it */
static bool wants_ipv6(const struct filter_rule *r)
{
	return r->action == ACTION_ACCEPT && r->proto->layer == LAYER_L3 &&
	       r->proto->family == FAMILY_IPV6;
}

static void neighbour_discovery(struct lint *l, const struct filter *f)
{
	const struct filter_rule *drop = find_here(f, drops_ipv6);
	struct diag *d;

	if (!drop || f->link != LINK_DONE || !find(l, f, wants_ipv6) || find(l, f, lets_neighbours))
		return;
	d = diag_report(&l->compile->diag, DIAG_ND_BLOCKED, drop->proto_span,
			"neighbour discovery is dropped too, and without it there is no IPv6");
	diag_help(&l->compile->diag, d,
		  "accept <icmpv6/> with direction='inout' before it: it has no state to match");
}

static void order(struct lint *l, const struct filter *f)
{
	const struct filter_rule *last = NULL;
	struct diag *d;

	for (size_t i = 0; i < f->item.n; i++) {
		const struct filter_rule *r = f->item.at[i].rule;

		if (f->item.at[i].kind != ITEM_RULE)
			continue;
		if (last && r->priority < last->priority) {
			d = diag_report(&l->compile->diag, DIAG_RULE_ORDER, r->span,
					"priority %d puts this rule before one that stands above "
					"it",
					r->priority);
			diag_also(&l->compile->diag, d, last->span, "this one, with %d",
				  last->priority);
			return;
		}
		last = r;
	}
}

static void name(struct lint *l, const struct filter *f)
{
	char first = f->name.ptr[0];

	if (str_only(f->name, NAME_CHARS) && !memchr("0123456789.-", first, 12))
		return;
	diag_report(&l->compile->diag, DIAG_NAME_STYLE, f->name_span,
		    "libvirt's schema wants a name that begins with a letter or _, then letters, "
		    "digits, and _.-");
}

void lint_shape(struct lint *l, const struct filter *f)
{
	static lint_filter_fn *const checks[] = {
		no_final_drop, host_bypass, neighbour_discovery, order, name,
	};

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		checks[i](l, f);
	if (!f->item.n)
		diag_report(&l->compile->diag, DIAG_EMPTY_FILTER, f->name_span,
			    "this filter has no rule and no reference: it lets everything through");
}
