/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/test_random.h"

static uint64_t step(uint64_t *state)
{
    return *state = *state * 6364136223846793005u + 1442695040888963407u;
}

uint32_t test_random_below(uint64_t *state, uint32_t below)
{
    return (uint32_t)(step(state) >> 33) % below;
}

void test_random_fill(uint64_t *state, void *out, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        ((uint8_t *)out)[i] = (uint8_t)(step(state) >> 56);
}
