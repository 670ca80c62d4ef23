/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <jansson.h>

#include "emit/emit.h"
#include "ir/base/diag.h"
#include "testsuite/unit/sample_ruleset.h"
#include "testsuite/unit/suites.h"

/* a sample and its text, with what the source map says of it */
struct fixture {
	struct sample sample;
	struct buf text;
	struct emit_map map;
	struct diag_list diag;
};

static void setup(struct fixture *f)
{
	sample_init(&f->sample, target_default());
	diag_init(&f->diag, f->sample.arena, MODE_DEFAULT);
	f->map = (struct emit_map){.arena = f->sample.arena};
	buf_init(&f->text);
}

static void teardown(struct fixture *f)
{
	buf_release(&f->text);
	sample_release(&f->sample);
}

static const char *text_of_fixture(struct fixture *f)
{
	emit_text(f->sample.rs, &f->text, &f->map);
	return str_c(f->sample.arena, buf_str(&f->text));
}

static void expect_line(const char *text, const char *line)
{
	struct str rest = str_of(text);

	while (rest.len)
		if (str_is(str_cut(&rest, '\n'), line))
			return;
	ck_abort_msg("no line \"%s\" in:\n%s", line, text);
}

static size_t place(const char *text, const char *what)
{
	const char *at = strstr(text, what);

	ck_assert_msg(at != NULL, "no \"%s\" in:\n%s", what, text);
	return (size_t)(at - text);
}

START_TEST(whole_text)
{
	struct fixture f;
	const struct program *p;
	const char *text;
	char line[256];

	setup(&f);
	p = sample_simple(&f.sample, HOOK_IN_L2, 0x0800, 3);
	sample_entry(&f.sample, "vnet0")->program[HOOK_IN_L2] = p;
	text = text_of_fixture(&f);
	expect_line(text, "add map bridge nwfc out-l2 { type ifname : verdict; }");
	expect_line(text, "add chain bridge nwfc post-l2 "
			  "{ type filter hook postrouting priority 300; policy accept; }");
	expect_line(text, "add rule bridge nwfc post-l2 oifname vmap @in-l2");
	snprintf(line, sizeof(line), "add chain bridge nwfc %.*s { comment \"sha256:%.*s\"; }",
		 STR_ARG(p->name), STR_ARG(p->hash));
	expect_line(text, line);
	snprintf(line, sizeof(line),
		 "add rule bridge nwfc %.*s ether type ip accept comment \"clean_traffic:3\"",
		 STR_ARG(p->name));
	expect_line(text, line);
	expect_line(text, "# tap vnet0: filter clean_traffic");
	snprintf(line, sizeof(line), "add rule bridge nwfc vnet0.in-l2 goto %.*s",
		 STR_ARG(p->name));
	expect_line(text, line);
	expect_line(text, "add element bridge nwfc in-l2 { \"vnet0\" : goto vnet0.in-l2 }");
	/* base chains that no tap needs are not made, and no state table */
	ck_assert_ptr_null(strstr(text, "add chain bridge nwfc pre-l2"));
	ck_assert_ptr_null(strstr(text, "nwfc_ct"));
	teardown(&f);
}
END_TEST

START_TEST(order_of_commands)
{
	struct fixture f;
	const char *text;

	setup(&f);
	sample_entry(&f.sample, "vnet0")->program[HOOK_OUT_L2] = sample_everything(&f.sample, true);
	text = text_of_fixture(&f);
	ck_assert_uint_lt(place(text, "add table"), place(text, "add map"));
	ck_assert_uint_lt(place(text, "add set"), place(text, "add element"));
	ck_assert_uint_lt(place(text, "add element"), place(text, "@ipset.hosts"));
	ck_assert_uint_lt(place(text, "/x\n"), place(text, "flush chain bridge nwfc clean"));
	ck_assert_uint_lt(place(text, "flush chain bridge nwfc clean"),
			  place(text, "add rule bridge nwfc clean"));
	ck_assert_uint_lt(place(text, "add rule bridge nwfc vnet0.out-l2"),
			  place(text, "{ \"vnet0\" : goto vnet0.out-l2 }"));
	/* what must not be there is added before it is deleted */
	ck_assert_uint_lt(place(text, "add element bridge nwfc in-l3"),
			  place(text, "delete element bridge nwfc in-l3 { \"vnet0\" }"));
	ck_assert_uint_lt(place(text, "delete element bridge nwfc in-l3"),
			  place(text, "flush chain bridge nwfc vnet0.in-l3"));
	ck_assert_uint_lt(place(text, "flush chain bridge nwfc vnet0.in-l3"),
			  place(text, "delete chain bridge nwfc vnet0.in-l3"));
	teardown(&f);
}
END_TEST

