/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/test_pair.h"

void test_pair_open(struct test_pair *pair, unsigned activities)
{
    test_server_open(&pair->server, 1);
    test_server_add_school(&pair->server, "SY01", "实验小学");
    struct peer wang = test_server_enrol(&pair->server, "SY01", "王老师");
    struct peer li = test_server_enrol(&pair->server, "SY01", "李老师");
    test_client_open(&pair->first, &pair->server, &wang, 11);
    test_client_open(&pair->second, &pair->server, &li, 12);
    test_client_new_plan(&pair->first, 1);
    for (unsigned n = 1; n <= activities; n++)
        test_client_new_activity(&pair->first, 1, n);
    test_client_must_sync(&pair->first);
    test_client_must_sync(&pair->second);
}

void test_pair_close(struct test_pair *pair)
{
    test_client_close(&pair->second);
    test_client_close(&pair->first);
    test_server_close(&pair->server);
}
