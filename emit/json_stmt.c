/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "emit/json_stmt.h"

#include "emit/spell.h"

/* the longest constant that fits a JSON integer without touching its sign */
#define INTEGER_BYTES 7

static json_t *string_of(struct buf *text)
{
	json_t *string = text->failed ? NULL : json_stringn(text->bytes, text->len);

	buf_release(text);
	return string;
}

/* "ip saddr" is field saddr of protocol ip */
static void split_spelling(const struct key_info *info, struct str *word, struct str *rest)
{
	*rest = str_of(info->spelling);
	*word = str_cut(rest, ' ');
}

static json_t *mask_of(json_t *left, json_t *mask)
{
	return json_pack("{s:[o, o]}", "&", left, mask);
}

static json_t *raw_key(struct key key)
{
	unsigned lead = key_lead(key);
	json_t *read =
		json_pack("{s:{s:s, s:i, s:i}}", "payload", "base", key_info(key)->spelling + 1,
			  "offset", (int)(key.offset - lead), "len", (int)(lead + key.length));

	return lead ? mask_of(read, json_integer((json_int_t)(UINT64_MAX >> (64 - key.length))))
		    : read;
}

static json_t *payload_key(struct key key)
{
	const struct key_info *info = key_info(key);
	struct str protocol, field;

	if (!info->length)
		return raw_key(key);
	split_spelling(info, &protocol, &field);
	return json_pack("{s:{s:s%, s:s%}}", "payload", "protocol", protocol.ptr, protocol.len,
			 "field", field.ptr, field.len);
}

/* `meta l4proto`, `ct state`; the word is left out of `iifname` */
static json_t *loaded_key(struct key key, const char *kind)
{
	struct str word, name;

	split_spelling(key_info(key), &word, &name);
	if (!name.len)
		name = word;
	return json_pack("{s:{s:s%}}", kind, "key", name.ptr, name.len);
}

static json_t *meta_key(struct key key)
{
	return loaded_key(key, "meta");
}

static json_t *ct_key(struct key key)
{
	return loaded_key(key, "ct");
}

static json_t *exthdr_key(struct key key)
{
	struct str header, field;

	split_spelling(key_info(key), &header, &field);
	return json_pack("{s:{s:s%, s:s%}}", "exthdr", "name", header.ptr, header.len, "field",
			 field.ptr, field.len);
}

static json_t *exists_key(struct key key)
{
	struct str word, header;

	split_spelling(key_info(key), &word, &header);
	return json_pack("{s:{s:s%}}", "exthdr", "name", header.ptr, header.len);
}

static json_t *option_key(struct key key)
{
	return json_pack("{s:{s:i, s:i, s:i}}", "tcp option", "base", key.offset, "offset", 0,
			 "len", 8);
}

json_t *json_key(struct key key)
{
	static json_t *(*const makers[])(struct key key) = {
		[BASE_LINK] = payload_key,      [BASE_NETWORK] = payload_key,
		[BASE_TRANSPORT] = payload_key, [BASE_INNER] = payload_key,
		[BASE_META] = meta_key,         [BASE_CT] = ct_key,
		[BASE_EXTHDR] = exthdr_key,     [BASE_EXISTS] = exists_key,
		[BASE_TCPOPTION] = option_key,
	};

	return makers[key_info(key)->base](key);
}

static json_t *json_number(struct key key, const unsigned char *value)
{
	unsigned size = key_size(key);
	struct buf text;
	json_int_t n = 0;

	if (size > INTEGER_BYTES) {
		buf_init(&text);
		spell_plain(&text, key, value);
		return string_of(&text);
	}
	for (unsigned i = 0; i < size; i++)
		n = n << 8 | value[i];
	return json_integer(n);
}

static json_t *json_text(struct key key, const unsigned char *value)
{
	struct buf text;

	buf_init(&text);
	spell_value(&text, key, value);
	return string_of(&text);
}

static json_t *json_name(struct key key, const unsigned char *value)
{
	struct str name = {(const char *)value, strnlen((const char *)value, key_size(key))};
	struct buf text;

	buf_init(&text);
	spell_name(&text, name);
	return string_of(&text);
}

