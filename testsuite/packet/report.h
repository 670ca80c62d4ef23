/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_PACKET_REPORT_H
#define NWFC_PACKET_REPORT_H

#include <stdbool.h>

#include "scenario.h"

/*
 * What is printed: TAP, with a comment per frame when verbose; or with `show`
 * a table for readers, where only what is wrong is said about expectations.
 */
struct report {
	bool verbose;
	bool show;
	unsigned points; /* so far */
	unsigned failed;
	unsigned frames[VERDICT_ANY]; /* by verdict */
};

const char *verdict_name(enum verdict verdict);

void report_begin(const struct report *r, const struct scenario *s);
void report_say(const struct report *r, const struct step *step);
/* the result of a step that expects something */
void report_point(struct report *r, const struct scenario *s, const struct step *step, bool ok);
void report_frame(struct report *r, const struct scenario *s, const struct step *step,
		  enum verdict verdict);
/* a comment on the point before, with the step's file and line */
void report_note(const struct report *r, const struct scenario *s, const struct step *step,
		 const char *format, ...) __attribute__((format(printf, 4, 5)));
/* all lines of a text as comments */
void report_quote(const struct report *r, const char *text);
/* a frame as hexadecimal digits, or its beginning */
void report_bytes(const struct report *r, const uint8_t *at, size_t len);
/* the sum of a table */
void report_end(const struct report *r);

#endif
