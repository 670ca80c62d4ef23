/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "words.h"

#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bytes.h"

struct reader {
	const char *at;
	words_variable *variable;
	char *error;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_end(char c)
{
	return !c || c == '\n' || is_blank(c);
}

static void add_word(struct words *w, const char *text, size_t len)
{
	char *word = strndup(len ? text : "", len);
	char **at = realloc(w->at, (w->n + 2) * sizeof(*at));

	if (!word || !at)
		err(2, "memory");
	w->at = at;
	w->at[w->n++] = word;
	w->at[w->n] = NULL;
}

/* at a '$': passes over the name; NULL and an error if it has no value */
static const char *read_variable(struct reader *r)
{
	const char *name = ++r->at;
	const char *value;
	char *copy;

	while (isalnum((unsigned char)*r->at) || *r->at == '_')
		r->at++;
	copy = strndup(name, (size_t)(r->at - name));
	if (!copy)
		err(2, "memory");
	value = *copy ? r->variable(copy) : NULL;
	if (!value && asprintf(&r->error, "the variable \"$%s\" is not set", copy) < 0)
		err(2, "memory");
	free(copy);
	return value;
}

static void read_quoted(struct reader *r, struct bytes *word)
{
	const char *value;

	for (r->at++; *r->at && *r->at != '\n' && *r->at != '"';) {
		if (*r->at != '$') {
			bytes_put8(word, (uint8_t)*r->at++);
			continue;
		}
		value = read_variable(r);
		if (!value)
			return;
		bytes_put(word, value, strlen(value));
	}
	if (*r->at == '"')
		r->at++;
	else if (asprintf(&r->error, "a quoted word does not end on this line") < 0)
		err(2, "memory");
}

static void split_value(struct words *w, const char *value)
{
	while (*value) {
		size_t len = strcspn(value, " \t\n");

		if (len)
			add_word(w, value, len);
		value += len;
		value += strspn(value, " \t\n");
	}
}

static void read_word(struct reader *r, struct words *w)
{
	const char *start = r->at;
	struct bytes word = {0};

	while (!r->error && !is_end(*r->at)) {
		const char *value;

		if (*r->at == '"') {
			read_quoted(r, &word);
		} else if (*r->at == '$') {
			bool whole = r->at == start;

			value = read_variable(r);
			if (value && whole && is_end(*r->at)) {
				split_value(w, value);
				return;
			}
			if (value)
				bytes_put(&word, value, strlen(value));
		} else {
			bytes_put8(&word, (uint8_t)*r->at++);
		}
	}
	add_word(w, (const char *)word.at, word.len);
	bytes_release(&word);
}

bool words_split(struct words *w, const char *line, words_variable *variable, char **ret_error)
{
	struct reader r = {line, variable, NULL};

	*w = (struct words){0};
	while (!r.error) {
		while (is_blank(*r.at))
			r.at++;
		if (!*r.at || *r.at == '\n' || *r.at == '#')
			return true;
		read_word(&r, w);
	}
	*ret_error = r.error;
	return false;
}

void words_release(struct words *w)
{
	for (unsigned i = 0; i < w->n; i++)
		free(w->at[i]);
	free(w->at);
	*w = (struct words){0};
}
