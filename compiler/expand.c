/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/expand.h"

#include "compiler/check.h"
#include "compiler/iterate.h"
#include "compiler/link.h"
#include "ir/base/buf.h"

struct expansion {
	struct compile *compile;
	struct arena *scratch;
	const struct binding *binding;
	const struct share *share; /* NULL: all values go into rules */
	struct learn *learn;       /* NULL: nothing is learned */
	struct rule_list *rules;
	bool full; /* over the limit: reported, nothing more is made */
};

/* what of a rule is lifted, and the combinations of the rest */
struct combination {
	VEC(struct lift) lift;
	struct iteration rest;
};

const struct parameter *environment_find(const struct environment *env, struct str name)
{
	const struct parameter *outer = env->up ? environment_find(env->up, name) : NULL;

	return outer ? outer : parameter_find(env->parameter, name);
}

static void note_path(struct expansion *x, struct diag *d, const struct path *path)
{
	for (; path->up; path = path->up)
		diag_also(&x->compile->diag, d, path->ref->span, "\"%.*s\" is referred to here",
			  STR_ARG(path->filter->name));
}

/* the operand that first uses an access, to point at */
static const struct operand *access_use(const struct filter_rule *rule, const struct access *a)
{
	for (size_t i = 0; i < rule->match.n; i++)
		for (int s = 0; s < SLOT_MAX; s++) {
			const struct operand *o = &rule->match.at[i].operand[s];

			if (o->kind == OPERAND_VARIABLE && access_equal(&o->access, a))
				return o;
		}
	return NULL;
}

static void report_missing(struct expansion *x, const struct filter_rule *rule,
			   const struct path *path, const struct access *a,
			   const struct parameter *value)
{
	struct diag_list *list = &x->compile->diag;
	const struct operand *use = access_use(rule, a);
	struct span span = use ? use->span : rule->span;
	bool whole = a->kind == ACCESS_ITERATOR && !a->number;
	bool learnable = str_is(a->name, "IP") && whole;
	struct diag *d;

	if (value) {
		d = diag_report(list, DIAG_VARIABLE_INDEX, span,
				"index %u is beyond the end of \"%.*s\", which has %zu value%s",
				a->number, STR_ARG(a->name), value->value.n,
				value->value.n == 1 ? "" : "s");
		diag_also(list, d, value->span, "the list is given here");
	} else if (learnable) {
		d = diag_report(list, DIAG_VARIABLE_LEARNING, span,
				"variable \"IP\" has no value and addresses are not learned");
		diag_help(list, d,
			  "give the address of the interface: -p IP=ADDRESS, or have it learned: "
			  "-p CTRL_IP_LEARNING=any");
	} else {
		d = diag_report(list, DIAG_VARIABLE_MISSING, span, "variable \"%.*s\" has no value",
				STR_ARG(a->name));
		diag_help(list, d,
			  "give it with -p %.*s=VALUE, or as a <parameter> of the binding "
			  "or of a reference%s",
			  STR_ARG(a->name),
			  str_is(a->name, "IPV6") && whole
				  ? ", or have it learned: -p CTRL_IPV6_LEARNING=any"
				  : "");
	}
	note_path(x, d, path);
}

/* libvirt does not look at the value of a variable; one of its tools reads 10 as 0x10 */
static struct str as_read(struct expansion *x, const struct field *f, const struct operand *o,
			  struct str text)
{
	struct diag_list *list = &x->compile->diag;
	struct diag *d;

	if (!f->hexadecimal || text.len < 2 || !str_only(text, "0123456789"))
		return text;
	d = diag_report(list, DIAG_VARIABLE_HEXADECIMAL, o->span,
			"the number %.*s is a variable's: libvirt's tool reads it as 0x%.*s",
			STR_ARG(text), STR_ARG(text));
	diag_help(list, d, "give the variable a hexadecimal number, with 0x");
	return compat(x->compile) ? str_printf(x->compile->arena, "0x%.*s", STR_ARG(text)) : text;
}

