/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "compiler/canonical.h"
#include "compiler/layout.h"
#include "compiler/parse.h"
#include "compiler/parse_domain.h"
#include "ir/base/buf.h"
#include "testsuite/fuzz/fuzz.h"
#include "testsuite/fuzz/fuzz_job.h"

static struct str canonical(struct compile *c, const struct filter *f)
{
	struct buf out;
	struct str text;

	buf_init(&out);
	canonical_filter(f, &out);
	text = str_dup(c->arena, buf_str(&out));
	buf_release(&out);
	return text;
}

/* the canonical form of a filter is one of the same filter; of a large one it may not fit a file */
static void check_canonical(struct compile *c, const struct filter *f)
{
	struct str text = canonical(c, f);
	struct filter *again;

	if (text.len > FILE_LIMIT)
		return;
	again = parse_filter(c, compile_text(c, STR("canonical"), text));
	if (!again || again->broken || !str_eq(text, canonical(c, again)))
		abort();
}

/* laid out anew, a document is one still, and the same the second time; empty if it is none */
static struct str laid_out(struct compile *c, const struct source *source)
{
	struct str text = {0};
	struct buf out;

	buf_init(&out);
	if (layout(c, source, &out))
		text = str_dup(c->arena, buf_str(&out));
	buf_release(&out);
	return text;
}

static void check_layout(struct compile *c, const struct source *source, const struct filter *f)
{
	struct str text = laid_out(c, source);
	struct filter *again;
	struct source *new;

	if (!text.len || text.len > FILE_LIMIT)
		return;
	new = compile_text(c, STR("layout"), text);
	if (!str_eq(laid_out(c, new), text))
		abort();
	if (!f || f->broken)
		return;
	again = parse_filter(c, new);
	if (!again || again->broken || !str_eq(canonical(c, again), canonical(c, f)))
		abort();
}

static void parse_all(struct job *job, struct str bytes)
{
	struct compile *c = &job->compile;
	struct source *source = compile_text(c, STR("fuzz.xml"), bytes);
	const struct filter *f;

	diag_reach(&c->diag, source);
	f = parse_filter(c, source);
	if (f && !f->broken)
		check_canonical(c, f);
	check_layout(c, source, f);
	parse_binding(c, source);
	parse_domain(c, source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size <= FILE_LIMIT)
		fuzz_modes(data, size, parse_all);
	return 0;
}
