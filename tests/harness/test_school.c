/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/test_school.h"

void test_school_open(struct test_server *server, uint64_t seed, unsigned activities, struct test_client *const devices[])
{
    static const char *const people[TEST_SCHOOL_DEVICES_MAX] = {"王老师", "李老师", "周老师"};
    test_server_open(server, seed);
    test_server_add_school(server, "SY01", "实验小学");
    for (unsigned i = 0; devices[i]; i++)
        test_client_join(devices[i], server, "SY01", people[i], seed * 10 + i);
    test_client_new_plan(devices[0], 1);
    for (unsigned n = 1; n <= activities; n++)
        test_client_new_activity(devices[0], 1, n);
    for (unsigned i = 0; devices[i]; i++)
        test_client_must_sync(devices[i]);
}

void test_school_close(struct test_server *server, struct test_client *const devices[])
{
    for (unsigned i = 0; devices[i]; i++)
        test_client_close(devices[i]);
    test_server_close(server);
}
