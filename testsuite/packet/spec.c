/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "spec.h"

#include <arpa/inet.h>
#include <err.h>
#include <netinet/ether.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void spec_init(struct spec *s, char **words, unsigned nwords)
{
	*s = (struct spec){.protocol = words[0]};
	for (unsigned i = 1; i < nwords; i++) {
		char *equals = strchr(words[i], '=');

		if (s->n == SPEC_KEYS_MAX) {
			spec_fail(s, "more than %d keys", SPEC_KEYS_MAX);
			return;
		}
		if (equals)
			*equals = '\0';
		s->key[s->n++] = (struct spec_key){words[i], equals ? equals + 1 : NULL, false};
	}
}

void spec_fail(struct spec *s, const char *format, ...)
{
	va_list args;

	if (s->error)
		return;
	va_start(args, format);
	if (vasprintf(&s->error, format, args) < 0)
		err(2, "memory");
	va_end(args);
}

bool spec_finish(struct spec *s)
{
	for (unsigned i = 0; i < s->n; i++)
		if (!s->key[i].used)
			spec_fail(s, "%s has no key \"%s\", or not twice", s->protocol,
				  s->key[i].key);
	return !s->error;
}

bool spec_has(const struct spec *s, const char *key)
{
	for (unsigned i = 0; i < s->n; i++)
		if (!strcmp(s->key[i].key, key))
			return true;
	return false;
}

const char *spec_text(struct spec *s, const char *key, const char *fallback)
{
	for (unsigned i = 0; i < s->n; i++) {
		struct spec_key *k = &s->key[i];

		if (strcmp(k->key, key))
			continue;
		k->used = true;
		if (k->value)
			return k->value;
		spec_fail(s, "%s needs a value: %s=...", key, key);
		break;
	}
	return fallback;
}

uint32_t spec_number(struct spec *s, const char *key, uint32_t fallback, uint32_t max)
{
	const char *text = spec_text(s, key, NULL);
	uint32_t value = fallback;

	if (text && !number_parse(text, max, &value))
		spec_fail(s, "%s: expected a number from 0 to %u, found \"%s\"", key, max, text);
	return value;
}

void spec_mac(struct spec *s, const char *key, const uint8_t *fallback, uint8_t *ret)
{
	const char *text = spec_text(s, key, NULL);
	struct ether_addr mac;

	if (text && !ether_aton_r(text, &mac))
		spec_fail(s, "%s: expected a MAC address, found \"%s\"", key, text);
	else if (text)
		fallback = mac.ether_addr_octet;
	memmove(ret, fallback, 6);
}

void spec_ip(struct spec *s, const char *key, unsigned family, const uint8_t *fallback,
	     uint8_t *ret)
{
	const char *text = spec_text(s, key, NULL);
	struct in6_addr address;

	if (text && inet_pton(family == 4 ? AF_INET : AF_INET6, text, &address) != 1)
		spec_fail(s, "%s: expected an IPv%u address, found \"%s\"", key, family, text);
	else if (text)
		fallback = (const uint8_t *)&address;
	memmove(ret, fallback, family == 4 ? 4 : 16);
}

static int digit_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);

	return c && at ? (int)(at - digits) : -1;
}

bool number_parse(const char *text, uint32_t max, uint32_t *ret)
{
	bool hex = text[0] == '0' && text[1] == 'x';
	uint64_t value = 0;
	int base = hex ? 16 : 10;

	text += hex ? 2 : 0;
	if (!*text)
		return false;
	for (; *text; text++) {
		int digit = digit_value(*text);

		if (digit < 0 || digit >= base)
			return false;
		value = value * (uint64_t)base + (uint64_t)digit;
		if (value > max)
			return false;
	}
	*ret = (uint32_t)value;
	return true;
}

bool hex_parse(const char *text, uint8_t *ret, size_t size, size_t *ret_len)
{
	size_t n = 0;

	for (; text[0]; text += 2, n++) {
		int high = digit_value(text[0]);
		int low = digit_value(text[1]);

		if (high < 0 || low < 0 || n == size)
			return false;
		ret[n] = (uint8_t)(high << 4 | low);
	}
	*ret_len = n;
	return true;
}
