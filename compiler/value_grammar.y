/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The values of attributes of protocol elements: a literal, or one access to a
 * variable (semantics.md 2.1).  The arena owns all that is allocated here.
 */
%code requires {
#include "compiler/value.h"

/* what grammar and scanner share: how far the text of the operand is read */
struct value_scan {
	struct compile *compile;
	struct operand *operand;
	size_t at;
};
}

%code {
#include "compiler/compile.h"

#define ITERATOR_MAX 1000

typedef void *value_scanner;

int value_yylex(struct str *value, value_scanner scanner);
int value_yylex_init_extra(struct value_scan *scan, value_scanner *scanner);
struct yy_buffer_state *value_yy_scan_bytes(const char *bytes, int n, value_scanner scanner);

static void value_yyerror(value_scanner scanner, struct value_scan *scan, const char *message);
static bool take_access(struct value_scan *scan, struct str name, int kind, struct str number);
static bool take_rest(struct value_scan *scan, struct str rest);
}

%define api.pure full
%define api.prefix {value_yy}
%define api.token.prefix {VALUE_}
%define api.value.type {struct str}
%define parse.error detailed
%expect 0

%param {void *scanner}
%parse-param {struct value_scan *scan}

%token END 0 "end of value"
%token TEXT "text" NAME "name" NUMBER "number" OTHER "character"
%token DOLLAR "$" OPEN "[" CLOSE "]" AT "@"

%%

value
	: %empty		{ scan->operand->kind = OPERAND_LITERAL; }
	| TEXT			{ scan->operand->kind = OPERAND_LITERAL; }
	| DOLLAR access
	;

access
	: NAME
		{ if (!take_access(scan, $1, ACCESS_ITERATOR, STR("0"))) YYABORT; }
	| NAME OPEN AT NUMBER CLOSE rest
		{ if (!take_access(scan, $1, ACCESS_ITERATOR, $4)) YYABORT; }
	| NAME OPEN NUMBER CLOSE rest
		{ if (!take_access(scan, $1, ACCESS_INDEX, $3)) YYABORT; }
	;

rest
	: %empty
	| TEXT			{ if (!take_rest(scan, $1)) YYABORT; }
	;

%%

static void report(struct value_scan *scan, enum diag_id id, const char *what)
{
	const struct operand *o = scan->operand;
	struct diag_list *list = &scan->compile->diag;
	struct diag *d = diag_report(list, id, o->span, "%s='%.*s': %s", field(o->field)->xml,
				     o->text.len > 60 ? 60 : (int)o->text.len, o->text.ptr, what);

	diag_help(list, d, "a variable is $NAME, $NAME[@iterator] or $NAME[index]; a name has "
			   "letters, digits and _");
}

static void value_yyerror(value_scanner scanner, struct value_scan *scan, const char *message)
{
	static const char prefix[] = "syntax error, ";

	(void)scanner;
	if (!strncmp(message, prefix, sizeof(prefix) - 1))
		message += sizeof(prefix) - 1;
	report(scan, DIAG_VARIABLE_SYNTAX, message);
}

static bool take_access(struct value_scan *scan, struct str name, int kind, struct str number)
{
	struct operand *o = scan->operand;
	uint64_t max = kind == ACCESS_ITERATOR ? ITERATOR_MAX : UINT32_MAX;
	uint64_t n;

	if (!str_to_u64(number, 10, max, &n)) {
		report(scan, DIAG_VARIABLE_SYNTAX,
		       kind == ACCESS_ITERATOR ? "expected an iterator number from 0 to 1000"
					       : "expected an index from 0 to 4294967295");
		return false;
	}
	o->kind = OPERAND_VARIABLE;
	o->access.name = name;
	o->access.kind = kind;
	o->access.number = (uint32_t)n;
	return true;
}

static bool take_rest(struct value_scan *scan, struct str rest)
{
	enum diag_id id = str_trim(rest).len ? DIAG_VALUE_ODD : DIAG_VALUE_LOOSE;

	report(scan, id, "expected nothing after ], where libvirt ignores everything");
	return !diag_is_error(&scan->compile->diag, id);
}

bool value_parse(struct compile *c, struct operand *operand)
{
	struct arena_mark mark = arena_mark(c->arena);
	struct value_scan scan = {.compile = c, .operand = operand};
	unsigned nreport = (unsigned)c->diag.diag.n;
	value_scanner scanner;
	bool ok;

	value_yylex_init_extra(&scan, &scanner);
	value_yy_scan_bytes(operand->text.ptr, (int)operand->text.len, scanner);
	ok = !value_yyparse(scanner, &scan);
	/* what was read before an error is not wanted */
	if (!ok)
		operand->kind = OPERAND_ABSENT;
	/* the scanner is scratch, but a diagnostic made meanwhile must stay */
	if (c->diag.diag.n == nreport)
		arena_rewind(c->arena, mark);
	if (operand->kind == OPERAND_VARIABLE)
		operand->access.name = intern(&c->names, operand->access.name);
	return ok;
}
