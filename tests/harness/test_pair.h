/* SPDX-License-Identifier: Apache-2.0
 *
 * A school with two devices that have synced: a plan and its first activities, made on the first. */
#ifndef TESTS_HARNESS_TEST_PAIR_H
#define TESTS_HARNESS_TEST_PAIR_H

#include "tests/harness/test_client.h"

struct test_pair {
    struct test_server server;
    struct test_client first, second;
};

void test_pair_open(struct test_pair *pair, unsigned activities);
void test_pair_close(struct test_pair *pair);

#endif
