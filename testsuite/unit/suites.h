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
Suite *canonical_suite(void);
Suite *domain_suite(void);
Suite *round_trip_suite(void);
Suite *link_suite(void);
Suite *stmt_suite(void);
Suite *emit_suite(void);
Suite *apply_suite(void);
Suite *folder_suite(void);
Suite *store_suite(void);
Suite *netdev_suite(void);
Suite *taps_suite(void);
Suite *probe_suite(void);
Suite *base_suite(void);
Suite *str_suite(void);
Suite *buf_suite(void);
Suite *diag_suite(void);
Suite *render_suite(void);
Suite *clean_suite(void);
Suite *type_suite(void);
Suite *words_suite(void);
Suite *tables_suite(void);
Suite *target_suite(void);
Suite *ruleset_suite(void);
Suite *expand_suite(void);
Suite *opt_suite(void);
Suite *opt_chains_suite(void);
Suite *opt_tables_suite(void);
Suite *order_suite(void);
Suite *learn_suite(void);
Suite *lower_suite(void);
Suite *state_suite(void);
Suite *match_suite(void);
Suite *sets_suite(void);
Suite *explain_suite(void);
Suite *flow_suite(void);
Suite *track_suite(void);
Suite *members_suite(void);
Suite *cases_suite(void);
Suite *outcome_suite(void);

#endif
