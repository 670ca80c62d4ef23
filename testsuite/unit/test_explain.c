/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "testsuite/unit/suites.h"
#include "testsuite/unit/trial.h"

/*
 * The examples of --explain that are documents: the bad one shows the code it
 * stands for, the good one does not, and is fine otherwise.  Those that begin
 * with a prompt are for the tests of the command line, and what lint alone finds
 * is not found here.
 */
static const char *document(const char *example)
{
	static const char *const starts[] = {"  <filter ", "  <Filter ", "  <?xml ",
					     "  <!DOCTYPE "};

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (str_starts(str_of(example), str_of(starts[i])))
			return example + 2;
	return NULL;
}

/* what the examples refer to */
static void add_library(struct trial *t)
{
	static const char *const filters[] = {
		"<filter name='allow-arp' chain='arp'>"
		"<rule action='accept' direction='inout'/></filter>",
		"<filter name='allow-ipv4' chain='ipv4'>"
		"<rule action='accept' direction='inout'/></filter>",
		"<filter name='allow-incoming-ipv4' chain='ipv4'>"
		"<rule action='accept' direction='in'/></filter>",
		"<filter name='clean-traffic'><rule action='drop' direction='inout'/></filter>",
		"<filter name='no-ip-spoofing' chain='ipv4-ip' priority='-710'>"
		"<rule action='drop' direction='out' priority='1000'/></filter>",
		"<filter name='no-mac-spoofing' chain='mac'>"
		"<rule action='drop' direction='out' priority='1000'/></filter>",
		"<filter name='no-other-l2-traffic'>"
		"<rule action='drop' direction='inout' priority='1000'/></filter>",
	};

	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		ck_assert_ptr_nonnull(trial_filter(t, filters[i]));
}

/* reads and compiles an example; how often the code is reported, how many errors there are */
static unsigned try_example(const char *text, enum diag_id id, unsigned *ret_errors)
{
	struct trial t;
	struct filter *f;
	unsigned n;

	trial_init(&t, MODE_DEFAULT, "bridge-ct");
	add_library(&t);
	trial_value(&t, "IP", "192.0.2.7");
	trial_value(&t, "DHCPSERVER", "192.0.2.1");
	f = trial_filter(&t, text);
	if (f)
		trial_dump(&t, f, STAGE_LOWER);
	n = trial_count(&t, id);
	*ret_errors = diag_count(&t.job->compile.diag, SEVERITY_ERROR);
	trial_release(&t);
	return n;
}

/* the numbers of codes that failed, for one message at the end */
struct failures {
	char text[1000];
	size_t len;
};

static void add_failure(struct failures *f, unsigned number)
{
	f->len += (size_t)snprintf(f->text + f->len, sizeof(f->text) - f->len, " NWF%u", number);
	ck_assert_uint_lt(f->len, sizeof(f->text));
}

START_TEST(bad_examples)
{
	struct failures f = {0};

	for (int id = 0; id < DIAG_MAX; id++) {
		const struct diag_code *code = diag_code((enum diag_id)id);
		const char *text = document(code->bad);
		unsigned errors;

		if (text && !try_example(text, (enum diag_id)id, &errors) == (code->by != BY_LINT))
			add_failure(&f, code->number);
	}
	ck_assert_msg(!f.len, "not shown by their examples:%s", f.text);
}
END_TEST

START_TEST(good_examples)
{
	struct failures f = {0};
	struct failures wrong = {0};

	for (int id = 0; id < DIAG_MAX; id++) {
		const struct diag_code *code = diag_code((enum diag_id)id);
		const char *text = document(code->good);
		unsigned errors;

		if (!text)
			continue;
		if (try_example(text, (enum diag_id)id, &errors))
			add_failure(&f, code->number);
		if (errors)
			add_failure(&wrong, code->number);
	}
	ck_assert_msg(!f.len, "shown by their good examples:%s", f.text);
	ck_assert_msg(!wrong.len, "good examples with errors:%s", wrong.text);
}
END_TEST

Suite *explain_suite(void)
{
	Suite *s = suite_create("explain");
	TCase *tc = tcase_create("explain");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, bad_examples);
	tcase_add_test(tc, good_examples);
	suite_add_tcase(s, tc);
	return s;
}
