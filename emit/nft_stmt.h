/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_EMIT_NFT_STMT_H
#define NWFC_EMIT_NFT_STMT_H

#include "ir/base/buf.h"
#include "ir/ruleset.h"

/* one statement as nft text, with a blank before it */
void nft_stmt(struct buf *out, const struct stmt *s);

/* "accept", "jump NAME"; not of VERDICT_NONE */
void nft_verdict(struct buf *out, struct arm arm);
/* the keys of a STMT_CONCAT, and for each of its tuples what an arm says */
void nft_verdict_map(struct buf *out, const struct stmt *s, const struct arm *arm);

#endif