static json_t *json_states(struct key key, const unsigned char *value)
{
	struct str rest;
	struct buf text;
	json_t *list = json_array();

	buf_init(&text);
	spell_value(&text, key, value);
	rest = buf_str(&text);
	while (rest.len) {
		struct str word = str_cut(&rest, ',');

		json_array_append_new(list, json_stringn(word.ptr, word.len));
	}
	buf_release(&text);
	return list;
}

json_t *json_value(struct key key, const unsigned char *value)
{
	static json_t *(*const makers[])(struct key key, const unsigned char *value) = {
		[FORMAT_DECIMAL] = json_number, [FORMAT_HEX] = json_number,
		[FORMAT_MAC] = json_text,       [FORMAT_IPV4] = json_text,
		[FORMAT_IPV6] = json_text,      [FORMAT_ETHERTYPE] = json_number,
		[FORMAT_NAME] = json_name,      [FORMAT_STATE] = json_states,
		[FORMAT_DIRECTION] = json_text,
	};

	return makers[key_info(key)->format](key, value);
}

static json_t *match(const char *op, json_t *left, json_t *right)
{
	return json_pack("{s:{s:s, s:o, s:o}}", "match", "op", op, "left", left, "right", right);
}

static const char *op_word(const struct stmt *s)
{
	return s->op == OP_NE ? "!=" : "==";
}

static json_t *json_test(const struct stmt *s)
{
	bool states = key_info(s->key)->format == FORMAT_STATE;
	json_t *value = json_value(s->key, s->value);

	if (states && s->op == OP_NE)
		return match("==", mask_of(json_key(s->key), value), json_integer(0));
	return match(states ? "in" : op_word(s), json_key(s->key), value);
}

static json_t *json_masked(const struct stmt *s)
{
	int prefix = stmt_prefix(s);

	if (prefix >= 0)
		return match(op_word(s), json_key(s->key),
			     json_pack("{s:{s:o, s:i}}", "prefix", "addr",
				       json_value(s->key, s->value), "len", prefix));
	return match(op_word(s), mask_of(json_key(s->key), json_value(s->key, s->other)),
		     json_value(s->key, s->value));
}

static json_t *range(struct key key, const unsigned char *low, const unsigned char *high)
{
	return json_pack("{s:[o, o]}", "range", json_value(key, low), json_value(key, high));
}

static json_t *json_range(const struct stmt *s)
{
	return match(op_word(s), json_key(s->key), range(s->key, s->value, s->other));
}

static json_t *json_exists(const struct stmt *s)
{
	return match("==", json_key(s->key), json_boolean(s->op == OP_EQ));
}

static json_t *json_list(const struct stmt *s)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < s->nlist; i++)
		json_array_append_new(list, json_value(s->key, s->list[i].b));
	return match(op_word(s), json_key(s->key), json_pack("{s:o}", "set", list));
}

static json_t *keys_of(const struct tuple *t)
{
	json_t *list;

	if (t->nkey == 1)
		return json_key(t->key[0]);
	list = json_array();
	for (unsigned i = 0; i < t->nkey; i++)
		json_array_append_new(list, json_key(t->key[i]));
	return json_pack("{s:o}", "concat", list);
}

static json_t *part_of(const struct tuple *t, unsigned i)
{
	return value_compare(&t->low[i], &t->high[i]) ? range(t->key[i], t->low[i].b, t->high[i].b)
						      : json_value(t->key[i], t->low[i].b);
}

static json_t *json_tuple(const struct tuple *t)
{
	json_t *list;

	if (t->nkey == 1)
		return part_of(t, 0);
	list = json_array();
	for (unsigned i = 0; i < t->nkey; i++)
		json_array_append_new(list, part_of(t, i));
	return json_pack("{s:o}", "concat", list);
}

static json_t *json_concat(const struct stmt *s)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < s->nlist; i++)
		json_array_append_new(list, json_tuple(&s->tuple[i]));
	return match(op_word(s), keys_of(s->tuple), json_pack("{s:o}", "set", list));
}

