/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_TESTSUITE_SAMPLE_RULESET_H
#define NWFC_TESTSUITE_SAMPLE_RULESET_H

#include "compiler/opt.h"
#include "ir/ruleset.h"

/*
 * Small rulesets by hand, for tests of what comes after lowering.  Everything
 * lives in one arena; rules have origins in a made-up source.
 */
struct sample {
	struct arena *arena;
	struct source *source;
	struct filter *filter;
	struct ruleset *rs;
	VEC(struct binding *) binding;
};

void sample_init(struct sample *s, struct target target);
void sample_release(struct sample *s);
/* a second ruleset for the same bindings, as after a filter was redefined */
void sample_renew(struct sample *s, struct target target);

/* a program under construction, with its root chain */
struct program *sample_program(struct sample *s, enum hook_id id);
/* a rule that comes from the given line of the source */
struct nft_rule *sample_rule(struct sample *s, struct nft_chain *chain, unsigned line,
			     enum verdict verdict);
void sample_stmt(struct sample *s, struct nft_rule *rule, struct stmt stmt);
/* an entry for a tap, without programs; known taps keep their binding */
struct entry *sample_entry(struct sample *s, const char *tap);

/* root chain: `ether type T accept` at that line, then drop; named and added */
const struct program *sample_simple(struct sample *s, enum hook_id id, unsigned ethertype,
				    unsigned line);
/* the same with state: bridge-ct or mark, by the target */
const struct program *sample_stateful(struct sample *s, enum hook_id id);
/* a chain for each kind of statement and verdict; no raw sets if JSON must hold it */
const struct program *sample_everything(struct sample *s, bool raw_sets);

/* for a binding without parameters */
void sample_optimise(struct sample *s, struct opt *opt, struct program *p);

struct value sample_bytes(const char *hex);

#endif
