/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <jansson.h>

#include "emit/emit.h"
#include "emit/json_stmt.h"
#include "emit/spell.h"
#include "emit/writer.h"
#include "ir/base/diag.h"

/* an object is built, written and freed for each command: memory does not grow with the ruleset */
static int put_bytes(const char *bytes, size_t n, void *out)
{
	buf_put(out, (struct str){bytes, n});
	return 0;
}

/* takes the reference; NULL is lack of memory */
static void put_command(struct writer *w, const char *command, const char *kind, json_t *object)
{
	json_t *root = json_pack("{s:{s:o}}", command, kind, object);

	buf_puts(w->out, w->more ? ",\n" : "");
	w->more = true;
	if (!root || json_dump_callback(root, put_bytes, w->out, JSON_COMPACT))
		w->out->failed = true;
	json_decref(root);
}

static json_t *object_in(enum table_id table, const char *key, struct str name)
{
	const struct table_words *words = table_words(table);

	return json_pack("{s:s, s:s, s:s%}", "family", words->family, "table", words->name, key,
			 name.ptr, name.len);
}

static void json_note(struct writer *w, const char *what, struct str name, const char *of,
		      struct str other)
{
	(void)w;
	(void)what;
	(void)name;
	(void)of;
	(void)other;
}

static void json_table(struct writer *w, enum table_id table)
{
	const struct table_words *words = table_words(table);

	put_command(w, "add", "table",
		    json_pack("{s:s, s:s}", "family", words->family, "name", words->name));
}

static void json_map(struct writer *w, enum hook_id id)
{
	json_t *map = object_in(TABLE_BRIDGE, "name", str_of(hook(id)->name));

	json_object_set_new(map, "type", json_string("ifname"));
	json_object_set_new(map, "map", json_string("verdict"));
	put_command(w, "add", "map", map);
}

static json_t *element_type(const struct nft_set *set)
{
	json_t *types = json_array();

	if (set->nkey == 1) {
		json_decref(types);
		return json_string(key_set_type(set->key[0]));
	}
	for (unsigned i = 0; i < set->nkey; i++)
		json_array_append_new(types, json_string(key_set_type(set->key[i])));
	return types;
}

/* nft 1.0.6 has neither typeof nor the flag dynamic in JSON */
static bool can_hold(struct writer *w, const struct nft_set *set)
{
	bool typed = set->kind != SET_COUNT && set->kind != SET_LEARNED;
	struct diag *d;

	for (unsigned i = 0; i < set->nkey; i++)
		typed &= key_set_type(set->key[i]) != NULL;
	if (typed)
		return true;
	d = diag_report(w->diag, DIAG_JSON_LIMIT, (struct span){0},
			"the JSON of nft cannot declare set %.*s, which %s", STR_ARG(set->name),
			set->kind == SET_COUNT     ? "counts connections"
			: set->kind == SET_LEARNED ? "learns addresses"
						   : "holds raw bytes");
	diag_help(w->diag, d, "use --emit=nft");
	w->failed = true;
	return false;
}

static void put_elements(struct writer *w, const struct nft_set *set)
{
	json_t *list = json_array();
	json_t *elements;

	for (size_t i = 0; i < set->element.n; i++)
		json_array_append_new(list, json_element(set->element.at[i]));
	elements = object_in(set->table, "name", set->name);
	json_object_set_new(elements, "elem", list);
	put_command(w, "add", "element", elements);
}

static void json_set(struct writer *w, const struct nft_set *set)
{
	json_t *object;

	if (!can_hold(w, set))
		return;
	object = object_in(set->table, "name", set->name);
	json_object_set_new(object, "type", element_type(set));
	if (set->interval) {
		json_object_set_new(object, "flags", json_pack("[s]", "interval"));
		/* nft merges overlapping networks, but not tuples that hold them */
		if (set->nkey == 1)
			json_object_set_new(object, "auto-merge", json_true());
	}
	put_command(w, "add", "set", object);
	if (set->element.n)
		put_elements(w, set);
}

static json_t *tap_string(struct str tap)
{
	struct buf name;
	json_t *string;

	buf_init(&name);
	spell_name(&name, tap);
	string = json_stringn(name.bytes ? name.bytes : "", name.len);
	buf_release(&name);
	return string;
}

static void json_base(struct writer *w, const struct base_chain *base)
{
	json_t *chain = object_in(base->table, "name", base->name);

	json_object_set_new(chain, "type", json_string("filter"));
	json_object_set_new(chain, "hook", json_string(base->hook));
	if (base->device.len)
		json_object_set_new(chain, "dev", tap_string(base->device));
	json_object_set_new(chain, "prio", json_integer(base->priority));
	json_object_set_new(chain, "policy", json_string("accept"));
	put_command(w, "add", "chain", chain);
}

static void json_chain(struct writer *w, enum table_id table, struct str name, struct str comment)
{
	(void)comment;
	put_command(w, "add", "chain", object_in(table, "name", name));
}

static void json_flush(struct writer *w, enum table_id table, struct str name)
{
	put_command(w, "flush", "chain", object_in(table, "name", name));
}

