/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ir/proto.h"

static const struct proto protos[] = {
#define PROTO(id, ...) [PROTO_##id] = {__VA_ARGS__},
#include "ir/proto.def"
#undef PROTO
};

const struct proto *proto(enum proto_id id)
{
	return &protos[id];
}

enum proto_id proto_id(const struct proto *p)
{
	return (enum proto_id)(p - protos);
}

const struct proto *proto_find(struct str xml)
{
	for (int i = PROTO_ANY + 1; i < PROTO_MAX; i++)
		if (str_is(xml, protos[i].xml))
			return &protos[i];
	return NULL;
}

enum field_id proto_field(const struct proto *p, struct str xml)
{
	for (const enum field_id *f = p->fields; *f; f++)
		if (str_is(xml, field(*f)->xml))
			return *f;
	return FIELD_NONE;
}

bool proto_has(const struct proto *p, enum field_id id)
{
	for (const enum field_id *f = p->fields; *f; f++)
		if (*f == id)
			return true;
	return false;
}
