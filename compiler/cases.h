/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_COMPILER_CASES_H
#define NWFC_COMPILER_CASES_H

#include "compiler/compile.h"
#include "compiler/flow.h"
#include "ir/ruleset.h"

/*
 * A file of tests for filters: lines of headers, which say what is bound, and
 * cases, which say what becomes of a frame.
 *
 *     filter ../no-smtp.xml
 *     IP = 192.0.2.7
 *
 *     out tcp $IP:4000 > 192.0.2.1:25 : drop by no-smtp.xml:7
 *     out tcp $IP:4000 > 192.0.2.1:80 : accept
 *
 * A header after a case begins another binding, from nothing.  Reading a file of
 * cases opens no other file: what the headers name is left to the caller.
 */
struct expectation {
	enum verdict verdict; /* ACCEPT, DROP or REJECT */
	struct span span;     /* "drop by no-smtp.xml:7" */
	struct str by;        /* a file or a filter; empty: whoever did */
	unsigned line;        /* 0: any */
	bool nothing;         /* by nothing: no rule decided */
};

struct filter_case {
	struct span span; /* the line, without blanks and comment at its ends */
	struct span flow;
	struct expectation expected;
};

struct case_block {
	struct binding *binding;  /* what --tap and the rest would say */
	struct span binding_file; /* instead of it; no source: none */
	VEC(struct span) include;
	VEC(struct span) set;
	VEC(struct filter_case) cases;
};

struct case_file {
	const struct source *source;
	VEC(struct case_block) block;
};

/* false after diagnostics; what could be read is there in any case */
bool cases_parse(struct compile *c, const struct source *source, struct case_file *ret);

/* the bytes of a span */
static inline struct str span_text(struct span span)
{
	return (struct str){span.source->bytes.ptr + span.start, span.end - span.start};
}

/* is it "by" one of the rule's origins? */
bool expectation_names(const struct expectation *e, const struct nft_rule *rule);

#endif