static void json_remove(struct writer *w, enum table_id table, struct str name)
{
	put_command(w, "delete", "chain", object_in(table, "name", name));
}

static void put_rule(struct writer *w, enum table_id table, struct str chain, json_t *expressions,
		     struct str comment)
{
	json_t *rule = object_in(table, "chain", chain);

	json_object_set_new(rule, "expr", expressions);
	if (comment.len)
		json_object_set_new(rule, "comment", json_stringn(comment.ptr, comment.len));
	put_command(w, "add", "rule", rule);
}

static void json_rule(struct writer *w, enum table_id table, const struct nft_chain *chain,
		      const struct nft_rule *rule)
{
	json_t *expressions = json_array();
	unsigned ntest = rule->nstmt - (rule->arm != NULL);
	struct rule_comment comment;

	for (unsigned i = 0; i < ntest; i++)
		json_array_append_new(expressions, json_stmt(&rule->stmt[i]));
	if (rule->arm)
		json_array_append_new(expressions, json_verdict_map(&rule->stmt[ntest], rule->arm));
	else if (rule->verdict != VERDICT_NONE)
		json_array_append_new(expressions,
				      json_verdict((struct arm){rule->verdict, rule->target}));
	rule_comment(rule, &comment);
	put_rule(w, table, chain->name, expressions, (struct str){comment.text, comment.len});
}

static void json_dispatch(struct writer *w, enum hook_id id)
{
	const struct hook *h = hook(id);
	json_t *vmap = json_pack("{s:{s:o, s:s+}}", "vmap", "key",
				 json_key((struct key){h->key, 0, 0}), "data", "@", h->name);

	put_rule(w, TABLE_BRIDGE, str_of(h->chain), json_pack("[o]", vmap), (struct str){0});
}

static void json_guard(struct writer *w, enum hook_id id, struct str prefix, struct str comment)
{
	const struct hook *h = hook(id);
	json_t *test = json_pack("{s:{s:s, s:o, s:s%+}}", "match", "op", "==", "left",
				 json_key((struct key){h->key, 0, 0}), "right", prefix.ptr,
				 prefix.len, "*");

	put_rule(w, TABLE_BRIDGE, str_of(h->chain), json_pack("[o, {s:n}]", test, "drop"), comment);
}

static void json_add_elements(struct writer *w, enum hook_id id, const struct map_element *at,
			      size_t n)
{
	json_t *element = object_in(TABLE_BRIDGE, "name", str_of(hook(id)->name));
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list,
				      json_pack("[o, {s:{s:s%}}]", tap_string(at[i].tap), "goto",
						"target", at[i].chain.ptr, at[i].chain.len));
	json_object_set_new(element, "elem", list);
	put_command(w, "add", "element", element);
}

static void put_values(struct writer *w, const char *command, const struct set_element *at,
		       size_t n)
{
	const struct nft_set *set = at->element->set;
	json_t *object = object_in(set->table, "name", set->name);
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++) {
		json_t *parts = json_array();

		json_array_append_new(parts, tap_string(at[i].tap));
		for (unsigned k = 1; k < set->nkey; k++)
			json_array_append_new(parts,
					      json_value(set->key[k], at[i].element->value[k - 1]));
		json_array_append_new(list, json_pack("{s:o}", "concat", parts));
	}
	json_object_set_new(object, "elem", list);
	put_command(w, command, "element", object);
}

static void json_add_values(struct writer *w, const struct set_element *at, size_t n)
{
	put_values(w, "add", at, n);
}

static void json_remove_values(struct writer *w, const struct set_element *at, size_t n)
{
	put_values(w, "delete", at, n);
}

static void json_empty_map(struct writer *w, enum hook_id id)
{
	put_command(w, "flush", "map", object_in(TABLE_BRIDGE, "name", str_of(hook(id)->name)));
}

static void json_empty_set(struct writer *w, const struct nft_set *set)
{
	put_command(w, "flush", "set", object_in(set->table, "name", set->name));
}

static void json_remove_element(struct writer *w, enum hook_id id, struct str tap)
{
	json_t *element = object_in(TABLE_BRIDGE, "name", str_of(hook(id)->name));

	json_object_set_new(element, "elem", json_pack("[o]", tap_string(tap)));
	put_command(w, "delete", "element", element);
}

const struct writer_ops json_writer = {
	.note = json_note,
	.table = json_table,
	.map = json_map,
	.set = json_set,
	.base = json_base,
	.chain = json_chain,
	.flush = json_flush,
	.remove = json_remove,
	.rule = json_rule,
	.dispatch = json_dispatch,
	.guard = json_guard,
	.add_elements = json_add_elements,
	.remove_element = json_remove_element,
	.add_values = json_add_values,
	.remove_values = json_remove_values,
	.empty_map = json_empty_map,
	.empty_set = json_empty_set,
};

bool emit_json(const struct ruleset *rs, struct buf *out, struct diag_list *diag)
{
	struct writer w = {.ops = &json_writer, .out = out, .diag = diag};

	buf_puts(out, "{\"nftables\": [\n");
	write_ruleset(&w, rs);
	buf_puts(out, "\n]}\n");
	return !w.failed;
}
