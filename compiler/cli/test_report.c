/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/reason.h"
#include "compiler/cli/test_run.h"
#include "compiler/xml_put.h"

static bool failed(const struct case_result *r)
{
	return !r->passed || (r->sent && !r->agrees);
}

static size_t count_failed(const struct test_run *run)
{
	size_t n = 0;

	for (size_t i = 0; i < run->result.n; i++)
		n += failed(&run->result.at[i]);
	return n;
}

void test_report_text(const struct test_run *run, struct buf *out)
{
	size_t n = count_failed(run);

	buf_printf(out, "%zu passed, %zu failed", run->result.n - n, n);
	if (run->o->kernel)
		buf_printf(out, ", %zu also through the kernel", run->nsent);
	buf_putc(out, '\n');
	if (run->o->coverage)
		coverage_text(&run->coverage, out);
}

static void put_case_json(const struct case_result *r, struct buf *out)
{
	struct span flow = r->one->flow;
	struct position at = span_position(flow);

	buf_puts(out, "{\"file\": ");
	diag_put_json(out, flow.source->name);
	buf_printf(out, ", \"line\": %u, \"column\": %u, \"tap\": ", at.line, at.column);
	diag_put_json(out, r->tap);
	buf_puts(out, ", \"flow\": ");
	diag_put_json(out, span_text(flow));
	buf_puts(out, ", \"expected\": ");
	diag_put_json(out, span_text(r->one->expected.span));
	buf_puts(out, ", \"found\": ");
	diag_put_json(out, r->found);
	buf_printf(out, ", \"verdict\": \"%s\", \"passed\": %s", verdict_word(r->verdict),
		   failed(r) ? "false" : "true");
	if (r->sent)
		buf_printf(out, ", \"kernel_agrees\": %s", r->agrees ? "true" : "false");
	buf_putc(out, '}');
}

void test_report_json(const struct test_run *run, struct buf *out)
{
	size_t n = count_failed(run);

	buf_puts(out, "{\n  \"format_version\": \"1.0\",\n  \"cases\": [");
	for (size_t i = 0; i < run->result.n; i++) {
		buf_puts(out, i ? ",\n   " : "\n   ");
		put_case_json(&run->result.at[i], out);
	}
	buf_printf(out, "],\n  \"passed\": %zu, \"failed\": %zu", run->result.n - n, n);
	if (run->o->coverage) {
		buf_puts(out, ",\n  \"coverage\": ");
		coverage_json(&run->coverage, out);
	}
	buf_puts(out, "\n}\n");
}

/* XML has no way to say most control characters, so they are shown as in a diagnostic */
static void put_attribute(struct buf *out, const char *name, struct str text)
{
	struct buf clean;

	buf_init(&clean);
	diag_put_clean(&clean, text);
	xml_put_attribute(out, name, buf_str(&clean));
	buf_release(&clean);
}

static void put_case_junit(const struct case_result *r, struct buf *out)
{
	struct span flow = r->one->flow;

	buf_puts(out, "    <testcase");
	put_attribute(out, "name", span_text(r->one->span));
	put_attribute(out, "classname", flow.source->name);
	put_attribute(out, "file", flow.source->name);
	buf_printf(out, " line='%u' time='0'", span_position(flow).line);
	if (!failed(r)) {
		buf_puts(out, "/>\n");
		return;
	}
	buf_puts(out, ">\n      <failure type='case'");
	put_attribute(out, "message", r->message);
	buf_puts(out, "/>\n    </testcase>\n");
}

/* the results of a file are neighbours; how many there are, and failed */
static size_t file_end(const struct test_run *run, size_t first, size_t *ret_failed)
{
	const struct source *s = run->result.at[first].one->flow.source;
	size_t i = first;

	*ret_failed = 0;
	for (; i < run->result.n && run->result.at[i].one->flow.source == s; i++)
		*ret_failed += failed(&run->result.at[i]);
	return i;
}

void test_report_junit(const struct test_run *run, struct buf *out)
{
	size_t bad, end;

	buf_printf(
		out,
		"<?xml version='1.0' encoding='UTF-8'?>\n<testsuites tests='%zu' failures='%zu'>\n",
		run->result.n, count_failed(run));
	for (size_t i = 0; i < run->result.n; i = end) {
		end = file_end(run, i, &bad);
		buf_puts(out, "  <testsuite");
		put_attribute(out, "name", run->result.at[i].one->flow.source->name);
		buf_printf(out, " tests='%zu' failures='%zu' errors='0'>\n", end - i, bad);
		for (size_t k = i; k < end; k++)
			put_case_junit(&run->result.at[k], out);
		buf_puts(out, "  </testsuite>\n");
	}
	buf_puts(out, "</testsuites>\n");
}
