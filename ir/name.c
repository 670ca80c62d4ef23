/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/name.h"

#include "ir/base/buf.h"
#include "ir/digest.h"

/* bytes of the filter's name that a program's name shows */
#define NAME_FILTER_MAX 40
/* what nft takes in all, and names of chains in filters have (semantics.md 3.1) */
#define NAME_BYTES_MAX 127
#define NAME_LABEL_MAX 12

/* what nft takes in an identifier, which must begin with a letter, '_' or '.' */
static void put_identifier(struct str name, struct buf *out)
{
	bool bare = name.len && ((name.ptr[0] >= '0' && name.ptr[0] <= '9') || name.ptr[0] == '-');

	/* no name of an interface holds a slash, so that this is nobody else's */
	buf_puts(out, bare ? "_/" : "");
	buf_put(out, name);
}

void tap_object_name(struct str tap, enum hook_id id, struct buf *out)
{
	put_identifier(tap, out);
	buf_putc(out, '.');
	buf_puts(out, hook(id)->name);
}

void entry_name(const struct entry *e, enum hook_id id, struct buf *out)
{
	switch (e->way) {
	case WAY_PRIVATE:
		tap_object_name(e->binding->tap, id, out);
		break;
	case WAY_SHARED:
		buf_put(out, e->group);
		buf_putc(out, '.');
		buf_puts(out, hook(id)->name);
		break;
	case WAY_DIRECT:
		buf_put(out, e->program[id]->name);
		break;
	}
}

/* what nft takes in an identifier; ':' of chain names becomes '/', which they never have */
static char name_char(char c)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    c == '-' || c == '_' || c == '.')
		return c;
	return c == ':' ? '/' : '_';
}

static struct str name_part(struct arena *a, struct str text, size_t max)
{
	size_t n = text.len < max ? text.len : max;
	char *part = arena_alloc(a, n + 1);

	for (size_t i = 0; i < n; i++)
		part[i] = name_char(text.ptr[i]);
	return (struct str){part, n};
}

/* the name of a filter as the beginning of a name for nft */
static struct str filter_part(struct arena *arena, struct str name, size_t max)
{
	struct str part = name_part(arena, name, max);
	bool letter = part.len && ((part.ptr[0] | 32) >= 'a' && (part.ptr[0] | 32) <= 'z');

	return letter ? part : str_printf(arena, "f%.*s", STR_ARG(part));
}

struct str program_name(struct ruleset *rs, const struct program *p, int digits)
{
	const char *at = hook(p->hook)->name;
	/* a chain of it shows the whole hash and its label, with dots between */
	size_t room = NAME_BYTES_MAX - strlen(at) - 2 * HASH_BYTES - NAME_LABEL_MAX - 3;
	size_t max = room < NAME_FILTER_MAX ? room : NAME_FILTER_MAX;

	return str_printf(rs->arena, "%.*s.%s.%.*s",
			  STR_ARG(filter_part(rs->arena, p->filter, max)), at, digits, p->hash.ptr);
}

struct str group_name(struct arena *arena, struct str filter, struct str signature)
{
	unsigned char digest[HASH_BYTES];
	struct hash h;
	struct buf name;
	struct str copy;

	hash_init(&h);
	/* the whole name: what names for nft show of it need not be its own */
	digest_str(&h, filter);
	digest_str(&h, signature);
	hash_final(&h, digest);
	buf_init(&name);
	buf_put(&name, filter_part(arena, filter, NAME_FILTER_MAX));
	buf_putc(&name, '/');
	for (unsigned i = 0; i < NAME_DIGITS / 2; i++)
		buf_puthex(&name, digest[i], 2);
	copy = str_dup(arena, buf_str(&name));
	buf_release(&name);
	return copy;
}

void name_chains(struct ruleset *rs, struct program *p)
{
	for (size_t i = 0; i < p->chain.n; i++) {
		struct nft_chain *chain = p->chain.at[i];
		struct str label = name_part(rs->arena, chain->label, chain->label.len);

		chain->name =
			i ? str_printf(rs->arena, "%.*s.%.*s", STR_ARG(p->name), STR_ARG(label))
			  : p->name;
	}
}

struct str group_of_chain(struct str chain, enum hook_id id)
{
	struct str ending = str_of(hook(id)->name);
	struct str group = {chain.ptr, chain.len - ending.len - 1};

	/* a slash is in no name of an interface, but in front of one that needs a letter */
	if (chain.len <= ending.len + 1 || !str_ends(chain, ending) ||
	    chain.ptr[group.len] != '.' || !memchr(group.ptr, '/', group.len) ||
	    str_starts(chain, STR("_/")))
		return (struct str){0};
	return group;
}
