/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/key.h"

static const struct key_info keys[] = {
#define KEY(id, text, where, bit_offset, bit_length, form)                                         \
	[KEY_##id] = {text, BASE_##where, bit_offset, bit_length, FORMAT_##form},
#include "ir/key.def"
#undef KEY
};

const struct key_info *key_info(struct key key)
{
	return &keys[key.id];
}

/* where the farthest read begins, in bits */
#define READ_OFFSET_MAX (255 * 8)

unsigned key_length(struct key key)
{
	return keys[key.id].length ? keys[key.id].length : key.length;
}

unsigned key_lead(struct key key)
{
	return !keys[key.id].length && key.offset > READ_OFFSET_MAX ? key.offset - READ_OFFSET_MAX
								    : 0;
}