/* one value of an access as the type of its field; false after a diagnostic */
static bool bind_value(struct expansion *x, const struct path *path, const struct operand *o,
		       const struct filter_rule *rule, const struct parameter *p, size_t at,
		       struct value *ret)
{
	const struct field *f = field(o->field);
	enum type_id type = type_of(f, rule->proto);
	struct diag_list *list = &x->compile->diag;
	struct str text = p->value.at[at];
	enum parse_verdict verdict = type_parse(f, rule->proto, as_read(x, f, o, text), ret);
	enum diag_id id;
	struct diag *d;

	if (verdict == PARSE_OK)
		return true;
	id = verdict == PARSE_LOOSE ? DIAG_VALUE_LOOSE
	     : verdict == PARSE_ODD ? DIAG_VALUE_ODD
				    : DIAG_VARIABLE_VALUE;
	d = diag_report(list, id, o->span, "%s of <%s> is \"%.*s\" here, but %s is expected",
			f->xml, rule->proto->xml, text.len > 60 ? 60 : (int)text.len, text.ptr,
			type_expected(type));
	diag_also(list, d, p->value_span.at[at], "the value comes from here");
	note_path(x, d, path);
	return !diag_is_error(list, id);
}

static const struct lift *find_lift(const struct combination *c, const struct access *a)
{
	for (size_t i = 0; i < c->lift.n; i++)
		if (access_equal(c->lift.at[i].access, a))
			return &c->lift.at[i];
	return NULL;
}

/* values of the list, or the one that is meant */
static size_t lift_first(const struct lift *lift)
{
	return lift->access->kind == ACCESS_INDEX ? lift->access->number : 0;
}

static bool bind_match(struct expansion *x, const struct path *path, const struct filter_rule *rule,
		       const struct match *m, const struct combination *c, struct bound_match *ret)
{
	bool ok = true;

	*ret = (struct bound_match){.field = m->field, .negated = m->negated, .source = m};
	for (int s = 0; s < SLOT_MAX; s++) {
		const struct operand *o = &m->operand[s];
		const struct parameter *p;
		const struct lift *lift;
		size_t at;

		ret->given[s] = o->kind != OPERAND_ABSENT;
		if (o->kind == OPERAND_LITERAL)
			ret->value[s] = o->value;
		if (o->kind != OPERAND_VARIABLE)
			continue;
		lift = find_lift(c, &o->access);
		if (lift) {
			ret->lift = lift;
			p = lift->parameter;
			at = lift_first(lift);
		} else {
			at = iteration_value(&c->rest, &o->access, &p);
		}
		ok &= bind_value(x, path, o, rule, p, at, &ret->value[s]);
	}
	return ok;
}

static void make_rule(struct expansion *x, const struct path *path,
		      const struct filter_rule *source, const struct combination *c)
{
	struct rule *r = ARENA_NEW(x->scratch, struct rule);
	bool ok = true;

	r->source = source;
	r->path = path;
	r->match.at = ARENA_ARRAY(x->scratch, struct bound_match, source->match.n);
	r->match.n = r->match.cap = source->match.n;
	for (size_t i = 0; i < source->match.n; i++) {
		struct bound_match *m = &r->match.at[i];

		ok &= bind_match(x, path, source, &source->match.at[i], c, m);
		if (m->field == FIELD_STATE && m->given[SLOT_VALUE])
			r->state = m->value[SLOT_VALUE].b[0];
	}
	if (ok && check_bound(x->compile, r))
		*VEC_PUSH(x->scratch, &x->rules->rule) = r;
}

