/* SPDX-License-Identifier: Apache-2.0
 *
 * The rules of the figures once more, in the plainest way and sharing no code with the server: what it counts is compared with
 * this. */
#ifndef TESTS_HARNESS_TEST_RECOUNT_H
#define TESTS_HARNESS_TEST_RECOUNT_H

#include "tests/harness/test_district.h"

/* Does the activity's plan count in the month: is no other living plan of the same school and body preferred there? */
bool test_recount_counts(const struct test_district *district, const struct test_activity *activity, int32_t month);
bool test_recount_in_union(const struct test_district *district, const struct test_activity *activity);
bool test_recount_has_month(const struct test_activity *activity, int32_t month);
/* Is it there at all: neither it nor its plan dead? */
bool test_recount_lives(const struct test_district *district, const struct test_activity *activity);

#endif
