/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/unit/fake_model.h"

struct fake_chain *model_chain(const struct model *m, struct str table, struct str name)
{
	for (size_t i = 0; i < m->chain.n; i++) {
		struct fake_chain *c = m->chain.at[i];

		if (!c->gone && str_eq(c->table, table) && str_eq(c->name, name))
			return c;
	}
	return NULL;
}

static struct fake_element *find_element(const struct model *m, struct str map, struct str key)
{
	for (size_t i = 0; i < m->element.n; i++) {
		struct fake_element *e = m->element.at[i];

		if (!e->gone && str_eq(e->map, map) && str_eq(e->key, key))
			return e;
	}
	return NULL;
}

bool model_has(const struct model *m, struct str object)
{
	for (size_t i = 0; i < m->object.n; i++)
		if (str_eq(m->object.at[i], object))
			return true;
	return false;
}

static struct str last_word(struct str rule)
{
	struct str word = rule;

	while (rule.len)
		word = str_cut(&rule, ' ');
	return word;
}

/* verdicts stand before the comment, so drop that first */
struct str rule_without_comment(struct str rule)
{
	struct str mark = STR(" comment \"");

	for (size_t i = 0; i + mark.len <= rule.len; i++)
		if (!memcmp(rule.ptr + i, mark.ptr, mark.len))
			return (struct str){rule.ptr, i};
	return rule;
}

struct str rule_verdict(struct str rule)
{
	return last_word(rule_without_comment(rule));
}

size_t model_references(const struct model *m, const struct fake_chain *to)
{
	size_t n = 0;

	for (size_t i = 0; i < m->chain.n; i++)
		for (size_t k = 0; !m->chain.at[i]->gone && k < m->chain.at[i]->rule.n; k++)
			n += str_eq(rule_verdict(m->chain.at[i]->rule.at[k]), to->name);
	for (size_t i = 0; i < m->element.n; i++)
		n += !m->element.at[i]->gone && str_eq(m->element.at[i]->target, to->name);
	return n;
}

/* between the first and the last quote */
struct str text_quoted(struct str text)
{
	struct str rest = text;
	struct str inside;

	str_cut(&rest, '"');
	inside = str_cut(&rest, '"');
	return inside;
}

static void add_chain(struct model *m, struct str table, struct str rest)
{
	struct str name = str_cut(&rest, ' ');
	struct fake_chain *c = model_chain(m, table, name);

	if (c)
		return;
	c = ARENA_NEW(m->arena, struct fake_chain);
	c->table = table;
	c->name = name;
	c->base = str_starts(rest, STR("{ type"));
	c->comment = str_starts(rest, STR("{ comment")) ? text_quoted(rest) : (struct str){0};
	*VEC_PUSH(m->arena, &m->chain) = c;
}

static void delete_chain(struct model *m, struct str table, struct str name)
{
	struct fake_chain *c = model_chain(m, table, name);

	if (!c)
		m->error = STR("No such file or directory");
	else if (c->rule.n || model_references(m, c))
		m->error = STR("Device or resource busy");
	else
		c->gone = true;
}

static void delete_table(struct model *m, struct str table)
{
	for (size_t i = 0; i < m->chain.n; i++)
		m->chain.at[i]->gone |= str_eq(m->chain.at[i]->table, table);
	for (size_t i = 0; i < m->element.n; i++)
		m->element.at[i]->gone |= str_is(table, "bridge nwfc");
	for (size_t i = 0; i < m->object.n; i++)
		if (str_is(table, "bridge nwfc") || str_ends(m->object.at[i], table))
			m->object.at[i] = (struct str){0};
}

/* "TAP" comment "WORDS" : goto CHAIN */
static void add_map_element(struct model *m, struct str map, struct str text)
{
	struct str key = text_quoted(text);
	struct str rest = {text.ptr + key.len + 2, text.len - key.len - 2};
	struct str target = last_word(text);
	struct fake_element *e = find_element(m, map, key);

	if (e && !str_eq(e->target, target))
		m->error = STR("File exists");
	if (e)
		return;
	e = ARENA_NEW(m->arena, struct fake_element);
	*e = (struct fake_element){map, key, target, text_quoted(rest), false};
	*VEC_PUSH(m->arena, &m->element) = e;
}

static void add_element(struct model *m, struct str rest)
{
	struct str map = str_cut(&rest, ' ');

	/* what is between { and }; those of plain sets have no verdict */
	rest = str_trim((struct str){rest.ptr + 1, rest.len - 2});
	while (rest.len && memmem(rest.ptr, rest.len, " : ", 3))
		add_map_element(m, map, str_trim(str_cut(&rest, ',')));
}

static void delete_element(struct model *m, struct str rest)
{
	struct str map = str_cut(&rest, ' ');
	struct fake_element *e = find_element(m, map, text_quoted(rest));

	if (e)
		e->gone = true;
	else
		m->error = STR("No such file or directory");
}

static void chain_command(struct model *m, struct str verb, struct str table, struct str rest)
{
	struct fake_chain *c;

	if (str_is(verb, "add")) {
		add_chain(m, table, rest);
	} else if (str_is(verb, "delete")) {
		delete_chain(m, table, rest);
	} else {
		c = model_chain(m, table, rest);
		if (c)
			c->rule.n = 0;
		else
			m->error = STR("No such file or directory");
	}
}

static void add_rule(struct model *m, struct str table, struct str rest)
{
	struct fake_chain *c = model_chain(m, table, str_cut(&rest, ' '));

	if (c)
		*VEC_PUSH(m->arena, &c->rule) = rest;
	else
		m->error = STR("No such file or directory");
}

/* VERB KIND FAMILY TABLE REST */
static void play_line(struct model *m, struct str line)
{
	struct str rest = line;
	struct str verb = str_cut(&rest, ' ');
	struct str kind = str_cut(&rest, ' ');
	struct str table, family, name, object;

	if (!line.len || line.ptr[0] == '#')
		return;
	family = str_cut(&rest, ' ');
	table = str_cut(&rest, ' ');
	table = (struct str){family.ptr, (size_t)(table.ptr + table.len - family.ptr)};
	name = rest;
	object = str_is(kind, "table") ? table : str_cut(&name, ' ');
	if (str_is(kind, "chain"))
		chain_command(m, verb, table, rest);
	else if (str_is(kind, "rule"))
		add_rule(m, table, rest);
	else if (str_is(kind, "element") && str_is(verb, "add"))
		add_element(m, rest);
	else if (str_is(kind, "element") && str_is(verb, "delete"))
		delete_element(m, rest);
	else if (str_is(kind, "table") && str_is(verb, "delete"))
		delete_table(m, table);
	else if (str_is(verb, "add"))
		*VEC_PUSH(m->arena, &m->object) =
			str_printf(m->arena, "%.*s %.*s", STR_ARG(kind), STR_ARG(object));
}

bool model_play(struct model *m, struct str text, const char *refuse, const char *words,
		struct buf *error)
{
	for (size_t number = 1; text.len; number++) {
		struct str line = str_cut(&text, '\n');

		play_line(m, line);
		if (refuse && memmem(line.ptr, line.len, refuse, strlen(refuse)))
			m->error = str_of(words);
		if (!m->error.len)
			continue;
		buf_printf(error,
			   "/proc/self/fd/7:%zu:24-31: Error: Could not process rule: %.*s\n"
			   "%.*s\n                       ^^^^^^^^\n",
			   number, STR_ARG(m->error), STR_ARG(line));
		return false;
	}
	return true;
}
