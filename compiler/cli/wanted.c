/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/cli/wanted.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "compiler/parse.h"
#include "compiler/parse_domain.h"
#include "ir/base/buf.h"

/* the command line as a source, one word a line, so that its parts have places */
struct words_source {
	struct compile *compile;
	struct source *source;
	struct span *parameter, *set, *operand;
	struct span tap, mac;
};

static struct span put_word_line(struct buf *text, const char *prefix, const char *word)
{
	struct span span;

	buf_puts(text, prefix);
	span = (struct span){NULL, (uint32_t)text->len, (uint32_t)(text->len + strlen(word))};
	buf_puts(text, word);
	buf_putc(text, '\n');
	return span;
}

static struct span *put_words(struct compile *c, struct buf *text, const char *prefix,
			      const struct words *words)
{
	struct span *spans = ARENA_ARRAY(c->arena, struct span, words->n);

	for (size_t i = 0; i < words->n; i++)
		spans[i] = put_word_line(text, prefix, words->at[i]);
	return spans;
}

static void set_source(const struct source *source, struct span *spans, size_t n)
{
	for (size_t i = 0; i < n; i++)
		spans[i].source = source;
}

static struct words_source command_line(struct compile *c, const struct options *o)
{
	struct words_source w = {.compile = c};
	struct buf text;

	buf_init(&text);
	w.parameter = put_words(c, &text, "-p ", &o->parameter);
	w.set = put_words(c, &text, "--set ", &o->set);
	w.tap = put_word_line(&text, "--tap ", o->tap ? o->tap : "");
	w.mac = put_word_line(&text, "--mac ", o->mac ? o->mac : "");
	w.operand = put_words(c, &text, "", &o->operand);
	w.source = compile_text(c, STR(COMMAND_LINE), str_dup(c->arena, buf_str(&text)));
	buf_release(&text);
	diag_reach(&c->diag, w.source);
	set_source(w.source, w.parameter, o->parameter.n);
	set_source(w.source, w.set, o->set.n);
	set_source(w.source, w.operand, o->operand.n);
	w.tap.source = w.mac.source = w.source;
	return w;
}

static bool add_parameter(const struct words_source *w, struct binding *b, struct span span)
{
	struct str value = {w->source->bytes.ptr + span.start, span.end - span.start};
	struct str name = str_cut(&value, '=');
	struct span name_span = {span.source, span.start, span.start + (uint32_t)name.len};
	struct span value_span = {span.source, name_span.end + 1, span.end};

	if (name_span.end == span.end) {
		struct diag *d =
			diag_report(&w->compile->diag, DIAG_PARAMETER_VALUE, span,
				    "a parameter is NAME=VALUE, found \"%.*s\"", STR_ARG(name));

		diag_help(&w->compile->diag, d, "write -p %.*s=VALUE", STR_ARG(name));
		return false;
	}
	return parameter_add(w->compile, &b->parameter, name, name_span, value, value_span);
}

/* the binding that --tap, --mac, -p and the operand describe */
static struct binding *binding_of_options(const struct words_source *w, const struct options *o)
{
	struct compile *c = w->compile;
	struct binding *b = ARENA_NEW(c->arena, struct binding);
	struct value mac;
	bool ok = true;

	b->tap = str_dup(c->arena, str_of(o->tap));
	b->tap_span = w->tap;
	b->span = w->mac;
	b->attach = o->attach;
	b->filter = intern(&c->names, str_of(o->operand.at[0]));
	b->filter_span = w->operand[0];
	if (!tap_name_ok(b->tap)) {
		struct diag *d = diag_report(&c->diag, DIAG_TAP_NAME, b->tap_span,
					     "\"%s\" is no name for an interface here", o->tap);

		diag_help(&c->diag, d, "use 1 to 15 letters, digits, dots, dashes and underscores");
		ok = false;
	}
	if (type_parse(field(FIELD_SRCMAC), NULL, str_of(o->mac), &mac) != PARSE_OK) {
		diag_report(&c->diag, DIAG_BINDING_MAC, b->span, "\"%s\" is not %s", o->mac,
			    type_expected(TYPE_MAC));
		ok = false;
	} else {
		memcpy(b->mac, mac.b, sizeof(b->mac));
	}
	for (size_t i = 0; i < o->parameter.n; i++)
		ok &= add_parameter(w, b, w->parameter[i]);
	return ok ? b : NULL;
}

static bool add_binding(struct compile *c, struct wanted *list, struct binding *b)
{
	struct binding *other;
	struct diag *d;

	if (!b)
		return false;
	other = table_get(&list->taps, b->tap);
	if (other) {
		d = diag_report(&c->diag, DIAG_BINDING_TWICE, b->tap_span,
				"interface \"%.*s\" is bound twice", STR_ARG(b->tap));
		diag_also(&c->diag, d, other->tap_span, "the first binding");
		return false;
	}
	table_put(&list->taps, c->arena, b->tap, b);
	*VEC_PUSH(c->arena, &list->binding) = b;
	return true;
}