/* the first values are bound with the rule; the others have to be of the type too */
static bool values_fit(struct expansion *x, const struct path *path, const struct filter_rule *rule,
		       const struct combination *c)
{
	struct value ignored;
	bool ok = true;

	for (size_t i = 0; i < rule->match.n; i++) {
		const struct operand *o = &rule->match.at[i].operand[SLOT_VALUE];
		const struct lift *lift =
			o->kind == OPERAND_VARIABLE ? find_lift(c, &o->access) : NULL;

		for (size_t at = 1; lift && lift->many && at < lift->parameter->value.n; at++)
			ok &= bind_value(x, path, o, rule, lift->parameter, at, &ignored);
	}
	return ok;
}

/* "$A[@1] (1000 values)" for each iterator that multiplies */
static void put_iterators(const struct iteration *it, struct buf *out)
{
	for (size_t i = 0; i < it->access.n; i++) {
		const struct iteration_access *a = &it->access.at[i];

		if (a->iterator < 0 || a->parameter->value.n < 2)
			continue;
		buf_puts(out, out->len ? ", $" : ": $");
		buf_put(out, a->access->name);
		if (a->access->number)
			buf_printf(out, "[@%u]", a->access->number);
		buf_printf(out, " (%zu values)", a->parameter->value.n);
	}
}

/* count: of the rule; it NULL: the filters alone have too many */
static void report_limit(struct expansion *x, struct span span, const struct iteration *it,
			 uint64_t count)
{
	struct diag_list *list = &x->compile->diag;
	struct diag *d;
	struct buf values;

	buf_init(&values);
	if (it)
		put_iterators(it, &values);
	if (values.len)
		d = diag_report(list, DIAG_RULE_LIMIT, span,
				"more than %d rules for one interface: this one makes %llu%.*s",
				RULE_LIMIT, (unsigned long long)count, STR_ARG(buf_str(&values)));
	else
		d = diag_report(list, DIAG_RULE_LIMIT, span, "more than %d rules for one interface",
				RULE_LIMIT);
	buf_release(&values);
	diag_help(list, d,
		  it ? "iterators with different numbers multiply: give lists that belong "
		       "together the same number"
		     : "a filter that is referred to twice counts twice: leave references out");
	x->full = true;
}

/* every value makes a rule of its own, and what one excludes the next lets in (fix F25) */
static void report_negated_list(struct expansion *x, const struct filter_rule *rule,
				const struct access *a, const struct parameter *p)
{
	const struct operand *use = access_use(rule, a);
	struct diag_list *list = &x->compile->diag;
	struct diag *d;

	if (!use || a->kind == ACCESS_INDEX || p->value.n < 2)
		return;
	for (size_t i = 0; i < rule->match.n; i++) {
		const struct match *m = &rule->match.at[i];

		if (&m->operand[SLOT_VALUE] != use || !m->negated)
			continue;
		d = diag_report(list, DIAG_NEGATED_LIST, use->span,
				"match='no' with the %zu values of \"%.*s\" matches every packet",
				p->value.n, STR_ARG(a->name));
		diag_also(list, d, p->span, "the list is given here");
		diag_help(list, d,
			  "write one rule that returns for each value, then one for the rest");
	}
}

static void split(struct expansion *x, const struct filter_rule *rule, const struct iteration *it,
		  struct combination *ret)
{
	*ret = (struct combination){0};
	iteration_init(&ret->rest, x->scratch);
	for (size_t i = 0; i < it->access.n; i++) {
		const struct iteration_access *a = &it->access.at[i];

		enum family learned = x->learn ? learn_is(x->learn, a->parameter) : FAMILY_NONE;

		if (learned)
			*VEC_PUSH(x->scratch, &ret->lift) =
				(struct lift){a->access, a->parameter, 0, false, learned};
		else if (x->share && share_lifts(x->share, rule, it, i))
			*VEC_PUSH(x->scratch, &ret->lift) = (struct lift){
				a->access, a->parameter, a->access->number,
				a->iterator >= 0 && a->parameter->value.n > 1, FAMILY_NONE};
		else
			iteration_add(&ret->rest, a->access, a->parameter);
	}
}

