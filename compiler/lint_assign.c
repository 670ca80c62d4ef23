/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/lint_assign.h"

#include "ir/rule.h"

/* lists as long as the highest index that is written; one above this fails to compile */
#define INDEX_MAX 8

struct assignment {
	struct compile *compile;
	struct arena *arena;
	unsigned which;
	unsigned made; /* values so far, so that no two are equal */
	struct table seen;
	struct parameter_list *list;
};

static struct str number(struct assignment *a, const struct field *f, uint32_t most)
{
	uint32_t max = f->max && f->max < most ? f->max : most;
	uint32_t room = max - f->min;
	uint32_t from = f->min + (a->which ? room / 2 : room / 8) + a->made;

	/* an EtherType of digits alone would be read as hexadecimal by libvirt */
	return str_printf(a->arena, f->hexadecimal ? "0x%x" : "%u", from > max ? max : from);
}

static struct str value(struct assignment *a, const struct field *f, const struct proto *p)
{
	unsigned n = ++a->made;
	unsigned set = a->which;

	switch (type_of(f, p)) {
	case TYPE_MAC:
		return str_printf(a->arena, "02:%02x:5e:10:%02x:%02x", 0x11 + set, n >> 8 & 0xff,
				  n & 0xff);
	case TYPE_MAC_MASK:
		return str_of(set ? "ff:ff:ff:00:00:00" : "ff:ff:ff:ff:ff:ff");
	case TYPE_IPV4:
		return str_printf(a->arena, "%s.%u.%u", set ? "198.19" : "203.0", 64 + (n >> 8),
				  n & 0xff);
	case TYPE_IPV4_MASK:
		return str_of(set ? "24" : "32");
	case TYPE_IPV6:
		return str_printf(a->arena, "2001:db8:%u::%x", set + 1, n);
	case TYPE_IPV6_MASK:
		return str_of(set ? "64" : "128");
	case TYPE_U8:
		/* with ports beside it, one of those that have them */
		return f->handler == HANDLER_PROTOCOL ? str_of(set ? "17" : "6")
						      : number(a, f, 255);
	case TYPE_U16:
	case TYPE_DECIMAL:
		return number(a, f, 65535);
	case TYPE_U32:
		return number(a, f, 1u << 30);
	case TYPE_IPSET:
		return str_printf(a->arena, "set%u", n);
	case TYPE_IPSET_FLAGS:
		return STR("src");
	case TYPE_BOOL:
	case TYPE_STATE:
	case TYPE_TCP_FLAGS:
	case TYPE_TEXT:
	case TYPE_NONE:
	case TYPE_ADDRESS:
	case TYPE_ADDRESS_MASK:
	case TYPE_MAX:
		break;
	}
	return STR("1");
}

static struct parameter *parameter_of(struct assignment *a, struct str name)
{
	struct parameter *p;

	for (size_t i = 0; i < a->list->n; i++)
		if (a->list->at[i].name.ptr == name.ptr)
			return &a->list->at[i];
	p = VEC_PUSH(a->arena, a->list);
	*p = (struct parameter){.name = name};
	return p;
}

static void assign(struct assignment *a, const struct filter_rule *r, const struct operand *o)
{
	struct parameter *p = parameter_of(a, o->access.name);
	uint32_t n = o->access.kind == ACCESS_INDEX ? o->access.number + 1 : 1;

	while (p->value.n < n && n <= INDEX_MAX) {
		*VEC_PUSH(a->arena, &p->value) = value(a, field(o->field), r->proto);
		*VEC_PUSH(a->arena, &p->value_span) = (struct span){0};
	}
}

/* a variable of an attribute that takes none still wants a value */
static void assign_accesses(struct assignment *a, const struct filter_rule *r)
{
	for (size_t i = 0; i < r->access.n; i++) {
		const struct operand o = {.field = FIELD_COMMENT, .access = r->access.at[i]};

		assign(a, r, &o);
	}
}

static void walk(struct assignment *a, const struct filter *f)
{
	if (!f || table_get(&a->seen, f->name))
		return;
	table_put(&a->seen, a->arena, f->name, (void *)f);
	for (size_t i = 0; i < f->item.n; i++) {
		const struct filter_rule *r = f->item.at[i].rule;

		if (f->item.at[i].kind == ITEM_FILTERREF) {
			walk(a, f->item.at[i].filterref->filter);
			continue;
		}
		for (size_t m = 0; m < r->match.n; m++)
			for (int s = 0; s < SLOT_MAX; s++)
				if (r->match.at[m].operand[s].kind == OPERAND_VARIABLE)
					assign(a, r, &r->match.at[m].operand[s]);
		assign_accesses(a, r);
	}
}

static void forget(struct parameter_list *list, size_t i)
{
	list->at[i] = list->at[--list->n];
	/* what is pushed next must find its place empty */
	list->at[list->n] = (struct parameter){0};
}

/* what a reference gives is not for the binding to give, which would hide it */
static void forget_given(struct assignment *a, const struct filter *f, struct table *seen)
{
	if (!f || table_get(seen, f->name))
		return;
	table_put(seen, a->arena, f->name, (void *)f);
	for (size_t i = 0; i < f->item.n; i++) {
		const struct filterref *ref = f->item.at[i].filterref;

		if (f->item.at[i].kind != ITEM_FILTERREF)
			continue;
		for (size_t k = 0; k < a->list->n; k++)
			if (parameter_find(&ref->parameter, a->list->at[k].name))
				forget(a->list, k--);
		forget_given(a, ref->filter, seen);
	}
}

bool lint_assign(struct compile *c, struct arena *arena, const struct filter *top, unsigned which,
		 struct binding *ret)
{
	static const unsigned char macs[LINT_ASSIGNMENTS][6] = {
		{0x52, 0x54, 0, 0xff, 0xee, 1},
		{0x02, 0x16, 0x3e, 0xdd, 0xcc, 2},
	};
	struct assignment a = {.compile = c, .arena = arena, .which = which};
	struct table seen = {0};
	bool any;

	*ret = (struct binding){.tap = STR("lint0"), .filter = top->name};
	memcpy(ret->mac, macs[which], sizeof(ret->mac));
	a.list = &ret->parameter;
	walk(&a, top);
	any = ret->parameter.n > 0;
	forget_given(&a, top, &seen);
	/* that is the interface's */
	for (size_t i = 0; i < ret->parameter.n; i++)
		if (str_is(ret->parameter.at[i].name, "MAC"))
			forget(&ret->parameter, i);
	return any;
}
