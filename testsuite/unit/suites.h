/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef NWFC_TESTSUITE_SUITES_H
#define NWFC_TESTSUITE_SUITES_H

#include <check.h>

/* the unit tests, a suite for each module; the runner calls them all */
Suite *xml_suite(void);
Suite *value_suite(void);
Suite *parse_suite(void);
Suite *rule_suite(void);
Suite *binding_suite(void);
Suite *link_suite(void);
Suite *stmt_suite(void);
Suite *emit_suite(void);
Suite *apply_suite(void);
Suite *probe_suite(void);

#endif