/*
 * What stands for the value of a missing variable that the kernel is to learn.  NULL if
 * it is not learned, and is missing, or with *ret_reported if that has been said.
 */
static const struct parameter *learned(struct expansion *x, const struct path *path,
				       const struct filter_rule *rule, const struct access *a,
				       bool *ret_reported)
{
	const struct parameter *p = NULL;
	const struct operand *unfit;
	struct diag *d;

	*ret_reported = false;
	if (x->learn)
		p = learn_find(x->learn, x->compile, a, ret_reported);
	unfit = p ? learn_unfit(x->compile, rule, a, learn_is(x->learn, p)) : NULL;
	if (!unfit)
		return p;
	d = diag_report(&x->compile->diag, DIAG_LEARNED_USE, unfit->span,
			"%s of <%s> cannot be a learned address", field(unfit->field)->xml,
			rule->proto->xml);
	note_path(x, d, path);
	diag_help(&x->compile->diag, d, "give the address of the interface: -p %.*s=ADDRESS",
		  STR_ARG(a->name));
	*ret_reported = true;
	return NULL;
}

static void expand_rule(struct expansion *x, const struct path *path, const struct environment *env,
			const struct filter_rule *rule)
{
	struct combination *c;
	struct iteration it;
	uint64_t n;

	iteration_init(&it, x->scratch);
	for (size_t i = 0; i < rule->access.n; i++) {
		const struct access *a = &rule->access.at[i];
		const struct parameter *p = environment_find(env, a->name);
		bool reported = false;

		if (!p)
			p = learned(x, path, rule, a, &reported);
		if (reported)
			continue;
		if (!p || (a->kind == ACCESS_INDEX && a->number >= p->value.n))
			report_missing(x, rule, path, a, p);
		else if (!iteration_add(&it, a, p))
			iteration_report(&it, x->compile, rule, a);
		else
			report_negated_list(x, rule, a, p);
	}
	if (it.broken || it.access.n != rule->access.n)
		return;
	c = ARENA_NEW(x->scratch, struct combination);
	split(x, rule, &it, c);
	n = iteration_count(&c->rest);
	if (n > RULE_LIMIT - x->rules->rule.n) {
		report_limit(x, rule->span, &c->rest, n);
		return;
	}
	if (!values_fit(x, path, rule, c))
		return;
	do
		make_rule(x, path, rule, c);
	while (iteration_next(&c->rest));
}

static void expand_filter(struct expansion *x, const struct path *path,
			  const struct environment *env)
{
	const struct filter *filter = path->filter;

	for (size_t i = 0; i < filter->item.n && !x->full; i++) {
		const struct filter_item *item = &filter->item.at[i];
		struct environment *inner;
		struct path *down;

		if (item->kind == ITEM_RULE) {
			expand_rule(x, path, env, item->rule);
			continue;
		}
		if (!item->filterref->filter || !item->filterref->filter->nrule)
			continue;
		inner = ARENA_NEW(x->scratch, struct environment);
		*inner = (struct environment){env, &item->filterref->parameter};
		down = ARENA_NEW(x->compile->arena, struct path);
		*down = (struct path){path, item->filterref, item->filterref->filter};
		expand_filter(x, down, inner);
	}
}

bool expand(struct compile *c, struct arena *scratch, const struct filter *top,
	    const struct binding *binding, const struct share *share, struct learn *learn,
	    struct rule_list *ret)
{
	struct expansion x = {c, scratch, binding, share, learn, ret, false};
	struct environment *env = ARENA_NEW(scratch, struct environment);
	struct path *path = ARENA_NEW(c->arena, struct path);
	unsigned before = c->diag.nraised;

	env->parameter = &binding->parameter;
	path->filter = top;
	if (top->nrule > RULE_LIMIT)
		report_limit(&x, top->span, NULL, 0);
	else
		expand_filter(&x, path, env);
	return c->diag.nraised == before;
}