json_t *json_verdict(struct arm arm)
{
	static const char *const words[] = {
		[VERDICT_ACCEPT] = "accept", [VERDICT_DROP] = "drop", [VERDICT_REJECT] = "reject",
		[VERDICT_RETURN] = "return", [VERDICT_JUMP] = "jump", [VERDICT_GOTO] = "goto",
	};

	if (!arm.target)
		return json_pack("{s:n}", words[arm.verdict]);
	return json_pack("{s:{s:s%}}", words[arm.verdict], "target", arm.target->name.ptr,
			 arm.target->name.len);
}

json_t *json_verdict_map(const struct stmt *s, const struct arm *arm)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < s->nlist; i++)
		json_array_append_new(
			list, json_pack("[o, o]", json_tuple(&s->tuple[i]), json_verdict(arm[i])));
	return json_pack("{s:{s:o, s:{s:o}}}", "vmap", "key", keys_of(s->tuple), "data", "set",
			 list);
}

static json_t *set_name(const struct nft_set *set)
{
	return json_pack("s#+%", "@", 1, set->name.ptr, set->name.len);
}

static json_t *json_lookup(const struct stmt *s)
{
	return match(op_word(s), keys_of(s->tuple), set_name(s->set));
}

static json_t *json_count(const struct stmt *s)
{
	json_t *count = json_pack("{s:i}", "val", (int)stmt_count(s));

	if (s->op == OP_EQ)
		json_object_set_new(count, "inv", json_true());
	return json_pack("{s:{s:s, s:o, s:o, s:[{s:o}]}}", "set", "op", "add", "elem",
			 json_key(s->key), "set", set_name(s->set), "stmt", "ct count", count);
}

static json_t *json_mark(const struct stmt *s)
{
	unsigned size = key_size(s->key);
	json_t *value = json_key(s->key);

	if (!all_bytes(s->value, size, 0xff))
		value = mask_of(value, json_value(s->key, s->value));
	if (!all_bytes(s->other, size, 0))
		value = json_pack("{s:[o, o]}", "|", value, json_value(s->key, s->other));
	return json_pack("{s:{s:o, s:o}}", "mangle", "key", json_key(s->key), "value", value);
}

/* the set is refused before: this only keeps what is left of the output whole */
static json_t *json_dynamic(const struct stmt *s)
{
	return json_pack("{s:{s:s, s:o, s:o}}", "set", "op", "add", "elem", json_key(s->key), "set",
			 set_name(s->set));
}

static json_t *json_counter(const struct stmt *s)
{
	(void)s;
	return json_pack("{s:n}", "counter");
}

json_t *json_stmt(const struct stmt *s)
{
	static json_t *(*const makers[])(const struct stmt *s) = {
		[STMT_TEST] = json_test,       [STMT_MASKED] = json_masked,
		[STMT_RANGE] = json_range,     [STMT_EXISTS] = json_exists,
		[STMT_LIST] = json_list,       [STMT_CONCAT] = json_concat,
		[STMT_LOOKUP] = json_lookup,   [STMT_COUNT] = json_count,
		[STMT_MARK] = json_mark,       [STMT_LEARN] = json_dynamic,
		[STMT_RENEW] = json_dynamic,   [STMT_FORGET] = json_dynamic,
		[STMT_COUNTER] = json_counter,
	};

	return makers[s->kind](s);
}

/* "10.0.0.0/8" is a prefix object, digits are a number, everything else a string */
static json_t *element_part(struct str part)
{
	struct str rest = part;
	struct str head = str_cut(&rest, '/');
	uint64_t number;

	if (str_to_u64(part, 10, UINT32_MAX, &number))
		return json_integer((json_int_t)number);
	if (head.len == part.len || !str_to_u64(rest, 10, 128, &number))
		return json_stringn(part.ptr, part.len);
	return json_pack("{s:{s:s%, s:I}}", "prefix", "addr", head.ptr, head.len, "len",
			 (json_int_t)number);
}

json_t *json_element(struct str text)
{
	struct str rest = text;
	json_t *list = json_array();
	json_t *only;

	while (rest.len) {
		struct str part = str_trim(str_cut(&rest, ' '));

		if (!str_is(part, ".") && part.len)
			json_array_append_new(list, element_part(part));
	}
	if (json_array_size(list) != 1)
		return json_pack("{s:o}", "concat", list);
	only = json_incref(json_array_get(list, 0));
	json_decref(list);
	return only;
}
