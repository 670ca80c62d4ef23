/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs one fuzz target over files, without a fuzzer: the corpus and every input
 * that once crashed.  The entry point aborts by itself if a property fails.
 */
#include <stdio.h>
#include <stdlib.h>

#include "testsuite/fuzz/fuzz.h"

static int replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	unsigned char *bytes = malloc(2 << 20);
	size_t n;

	if (!f || !bytes) {
		perror(path);
		exit(99);
	}
	n = fread(bytes, 1, 2 << 20, f);
	fclose(f);
	/* an exact copy, so that a read past the end is seen */
	bytes = realloc(bytes, n ? n : 1);
	LLVMFuzzerTestOneInput(bytes, n);
	free(bytes);
	return 1;
}

int main(int argc, char **argv)
{
	int n = 0;

	for (int i = 1; i < argc; i++)
		n += replay(argv[i]);
	printf("%d passed, 0 failed\n", n);
	return n ? 0 : 1;
}
