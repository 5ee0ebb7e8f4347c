/* SPDX-License-Identifier: Apache-2.0
 *
 * What a test program is written with: cmocka behind the headers that it needs. */
#ifndef TESTS_HARNESS_TEST_H
#define TESTS_HARNESS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* For tests whose fixture is f: what fills f->err must succeed, or the test fails with its text. */
#define OK(expression)                                                                                                             \
    do {                                                                                                                           \
        if ((expression) != STATUS_OK)                                                                                             \
            fail_msg("%s: %s", #expression, f->err.text);                                                                          \
    } while (0)

#endif
