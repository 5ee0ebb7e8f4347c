/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers from a seed, the same on every machine (the generator of Knuth's MMIX). */
#ifndef TESTS_HARNESS_TEST_RANDOM_H
#define TESTS_HARNESS_TEST_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* One of 0 … below-1. */
uint32_t test_random_below(uint64_t *state, uint32_t below);
void test_random_fill(uint64_t *state, void *out, size_t bytes);

#endif
