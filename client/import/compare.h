/* SPDX-License-Identifier: Apache-2.0
 *
 * Which items of a newer version of a plan are which of the version held. Pure. In this order:
 *
 *   1. the same months and the same text, folded: NFKC, without spaces and punctuation
 *   2. the same text in other months: it was moved
 *   3. a text at least half alike that begins in the same month, the most alike first
 *   4. a text at least a little alike at the same place among the items of the same months, unless it is settled
 *
 * Equal items pair in their order, so the same event twice stays two. */
#ifndef CLIENT_IMPORT_COMPARE_H
#define CLIENT_IMPORT_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"

#define COMPARE_NONE SIZE_MAX
#define COMPARE_ALIKE 500                   /* thousandths, for the third step */
#define COMPARE_A_LITTLE 200                /* for the fourth */
#define COMPARE_PAIRS_MAX ((size_t)1 << 18) /* of one month; a month with more is left to the other steps */

struct compare_item {
    const char *text; /* UTF-8, as written; NULL is "" */
    int64_t months;   /* month set (common/domain/month.h); 0: none */
    bool settled;     /* of a held item: something hangs on it (it was done …), a mere place is too weak to take it over */
};

/* pairs[i]: the index of the held item that fresh[i] is, or COMPARE_NONE. No held item is taken twice. */
void compare_items(struct arena *arena, const struct compare_item *held, size_t n_held, const struct compare_item *fresh,
                   size_t n_fresh, size_t *pairs);
/* Are they the same, folded? */
bool compare_same_text(struct arena *arena, const char *a, const char *b);
/* 0 … 1000: the share of neighbouring characters both have in common. */
unsigned compare_alike(struct arena *arena, const char *a, const char *b);

#endif
