/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "compiler/value.h"
#include "ir/base/buf.h"
#include "testsuite/fuzz/fuzz.h"
#include "testsuite/fuzz/fuzz_job.h"

/* what a type prints is a value of the type again, and the same one */
static void round_trip(const struct field *f, const struct proto *p, struct str bytes)
{
	struct value first, second;
	struct buf text;

	if (type_parse(f, p, bytes, &first) >= PARSE_RANGE)
		return;
	if (f->type == TYPE_STATE && first.b[0] & STATE_NONE)
		return;
	buf_init(&text);
	type_print(f, p, &first, &text);
	if (type_parse(f, p, buf_str(&text), &second) >= PARSE_RANGE ||
	    value_compare(&first, &second))
		abort();
	buf_release(&text);
}

static void parse_value(struct job *job, struct str bytes)
{
	struct source *source = compile_text(&job->compile, STR("value"), bytes);
	struct operand o = {.text = source->bytes, .span = {source, 0, (uint32_t)bytes.len}};

	diag_reach(&job->compile.diag, source);
	value_parse(&job->compile, &o);
	for (int i = PROTO_MAC; i < PROTO_MAX; i++)
		for (const enum field_id *f = proto((enum proto_id)i)->fields; *f; f++)
			round_trip(field(*f), proto((enum proto_id)i), bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size <= 4096)
		fuzz_modes(data, size, parse_value);
	return 0;
}
