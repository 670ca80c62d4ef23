/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/binding.h"

#define TAP_NAME_MAX 15 /* IFNAMSIZ without the NUL */
#define TAP_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"

bool tap_name_ok(struct str name)
{
	return name.len && name.len <= TAP_NAME_MAX && str_only(name, TAP_CHARS) &&
	       !str_is(name, ".") && !str_is(name, "..");
}

const char *attach_word(enum attach attach)
{
	return attach == ATTACH_NETDEV ? "netdev" : "bridge";
}

enum attach attach_find(struct str text)
{
	for (enum attach a = ATTACH_BRIDGE; a <= ATTACH_NETDEV; a++)
		if (str_is(text, attach_word(a)))
			return a;
	return ATTACH_UNSAID;
}
