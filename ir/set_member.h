/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_IR_SET_MEMBER_H
#define NWFC_IR_SET_MEMBER_H

#include "ir/ruleset.h"

/*
 * Does an element that the set was given hold the values, one for each of its
 * keys?  What its owner puts in later nobody knows here.
 */
bool set_holds(const struct nft_set *set, const struct value *v);

#endif
