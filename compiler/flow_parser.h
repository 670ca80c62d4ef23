/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_FLOW_PARSER_H
#define NWFC_COMPILER_FLOW_PARSER_H

#include "compiler/flow.h"
#include "compiler/flow_token.h"
#include "compiler/flow_words.h"

/* What the parts of the parser of flows share; each returns false after a diagnostic. */
struct flow_parser {
	struct tokens tokens;
	struct flow_spec spec;
	struct flow *flow;
	struct span state_span; /* of the state's word, if there is one */
	unsigned state;
};

/* words that exclude each other; returns false */
bool flow_conflict(struct flow_parser *p, struct span span, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* flow_operand.c: what stands behind a word */
bool flow_mac(struct flow_parser *p, unsigned char *ret);
bool flow_address(struct flow_parser *p, struct value *ret, bool *ret_given, uint16_t *ret_port);
bool flow_hex(struct flow_parser *p);
bool flow_flags(struct flow_parser *p, uint32_t *ret);

/* flow_complete.c: what the words leave out, and then the bytes */
bool flow_complete(struct flow_parser *p);
void flow_build(struct flow_parser *p);

#endif
