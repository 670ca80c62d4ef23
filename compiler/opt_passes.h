/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_OPT_PASSES_H
#define NWFC_OPT_PASSES_H

#include "compiler/opt.h"

/* the passes, in their order; each may leave work for the others */
typedef void opt_fn(struct arena *arena, struct program *p);

opt_fn opt_contradictions;
opt_fn opt_shadowed;
opt_fn opt_trailing;
opt_fn opt_merge;
opt_fn opt_chains;
opt_fn opt_thread;

/* last of all: no other pass knows VERDICT_MAP; returns how many rules fewer there are */
size_t opt_tables(struct arena *arena, struct program *p);

/* may the test be one on more values, with all else that the rule has as it is? */
bool test_merges(const struct nft_rule *r, unsigned at);
/* does every frame that enters the chain meet a verdict in it? */
bool chain_decides(const struct nft_chain *chain);
/* does the rule end the run for every frame that passes its tests? */
bool rule_decides(const struct nft_rule *r);
/* rules that lead to the chain, by jump or goto */
size_t program_count_jumps(const struct program *p, const struct nft_chain *to);
/* the first of them, or NULL */
const struct nft_rule *program_jump_to(const struct program *p, const struct nft_chain *to);
/* then tests before and behind may differ */
bool program_changes_tests(const struct program *p);
/* takes out chains that nothing leads to */
void program_drop_unused(struct program *p);
/* `of` is lost, `to` does its work: it comes from there too */
void origin_add(struct arena *arena, struct nft_rule *to, const struct nft_rule *of);

#endif
