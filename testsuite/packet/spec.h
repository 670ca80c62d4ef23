/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_PACKET_SPEC_H
#define NWFC_PACKET_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The words that describe a frame: a protocol, then key=value words.  A builder
 * asks for the keys it knows, each with the value it has by default; keys that
 * nobody asked for are an error at the end, so a misspelt one cannot be lost.
 * The first error stays in `error`; getters then go on with the defaults.
 */
#define SPEC_KEYS_MAX 32

struct spec {
	const char *protocol;
	struct spec_key {
		const char *key;
		const char *value; /* NULL: a word without '=' */
		bool used;
	} key[SPEC_KEYS_MAX];
	unsigned n;
	char *error;
};

/* cuts the words at their first '='; keeps pointers into them */
void spec_init(struct spec *s, char **words, unsigned nwords);
/* false, with `error` set, when something was wrong or not asked for */
bool spec_finish(struct spec *s);
void spec_fail(struct spec *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

bool spec_has(const struct spec *s, const char *key);
const char *spec_text(struct spec *s, const char *key, const char *fallback);
uint32_t spec_number(struct spec *s, const char *key, uint32_t fallback, uint32_t max);
void spec_mac(struct spec *s, const char *key, const uint8_t *fallback, uint8_t *ret);
/* family 4 or 6: 4 or 16 bytes */
void spec_ip(struct spec *s, const char *key, unsigned family, const uint8_t *fallback,
	     uint8_t *ret);

/* a decimal number, or a hexadecimal one after 0x, that is the whole text */
bool number_parse(const char *text, uint32_t max, uint32_t *ret);
/* an even number of hexadecimal digits; false otherwise, or if `size` is too small */
bool hex_parse(const char *text, uint8_t *ret, size_t size, size_t *ret_len);

#endif
