/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_EMIT_NFT_STMT_H
#define NWFC_EMIT_NFT_STMT_H

#include "ir/base/buf.h"
#include "ir/ruleset.h"

/* one statement as nft text, with a blank before it */
void nft_stmt(struct buf *out, const struct stmt *s);

#endif