static bool add_binding_file(struct compile *c, struct wanted *list, struct str path)
{
	struct source *source = compile_read(c, path);

	if (!source)
		return false;
	diag_reach(&c->diag, source);
	return add_binding(c, list, parse_binding(c, source));
}

bool session_is_file(const char *folder, const char *name)
{
	char *path;
	struct stat st;
	bool regular;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		return false;
	/* what cannot be looked at is for the reader to complain about */
	regular = stat(path, &st) || S_ISREG(st.st_mode);
	free(path);
	return regular;
}

static int is_xml(const struct dirent *e)
{
	return str_ends(str_of(e->d_name), STR(".xml")) && e->d_name[0] != '.';
}

static bool add_binding_folder(struct compile *c, struct wanted *list, const char *folder)
{
	struct dirent **names;
	int n = scandir(folder, &names, is_xml, alphasort);
	bool ok = n > 0;

	if (n < 0)
		diag_report(&c->diag, DIAG_FILE_UNREADABLE, (struct span){0},
			    "cannot read folder %s: %m", folder);
	if (!n)
		diag_report(&c->diag, DIAG_FILE_UNREADABLE, (struct span){0},
			    "folder %s has no binding (*.xml)", folder);
	for (int i = 0; i < n; i++) {
		if (session_is_file(folder, names[i]->d_name))
			ok &= add_binding_file(
				c, list, str_printf(c->arena, "%s/%s", folder, names[i]->d_name));
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return ok;
}

/* a filter operand is a path if it has a slash or ends in .xml */
static bool is_path(const char *word)
{
	return strchr(word, '/') || str_ends(str_of(word), STR(".xml")) || !strcmp(word, "-");
}

/* every interface of a virtual machine that has a filter */
bool wanted_domain(struct job *job, struct str path, struct wanted *ret)
{
	struct compile *c = &job->compile;
	struct source *source = compile_read(c, path);
	struct domain *domain;
	bool ok = true;

	if (!source)
		return false;
	diag_reach(&c->diag, source);
	domain = parse_domain(c, source);
	for (size_t i = 0; domain && i < domain->interface.n; i++)
		ok &= add_binding(c, ret, domain->interface.at[i].binding);
	return domain && ok;
}

static int read_options(struct job *job, const struct options *o, struct wanted *ret)
{
	struct compile *c = &job->compile;
	struct words_source w = command_line(c, o);
	bool ok = true;

	for (size_t i = 0; i < o->set.n; i++)
		ok &= sets_add(c, &job->sets, str_of(o->set.at[i]), w.set[i]);
	for (size_t i = 0; i < o->binding.n; i++)
		ok &= add_binding_file(c, ret, str_of(o->binding.at[i]));
	if (o->bindings)
		ok &= add_binding_folder(c, ret, o->bindings);
	if (o->domain)
		ok &= wanted_domain(job, str_of(o->domain), ret);
	for (size_t i = 0; i < o->operand.n && !o->tap; i++)
		ok &= add_binding_file(c, ret, str_of(o->operand.at[i]));
	if (o->tap) {
		ok &= add_binding(c, ret, binding_of_options(&w, o));
		if (is_path(o->operand.at[0]))
			ret->path = str_of(o->operand.at[0]);
	}
	return ok ? EXIT_FINE : EXIT_INPUT;
}

/* one way to say which interfaces: by options and a filter, or by documents */
static int check_usage(const struct options *o)
{
	bool bind = verb_find(o->verb)->bit == VERB_BIND;
	bool files = o->binding.n || o->bindings || o->domain || (bind && !o->tap && o->operand.n);
	bool parts = o->tap || o->mac || o->parameter.n || o->attach != ATTACH_UNSAID;

	if (files && (parts || (o->operand.n && !bind) || (o->operand.n && o->domain)))
		return usage_error("--binding, --bindings, --domain and files stand instead of "
				   "--tap, --mac, --hook, -p and FILTER");
	if (!files && (!o->tap || !o->mac || o->operand.n != 1))
		return usage_error("give --tap DEV, --mac MAC and one FILTER, or %s",
				   bind ? "--domain FILE, or files with bindings"
					: "--binding FILE");
	return EXIT_FINE;
}

int wanted_read(struct job *job, const struct options *o, struct wanted *ret)
{
	uint64_t start = nanoseconds();
	int code = check_usage(o);

	*ret = (struct wanted){0};
	if (code)
		return code;
	code = read_options(job, o, ret);
	job->input_time += nanoseconds() - start;
	return code;
}
