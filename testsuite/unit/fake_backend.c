/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/unit/fake_backend.h"

#include <check.h>

#include "testsuite/unit/fake_model.h"

static struct fake_backend *self(struct backend *b)
{
	return (struct fake_backend *)b;
}

/* what is loaded: the texts that were accepted */
static struct model loaded(const struct fake_backend *fake)
{
	struct model m = {.arena = fake->arena};

	for (size_t i = 0; i < fake->run.n; i++)
		if (fake->run.at[i].accepted && !fake->run.at[i].dry)
			model_play(&m, fake->run.at[i].text, NULL, NULL, NULL);
	return m;
}

static bool fake_run(struct backend *b, struct str text, bool dry, struct buf *error)
{
	struct fake_backend *fake = self(b);
	struct model m = loaded(fake);
	struct fake_run *run = VEC_PUSH(fake->arena, &fake->run);

	run->text = str_dup(fake->arena, text);
	run->dry = dry;
	run->accepted = model_play(&m, run->text, fake->refuse, fake->refuse_words, error);
	fake->generation += run->accepted && !dry;
	return run->accepted;
}

static struct str table_of(const struct model *m, const struct read_query *query)
{
	return str_printf(m->arena, "%s %s", query->family, query->table);
}

static void read_chains(const struct model *m, struct str table, const struct reader *reader)
{
	for (size_t i = 0; i < m->chain.n; i++) {
		const struct fake_chain *c = m->chain.at[i];
		struct loaded_chain chain = {
			.name = c->name,
			.comment = c->comment,
			.base = c->base,
			.use = (uint32_t)(c->rule.n + model_references(m, c)),
		};

		if (!c->gone && str_eq(c->table, table))
			reader->chain(reader->context, &chain);
	}
}

static struct loaded_rule rule_of(const struct fake_chain *c, struct str text)
{
	struct str plain = rule_without_comment(text);
	struct loaded_rule rule = {.chain = c->name, .nexpression = 2};

	if (plain.len != text.len)
		rule.comment =
			text_quoted((struct str){text.ptr + plain.len, text.len - plain.len});
	if (str_starts(plain, STR("goto ")) || str_starts(plain, STR("jump "))) {
		rule.nexpression = 1;
		rule.verdict = plain.ptr[0] == 'g' ? LOADED_GOTO : LOADED_JUMP;
		rule.target = rule_verdict(plain);
	}
	if (rule_verdict(plain).len && rule_verdict(plain).ptr[0] == '@')
		rule.set = (struct str){rule_verdict(plain).ptr + 1, rule_verdict(plain).len - 1};
	return rule;
}

static void read_rules(const struct model *m, const struct read_query *query,
		       const struct reader *reader)
{
	struct str table = table_of(m, query);

	for (size_t i = 0; i < m->chain.n; i++) {
		const struct fake_chain *c = m->chain.at[i];

		if (c->gone || !str_eq(c->table, table) ||
		    (query->name.len && !str_eq(query->name, c->name)))
			continue;
		for (size_t k = 0; k < c->rule.n; k++) {
			struct loaded_rule rule = rule_of(c, c->rule.at[k]);

			reader->rule(reader->context, &rule);
		}
	}
}

static void read_sets(const struct model *m, const struct reader *reader)
{
	for (size_t i = 0; i < m->object.n; i++) {
		struct str rest = m->object.at[i];
		struct str kind = str_cut(&rest, ' ');

		if (str_is(kind, "map") || str_is(kind, "set"))
			reader->set(reader->context, rest);
	}
}

/* all elements, or the one of that key */
static enum read_result read_elements(const struct model *m, const struct read_query *query,
				      const struct reader *reader)
{
	struct str key = {query->key.ptr,
			  query->key.len ? strnlen(query->key.ptr, query->key.len) : 0};
	bool found = !key.len;

	if (!model_has(m, str_printf(m->arena, "map %.*s", STR_ARG(query->name))))
		return READ_ABSENT;
	for (size_t i = 0; i < m->element.n; i++) {
		const struct fake_element *known = m->element.at[i];
		struct loaded_element e = {
			.key = known->key, .target = known->target, .comment = known->comment};

		if (known->gone || !str_eq(known->map, query->name) ||
		    (key.len && !str_eq(key, known->key)))
			continue;
		reader->element(reader->context, &e);
		found = true;
	}
	return found ? READ_DONE : READ_ABSENT;
}

static enum read_result fake_read(struct backend *b, const struct read_query *query,
				  const struct reader *reader, int *ret_errno)
{
	struct fake_backend *fake = self(b);
	struct model m = loaded(fake);

	if (fake->read_error) {
		*ret_errno = fake->read_error;
		return READ_FAILED;
	}
	switch (query->what) {
	case READ_CHAINS:
		read_chains(&m, table_of(&m, query), reader);
		break;
	case READ_RULES:
		read_rules(&m, query, reader);
		break;
	case READ_SETS:
		read_sets(&m, reader);
		break;
	case READ_ELEMENTS:
	case READ_ELEMENT:
		return read_elements(&m, query, reader);
	}
	return READ_DONE;
}

static uint32_t fake_generation(struct backend *b)
{
	struct fake_backend *fake = self(b);

	if (fake->restless) {
		fake->restless--;
		fake->generation++;
	}
	return fake->generation;
}

static int fake_sysctl(struct backend *b, const char *path)
{
	return strstr(path, "ip6tables") ? self(b)->sysctl_ip6tables : self(b)->sysctl_iptables;
}

static bool fake_module(struct backend *b, const char *name)
{
	return self(b)->module && !strcmp(self(b)->module, name);
}

static void fake_free(struct backend *b)
{
	(void)b;
}

void fake_init(struct fake_backend *fake, struct arena *arena)
{
	*fake = (struct fake_backend){
		.arena = arena, .sysctl_iptables = -1, .sysctl_ip6tables = -1};
	fake->backend = (struct backend){
		.run = fake_run,
		.read = fake_read,
		.generation = fake_generation,
		.sysctl = fake_sysctl,
		.module = fake_module,
		.free = fake_free,
	};
}

void fake_change(struct fake_backend *fake, const char *text)
{
	struct buf error;

	buf_init(&error);
	if (!fake_run(&fake->backend, str_of(text), false, &error))
		ck_abort_msg("%.*s", (int)error.len, error.bytes);
	buf_release(&error);
}

unsigned fake_transactions(const struct fake_backend *fake)
{
	unsigned n = 0;

	for (size_t i = 0; i < fake->run.n; i++)
		n += fake->run.at[i].accepted && !fake->run.at[i].dry;
	return n;
}

struct str fake_last(const struct fake_backend *fake)
{
	for (size_t i = fake->run.n; i--;)
		if (!fake->run.at[i].dry)
			return fake->run.at[i].text;
	return (struct str){0};
}

bool fake_has_chain(struct fake_backend *fake, const char *name)
{
	struct model m = loaded(fake);

	return model_chain(&m, STR("bridge nwfc"), str_of(name)) ||
	       model_chain(&m, STR("netdev nwfc"), str_of(name));
}
