/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/host.h"
#include "ir/base/buf.h"
#include "ir/hash.h"

/* where a rule is written is behind the last "  <" of its line */
static struct str without_origin(struct str line)
{
	for (size_t i = line.len; i > 2; i--)
		if (!memcmp(line.ptr + i - 3, "  <", 3))
			return (struct str){line.ptr, i - 3};
	return line;
}

struct str host_hash(struct host *h, struct binding *binding)
{
	unsigned char digest[HASH_BYTES];
	struct str text, hex = STR("-");
	struct hash hash;
	struct buf dump;

	buf_init(&dump);
	if (!binding || !job_compile(h->job, binding, (struct str){0}, STAGE_ORDER, &dump)) {
		buf_release(&dump);
		return hex;
	}
	hash_init(&hash);
	for (text = buf_str(&dump); text.len;) {
		struct str line = without_origin(str_cut(&text, '\n'));

		hash_update(&hash, line.ptr, line.len);
		hash_update(&hash, "\n", 1);
	}
	hash_final(&hash, digest);
	dump.len = 0;
	for (size_t i = 0; i < sizeof(digest); i++)
		buf_puthex(&dump, digest[i], 2);
	hex = str_dup(h->store.arena, buf_str(&dump));
	buf_release(&dump);
	return hex;
}
