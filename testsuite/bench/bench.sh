#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Prints what compile and apply cost: whole processes, medians of several runs,
# memory as the kernel counts it, and apply beside a bare `nft -f` of the same
# text.  Needs root (network namespaces) for the second part.
set -eu
cd "$(dirname "$0")/../.."
exec python3 testsuite/bench/bench.py "$@"
