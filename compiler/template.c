/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/template.h"

/* all templates of a filter */
struct of_filter {
	struct variables variables;
	struct table share;    /* struct share, by the lengths of lists */
	struct table template; /* by signature */
};

static struct of_filter *find_filter(struct templates *t, struct arena *arena,
				     const struct filter *top, enum table_id table)
{
	/* by where it is: files may hold different filters of one name */
	struct str key = {(const char *)&top, sizeof(top)};
	struct of_filter *f = table_get(&t->by_filter[table], key);

	if (f)
		return f;
	f = ARENA_NEW(arena, struct of_filter);
	variables_below(arena, top, &f->variables);
	table_put(&t->by_filter[table], arena, str_dup(arena, key), f);
	return f;
}

/* which parameters can be lifted depends on how long their lists are, not on values */
static struct share *find_share(struct of_filter *f, struct compile *c, const struct filter *top,
				const struct binding *binding, struct buf *text)
{
	struct share *s;

	share_signature(&f->variables, binding, NULL, text);
	s = table_get(&f->share, buf_str(text));
	if (s)
		return s;
	s = share_new(c->arena, c, top, binding);
	table_put(&f->share, c->arena, str_dup(c->arena, buf_str(text)), s);
	return s;
}

void template_find(struct templates *t, struct compile *c, const struct filter *top,
		   const struct binding *binding, struct template_key *ret)
{
	struct of_filter *f = find_filter(t, c->arena, top, binding_table(binding));
	struct buf text;

	buf_init(&text);
	ret->share = find_share(f, c, top, binding, &text);
	text.len = 0;
	share_signature(&f->variables, binding, ret->share, &text);
	ret->template = table_get(&f->template, buf_str(&text));
	if (!ret->template) {
		ret->template = ARENA_NEW(c->arena, struct template);
		ret->template->signature = str_dup(c->arena, buf_str(&text));
		table_put(&f->template, c->arena, ret->template->signature, ret->template);
	}
	buf_release(&text);
	/* the next binding of the same lengths has lists of its own */
	ret->share->binding = binding;
}

bool template_entry(const struct template *t, struct arena *arena, const struct binding *binding,
		    struct entry *ret)
{
	if (!t->made)
		return false;
	*ret = t->entry;
	ret->binding = binding;
	return demand_values(arena, &t->demand, binding, &ret->values);
}
