/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/rule.h"

const struct bound_match *rule_match(const struct rule *r, enum field_id field)
{
	for (size_t i = 0; i < r->match.n; i++)
		if (r->match.at[i].field == field)
			return &r->match.at[i];
	return NULL;
}
