/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "testsuite/unit/suites.h"
#include "testsuite/unit/text.h"

START_TEST(parameters)
{
	struct text t;
	struct filter *f = text_parse(&t, MODE_DEFAULT,
				      "<filter name='f'><filterref filter='g'>"
				      "<parameter name='A' value='1'/>"
				      "<parameter name='B' value='2'/>"
				      "<parameter name='A' value='1'/></filterref></filter>");
	const struct parameter_list *list = &f->item.at[0].filterref->parameter;
	const struct parameter *a = parameter_find(list, STR("A"));
	struct source *ours;
	struct span all;

	ck_assert_uint_eq(list->n, 2);
	ck_assert_ptr_eq(a, &list->at[0]);
	ck_assert_uint_eq(a->value.n, 2);
	ck_assert_uint_eq(a->value_span.n, 2);
	ck_span(a->value_span.at[1], "1");
	ck_assert_ptr_null(parameter_find(list, STR("C")));

	/* on the command line any value is taken, and a name that is none is always an error */
	ours = compile_text(&t.compile, STR(COMMAND_LINE), STR("A=..."));
	all = (struct span){ours, 0, 5};
	ck_assert(parameter_add(&t.compile, &f->item.at[0].filterref->parameter, STR("A"), all,
				STR("10.0.0.1; flush ruleset"), all));
	ck_assert_uint_eq(a->value.n, 3);
	ck_assert(!parameter_add(&t.compile, &f->item.at[0].filterref->parameter, STR("A-B"), all,
				 STR("1"), all));
	ck_assert_uint_eq(text_count(&t, DIAG_PARAMETER_VALUE), 1);
	ck_assert_uint_eq(t.compile.diag.nerror, 1);
	text_release(&t);

	f = text_parse(&t, MODE_COMPAT,
		       "<filter name='f'><filterref filter='g'><parameter name='A' "
		       "value='1/2'/></filterref>"
		       "</filter>");
	ck_assert_uint_eq(f->item.at[0].filterref->parameter.n, 0);
	text_release(&t);
}
END_TEST

#define BINDING(inside) "<filterbinding>" inside "</filterbinding>"
#define PORT "<portdev name='tap0'/>"
#define MAC "<mac address='52:54:0:12:34:5F'/>"
#define REF "<filterref filter='f'/>"

START_TEST(bindings)
{
	struct text t;
	struct binding *b;

	text_init(&t, MODE_DEFAULT,
		  STR(BINDING("<owner><name>vm</name><uuid>x</uuid></owner>" PORT
			      "<linkdev name='x'/>" MAC
			      "<filterref filter='f'><parameter name='IP' value='1.2.3.4'/>"
			      "</filterref>")));
	b = parse_binding(&t.compile, t.source);
	ck_assert_ptr_nonnull(b);
	/* kept as written, of no concern */
	ck_str(b->owner_name, "vm");
	ck_str(b->owner_uuid, "x");
	ck_str(b->tap, "tap0");
	ck_str(b->filter, "f");
	ck_assert_uint_eq(b->mac[5], 0x5f);
	ck_str(parameter_find(&b->parameter, STR("IP"))->value.at[0], "1.2.3.4");
	ck_str(parameter_find(&b->parameter, STR("MAC"))->value.at[0], "52:54:00:12:34:5f");
	ck_assert_uint_eq(t.compile.diag.diag.n, 0);
	text_release(&t);

	/* the user's MAC stays */
	text_init(&t, MODE_DEFAULT,
		  STR(BINDING(PORT MAC "<filterref filter='f'>"
				       "<parameter name='MAC' value='1:2:3:4:5:6'/></filterref>")));
	b = parse_binding(&t.compile, t.source);
	ck_assert_uint_eq(parameter_find(&b->parameter, STR("MAC"))->value.n, 1);
	ck_str(parameter_find(&b->parameter, STR("MAC"))->value.at[0], "1:2:3:4:5:6");
	text_release(&t);
}
END_TEST

static const struct {
	const char *text;
	enum diag_id id;
} bad_bindings[] = {
	{"<filter name='f'/>", DIAG_ROOT_ELEMENT},
	{BINDING(MAC REF), DIAG_BINDING_INCOMPLETE},
	{BINDING("<portdev/>" MAC REF), DIAG_BINDING_INCOMPLETE},
	{BINDING(PORT MAC), DIAG_BINDING_INCOMPLETE},
	{BINDING(PORT MAC "<filterref filter=''/>"), DIAG_BINDING_INCOMPLETE},
	{BINDING(PORT REF), DIAG_BINDING_MAC},
	{BINDING(PORT REF "<mac address='52:54:00:12:34'/>"), DIAG_BINDING_MAC},
	{BINDING("<portdev name='a b'/>" MAC REF), DIAG_TAP_NAME},
	{BINDING("<portdev name='0123456789abcdef'/>" MAC REF), DIAG_TAP_NAME},
	{BINDING("<portdev name='..'/>" MAC REF), DIAG_TAP_NAME},
	{BINDING(PORT PORT MAC REF), DIAG_UNKNOWN_ELEMENT},
	{BINDING("<owner/><owner/>" PORT MAC REF), DIAG_UNKNOWN_ELEMENT},
	{BINDING(PORT MAC REF "<ip/>"), DIAG_UNKNOWN_ELEMENT},
	{"<filterbinding>" PORT MAC REF, DIAG_XML_MALFORMED},
};

START_TEST(refused_bindings)
{
	struct text t;

	text_init(&t, MODE_DEFAULT, str_of(bad_bindings[_i].text));
	ck_assert_ptr_null(parse_binding(&t.compile, t.source));
	ck_assert_uint_eq(t.compile.diag.diag.n, 1);
	ck_assert_uint_eq(text_count(&t, bad_bindings[_i].id), 1);
	text_release(&t);
}
END_TEST

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))

Suite *binding_suite(void)
{
	Suite *s = suite_create("binding");
	TCase *tc = tcase_create("binding");

	tcase_add_test(tc, parameters);
	tcase_add_test(tc, bindings);
	tcase_add_loop_test(tc, refused_bindings, 0, ROWS(bad_bindings));
	suite_add_tcase(s, tc);
	return s;
}
