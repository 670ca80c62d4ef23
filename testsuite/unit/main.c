/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "testsuite/unit/suites.h"

/* in the order of the layers, so that the first failure is the nearest to its cause */
static Suite *(*const suites[])(void) = {
	base_suite,       str_suite,        buf_suite,    diag_suite,       render_suite,
	clean_suite,      type_suite,       words_suite,  tables_suite,     target_suite,
	ruleset_suite,    xml_suite,        value_suite,  parse_suite,      rule_suite,
	binding_suite,    canonical_suite,  domain_suite, round_trip_suite, link_suite,
	expand_suite,     order_suite,      learn_suite,  lower_suite,      opt_suite,
	opt_chains_suite, opt_tables_suite, state_suite,  match_suite,      sets_suite,
	explain_suite,    flow_suite,       track_suite,  members_suite,    cases_suite,
	outcome_suite,    stmt_suite,       emit_suite,   apply_suite,      taps_suite,
	netdev_suite,     folder_suite,     store_suite,  probe_suite,
};

int main(void)
{
	SRunner *runner = srunner_create(NULL);
	int failed;

	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
		srunner_add_suite(runner, suites[i]());
	/* CK_RUN_SUITE of the environment picks one (manual of check) */
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
