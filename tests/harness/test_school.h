/* SPDX-License-Identifier: Apache-2.0
 *
 * A school, SY01, whose devices have synced: a plan and its first activities, made on the first of them.
 *
 *   test_school_open(&server, 1, 4, (struct test_client *[]){&first, &second, NULL}); */
#ifndef TESTS_HARNESS_TEST_SCHOOL_H
#define TESTS_HARNESS_TEST_SCHOOL_H

#include "tests/harness/test_client.h"

#define TEST_SCHOOL_DEVICES_MAX 3

/* Opens the server and the devices, which end with NULL. */
void test_school_open(struct test_server *server, uint64_t seed, unsigned activities, struct test_client *const devices[]);
void test_school_close(struct test_server *server, struct test_client *const devices[]);

#endif
