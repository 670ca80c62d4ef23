/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_EMIT_JSON_STMT_H
#define NWFC_EMIT_JSON_STMT_H

#include <jansson.h>

#include "ir/ruleset.h"

/* New references, as libnftables-json(5) spells them; NULL for lack of memory. */
json_t *json_stmt(const struct stmt *s);

/* not of VERDICT_NONE */
json_t *json_verdict(struct arm arm);
/* the keys of a STMT_CONCAT, and for each of its tuples what an arm says */
json_t *json_verdict_map(const struct stmt *s, const struct arm *arm);
json_t *json_key(struct key key);
/* a constant of the key */
json_t *json_value(struct key key, const unsigned char *value);
/* an element of a set from its nft text: "10.0.0.0/8 . 6 . 80" */
json_t *json_element(struct str text);

#endif
