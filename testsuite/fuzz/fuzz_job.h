/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_FUZZ_JOB_H
#define NWFC_FUZZ_JOB_H

#include "compiler/driver.h"

/* run(job, bytes) inside a fresh job of each mode; then the diagnostics are rendered and checked */
void fuzz_modes(const uint8_t *data, size_t size, void (*run)(struct job *job, struct str bytes));

#endif
