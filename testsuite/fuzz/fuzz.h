/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_FUZZ_H
#define NWFC_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* libFuzzer's entry point; replay.c calls it too, with files */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