START_TEST(state_table)
{
	struct target target = target_default();
	struct fixture f;
	const char *text;

	setup(&f);
	target.state = STATE_MARK_CT;
	sample_renew(&f.sample, target);
	sample_entry(&f.sample, "vnet0")->program[HOOK_IN_L3] =
		sample_stateful(&f.sample, HOOK_IN_L3);
	text = text_of_fixture(&f);
	expect_line(text, "add rule ip nwfc_ct state meta mark set meta mark & 0xe0ffffff "
			  "comment \"mark 0x1f000000\"");
	expect_line(text, "add rule ip nwfc_ct state ct state established ct direction reply meta "
			  "mark set meta mark & 0xe0ffffff | 0x11000000 return comment \"mark "
			  "0x1f000000\"");
	expect_line(text, "add rule ip nwfc_ct state ct state new meta mark set "
			  "meta mark | 0x04000000 comment \"mark 0x1f000000\"");
	expect_line(text, "add chain ip nwfc_ct out "
			  "{ type filter hook output priority -150; policy accept; }");
	expect_line(text, "add rule ip nwfc_ct pre jump state");
	/* the sample reads the state of IPv4 connections only */
	ck_assert_ptr_null(strstr(text, "ip6 nwfc_ct"));
	teardown(&f);
}
END_TEST

/* text of the user's is cut and filtered here, whatever came before */
START_TEST(hostile_comment)
{
	static const char hostile[] = "a\"; flush ruleset\n\\x\x7f\xc3\xa9";
	struct fixture f;
	struct program *p;
	struct nft_rule *rule;
	const char *text;
	char *endless;

	setup(&f);
	endless = arena_alloc(f.sample.arena, 4096);
	memset(endless, 'n', 4095);
	f.sample.filter->name = (struct str){endless, 4095};
	p = sample_program(&f.sample, HOOK_IN_L2);
	rule = sample_rule(&f.sample, p->chain.at[0], 2, VERDICT_DROP);
	rule->comment = (struct str){hostile, sizeof(hostile) - 1};
	rule = sample_rule(&f.sample, p->chain.at[0], 3, VERDICT_DROP);
	rule->comment = (struct str){endless, 4095};
	sample_entry(&f.sample, "vnet0")->program[HOOK_IN_L2] = ruleset_add_program(f.sample.rs, p);
	text = text_of_fixture(&f);
	ck_assert_ptr_nonnull(strstr(text, ":2 a_; flush ruleset__x___\"\n"));
	for (const char *at = text; (at = strstr(at, "comment \"")); at++)
		ck_assert_uint_le(strcspn(at + 9, "\""), 128);
	for (const char *at = text; *at; at++)
		ck_assert(*at == '\n' || (*at >= ' ' && *at <= '~'));
	teardown(&f);
}
END_TEST

START_TEST(source_map)
{
	struct fixture f;
	json_t *root, *rules;
	struct buf out;
	const char *text;

	setup(&f);
	sample_entry(&f.sample, "vnet0")->program[HOOK_OUT_L2] = sample_everything(&f.sample, true);
	text = text_of_fixture(&f);
	buf_init(&out);
	emit_map_json(&f.map, &out);
	root = json_loadb(out.bytes, out.len, 0, NULL);
	ck_assert_str_eq(json_string_value(json_object_get(root, "format_version")), "1.0");
	rules = json_object_get(root, "rules");
	ck_assert_uint_eq(json_array_size(rules), 12);
	for (size_t i = 0; i < json_array_size(rules); i++) {
		json_t *rule = json_array_get(rules, i);
		struct str rest = str_of(text), line = {0};
		char origin[64];

		for (json_int_t n = json_integer_value(json_object_get(rule, "line")); n--;)
			line = str_cut(&rest, '\n');
		snprintf(origin, sizeof(origin), "comment \"clean_traffic:%d",
			 (int)json_integer_value(json_object_get(rule, "rule_line")));
		ck_assert_msg(memmem(line.ptr, line.len, origin, strlen(origin)) != NULL,
			      "line %.*s is not from %s", STR_ARG(line), origin);
		ck_assert_str_eq(json_string_value(json_object_get(rule, "file")),
				 "filters/clean.xml");
	}
	json_decref(root);
	buf_release(&out);
	teardown(&f);
}
END_TEST

