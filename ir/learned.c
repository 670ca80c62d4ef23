/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/learned.h"

/* an answer to a request comes within this, or the client asks again */
#define TRANSACTION_SECONDS 60

static const struct {
	const char *word;
	struct key key;
	unsigned timeout;
} rows[LEARNED_WHAT_MAX] = {
	[LEARNED_IPV4] = {"ipv4", NAMED_KEY(IP_SADDR), LEARNED_FOR_GOOD},
	[LEARNED_IPV6] = {"ipv6", NAMED_KEY(IP6_SADDR), LEARNED_FOR_GOOD},
	[LEARNED_TAP] = {"tap", NAMED_KEY(IIFNAME), LEARNED_FOR_GOOD},
	/* xid: 4 bytes into the message, 12 into the datagram (RFC 2131 2) */
	[LEARNED_TRANSACTION] = {"xid", {KEY_RAW_TRANSPORT, 96, 32}, TRANSACTION_SECONDS},
};

static const char *const modes[] = {
	[LEARN_ANY] = "any",
	[LEARN_DHCP] = "dhcp",
	[LEARN_NONE] = "none",
};

const char *learn_mode_word(enum learn_mode mode)
{
	return modes[mode];
}

enum learn_mode learn_mode_find(struct str word)
{
	int mode = 0;

	while (mode < LEARN_MODE_MAX && !str_same_letters(word, str_of(modes[mode])))
		mode++;
	return (enum learn_mode)mode;
}

struct nft_set learned_set(struct arena *arena, enum learned_what what, enum learn_mode mode,
			   unsigned size, struct str tap)
{
	struct nft_set set = {
		.kind = SET_LEARNED, .nkey = 1, .size = size, .timeout = rows[what].timeout};

	set.key[0] = rows[what].key;
	set.name = str_printf(arena, LEARNED_PREFIX "%s.%s.%u/%.*s", rows[what].word, modes[mode],
			      size, STR_ARG(tap));
	return set;
}

bool learned_name_parse(struct str name, struct learned_name *ret)
{
	struct str words, word;
	uint64_t size;

	*ret = (struct learned_name){.tap = name};
	if (!str_starts(name, STR(LEARNED_PREFIX)))
		return false;
	words = str_cut(&ret->tap, '/');
	str_cut(&words, '.');
	word = str_cut(&words, '.');
	while (ret->what < LEARNED_WHAT_MAX && !str_is(word, rows[ret->what].word))
		ret->what++;
	ret->mode = learn_mode_find(str_cut(&words, '.'));
	if (ret->what == LEARNED_WHAT_MAX || ret->mode >= LEARN_NONE || !ret->tap.len ||
	    !str_to_u64(words, 10, UINT32_MAX, &size) || !size)
		return false;
	ret->size = (unsigned)size;
	return true;
}
