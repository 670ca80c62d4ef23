/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>

#include "compiler/cli/file.h"
#include "compiler/cli/options.h"
#include "compiler/cli/verbs.h"
#include "emit/emit.h"

int verb_fields(const struct options *o)
{
	struct buf out;

	if (o->operand.n)
		return usage_error("'fields' takes no operand");
	buf_init(&out);
	if (o->table)
		emit_fields_table(&out);
	else
		emit_fields_page(&out);
	file_put(&out, stdout);
	buf_release(&out);
	return EXIT_FINE;
}
