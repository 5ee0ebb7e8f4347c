/* SPDX-License-Identifier: Apache-2.0
 *
 * One number out of a database. */
#ifndef TESTS_HARNESS_TEST_SQL_H
#define TESTS_HARNESS_TEST_SQL_H

#include "common/db/sql.h"

/* The first column of the first row; no row, or a failure, fails the test. */
int64_t test_sql_number(struct sql *db, const char *text);

#endif