START_TEST(json_is_json)
{
	struct fixture f;
	json_t *root;

	setup(&f);
	sample_entry(&f.sample, "vnet0")->program[HOOK_OUT_L2] =
		sample_everything(&f.sample, false);
	ck_assert(emit_json(f.sample.rs, &f.text, &f.diag));
	root = json_loadb(f.text.bytes, f.text.len, 0, NULL);
	ck_assert_uint_gt(json_array_size(json_object_get(root, "nftables")), 30);
	ck_assert_uint_eq(f.diag.diag.n, 0);
	json_decref(root);
	teardown(&f);
}
END_TEST

START_TEST(json_limits)
{
	struct nft_set count = {.name = STR("vnet0.count"),
				.kind = SET_COUNT,
				.nkey = 1,
				.key = {NAMED_KEY(IP_SADDR)}};
	struct fixture f;

	setup(&f);
	sample_everything(&f.sample, true);
	ck_assert(!emit_json(f.sample.rs, &f.text, &f.diag));
	ck_assert_uint_eq(f.diag.diag.n, 1);
	ck_assert_int_eq(f.diag.diag.at[0]->id, DIAG_JSON_LIMIT);
	*VEC_PUSH(f.sample.arena, &f.sample.rs->set) = ruleset_add_set(f.sample.rs, &count);
	ck_assert(!emit_json(f.sample.rs, &f.text, &f.diag));
	ck_assert_uint_eq(f.diag.diag.n, 2);
	teardown(&f);
}
END_TEST

START_TEST(same_bytes)
{
	struct buf again;
	struct fixture f;

	setup(&f);
	sample_entry(&f.sample, "vnet0")->program[HOOK_OUT_L2] = sample_everything(&f.sample, true);
	emit_text(f.sample.rs, &f.text, NULL);
	buf_init(&again);
	emit_text(f.sample.rs, &again, &f.map);
	ck_assert(str_eq(buf_str(&f.text), buf_str(&again)));
	buf_release(&again);
	teardown(&f);
}
END_TEST

static void expect_entry(const char *page, const char *name)
{
	char term[64];

	snprintf(term, sizeof(term), "\n*%s*\n\t", name);
	ck_assert_ptr_nonnull(strstr(page, term));
}

START_TEST(fields)
{
	struct buf page, table;
	struct str rest;
	size_t lines = 0;

	buf_init(&page);
	buf_init(&table);
	emit_fields_page(&page);
	emit_fields_table(&table);
	buf_putc(&page, 0);
	rest = buf_str(&table);
	while (rest.len) {
		struct str line = str_cut(&rest, '\n');
		unsigned columns = 0;

		for (size_t i = 0; i < line.len; i++)
			columns += line.ptr[i] == '\t';
		ck_assert_uint_eq(columns, 6);
		lines++;
	}
	ck_assert_uint_gt(lines, 200);
	for (int id = PROTO_ANY + 1; id < PROTO_MAX; id++)
		expect_entry(page.bytes, proto((enum proto_id)id)->xml);
	for (int id = FIELD_NONE + 1; id < FIELD_MAX; id++)
		expect_entry(page.bytes, field((enum field_id)id)->xml);
	expect_entry(page.bytes, type_name(TYPE_TCP_FLAGS));
	buf_release(&page);
	buf_release(&table);
}
END_TEST

Suite *emit_suite(void)
{
	Suite *suite = suite_create("emit");
	TCase *text = tcase_create("text");

	tcase_add_test(text, whole_text);
	tcase_add_test(text, order_of_commands);
	tcase_add_test(text, state_table);
	tcase_add_test(text, hostile_comment);
	tcase_add_test(text, source_map);
	tcase_add_test(text, json_is_json);
	tcase_add_test(text, json_limits);
	tcase_add_test(text, same_bytes);
	tcase_add_test(text, fields);
	suite_add_tcase(suite, text);
	return suite;
}
