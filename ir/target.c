/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/target.h"

#include "ir/base/buf.h"

static const struct {
	const char *name;
	struct target target;
} targets[] = {
	{"bridge-ct", {STATE_BRIDGE_CT, true, TARGET_MARK}},
	{"mark-ct", {STATE_MARK_CT, false, TARGET_MARK}},
};

#define NTARGET (sizeof(targets) / sizeof(targets[0]))

struct target target_default(void)
{
	return targets[0].target;
}

/* MARK_BITS consecutive bits */
static bool parse_mark(struct str text, uint32_t *ret)
{
	uint64_t mask;

	if (!str_starts(text, STR("0x")) ||
	    !str_to_u64((struct str){text.ptr + 2, text.len - 2}, 16, UINT32_MAX, &mask) || !mask)
		return false;
	if (mask / (mask & -mask) != (1u << MARK_BITS) - 1)
		return false;
	*ret = (uint32_t)mask;
	return true;
}

bool target_parse(struct str text, struct target *ret)
{
	size_t whole = text.len;
	struct str name = str_cut(&text, ',');
	bool more = name.len != whole;
	struct target t;
	size_t i = 0;

	while (i < NTARGET && !str_is(name, targets[i].name))
		i++;
	if (i == NTARGET)
		return false;
	t = targets[i].target;
	while (more) {
		size_t before = text.len;
		struct str word = str_cut(&text, ',');

		more = word.len != before;
		if (str_is(word, "reject"))
			t.reject = true;
		else if (str_is(word, "no-reject"))
			t.reject = false;
		else if (!str_starts(word, STR("mark=")) ||
			 !parse_mark((struct str){word.ptr + 5, word.len - 5}, &t.mark))
			return false;
	}
	*ret = t;
	return true;
}

void target_print(const struct target *target, struct buf *out)
{
	buf_puts(out, targets[target->state == STATE_MARK_CT].name);
	buf_puts(out, target->reject ? ",reject" : ",no-reject");
	if (target->mark != TARGET_MARK)
		buf_printf(out, ",mark=0x%08x", target->mark);
}

uint32_t target_mark_bit(const struct target *target, enum mark_bit bit)
{
	return (target->mark & -target->mark) << bit;
}
