/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/compare.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/utf8.h"
#include "common/domain/month.h"

/* One item, folded, with its partner on the other side. */
struct folded {
    uint32_t *codes;
    uint64_t *grams; /* pairs of neighbouring characters, the first with nothing before it; sorted */
    size_t n;        /* of both */
    int64_t months;
    int32_t first; /* month; -1: none */
    bool settled;
    size_t index, partner;
};

struct side {
    struct folded *items;
    struct folded **order; /* scratch: the items a step looks at */
    size_t n, n_order;
};

/* --- folding --- */

static bool counts(uint32_t code)
{
    if (code < 0x80)
        return (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
    return code > 0xBF && !(code >= 0x2000 && code <= 0x206F) && !(code >= 0x3000 && code <= 0x303F && code != 0x3007);
}

static int compare_grams(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static void fold(struct arena *arena, const char *text, struct folded *out)
{
    char *plain = utf8_nfkc(arena, text ? text : "");
    size_t left = plain ? strlen(plain) : 0, bytes;
    uint32_t code, before = 0;
    out->codes = ARENA_ARRAY(arena, left + 1, uint32_t);
    out->grams = ARENA_ARRAY(arena, left + 1, uint64_t);
    out->n = 0;
    for (const char *at = plain; left && (bytes = utf8_next(at, left, &code)); at += bytes, left -= bytes) {
        if (!counts(code))
            continue;
        code |= code >= 'A' && code <= 'Z' ? 0x20 : 0;
        out->codes[out->n] = code;
        out->grams[out->n++] = (uint64_t)before << 32 | code;
        before = code;
    }
    qsort(out->grams, out->n, sizeof *out->grams, compare_grams);
}

static struct side fold_side(struct arena *arena, const struct compare_item *items, size_t n)
{
    struct side side = {ARENA_ARRAY(arena, n + 1, struct folded), ARENA_ARRAY(arena, n + 1, struct folded *), n, 0};
    for (size_t i = 0; i < n; i++) {
        struct folded *f = &side.items[i];
        fold(arena, items[i].text, f);
        f->months = items[i].months;
        f->first = items[i].months ? month_set_first(items[i].months) : -1;
        f->settled = items[i].settled;
        f->index = i;
        f->partner = COMPARE_NONE;
    }
    return side;
}

static unsigned alike(const struct folded *a, const struct folded *b)
{
    size_t common = 0;
    for (size_t i = 0, k = 0; i < a->n && k < b->n;) {
        if (a->grams[i] == b->grams[k]) {
            common++;
            i++;
            k++;
        } else if (a->grams[i] < b->grams[k]) {
            i++;
        } else {
            k++;
        }
    }
    return a->n + b->n ? (unsigned)(2000 * common / (a->n + b->n)) : 1000;
}

/* --- orders --- */

static int by_text(const struct folded *a, const struct folded *b)
{
    if (a->n != b->n)
        return a->n < b->n ? -1 : 1;
    return a->n ? memcmp(a->codes, b->codes, a->n * sizeof *a->codes) : 0;
}

static int by_months(const struct folded *a, const struct folded *b)
{
    return (a->months > b->months) - (a->months < b->months);
}

static int by_first(const struct folded *a, const struct folded *b)
{
    return (a->first > b->first) - (a->first < b->first);
}

static int by_months_and_text(const struct folded *a, const struct folded *b)
{
    int months = by_months(a, b);
    return months ? months : by_text(a, b);
}

#define ORDER(by) int (*by)(const struct folded *a, const struct folded *b)

static int sorted(ORDER(by), const void *left, const void *right)
{
    const struct folded *a = *(struct folded *const *)left, *b = *(struct folded *const *)right;
    int c = by(a, b);
    return c ? c : (a->index > b->index) - (a->index < b->index);
}

#define SORTER(by)                                                                                                                 \
    static int sort_##by(const void *left, const void *right)                                                                      \
    {                                                                                                                              \
        return sorted(by, left, right);                                                                                            \
    }
SORTER(by_text)
SORTER(by_months)
SORTER(by_first)
SORTER(by_months_and_text)

/* The items still without a partner, or all of them, in an order. */
static void line_up(struct side *side, bool all, int (*sort)(const void *, const void *))
{
    side->n_order = 0;
    for (size_t i = 0; i < side->n; i++)
        if (all || side->items[i].partner == COMPARE_NONE)
            side->order[side->n_order++] = &side->items[i];
    qsort(side->order, side->n_order, sizeof(struct folded *), sort);
}

static void join(struct folded *held, struct folded *fresh)
{
    held->partner = fresh->index;
    fresh->partner = held->index;
}

static size_t run_length(const struct side *side, size_t from, ORDER(by))
{
    size_t n = 1;
    while (from + n < side->n_order && by(side->order[from], side->order[from + n]) == 0)
        n++;
    return n;
}

/* Calls join_run for each run of items that are equal in an order on both sides. */
static void join_runs(struct side *held, struct side *fresh, ORDER(by),
                      void (*join_run)(struct arena *, struct folded **, size_t, struct folded **, size_t), struct arena *arena)
{
    for (size_t i = 0, k = 0; i < held->n_order && k < fresh->n_order;) {
        int c = by(held->order[i], fresh->order[k]);
        size_t a = run_length(held, i, by), b = run_length(fresh, k, by);
        if (c == 0)
            join_run(arena, &held->order[i], a, &fresh->order[k], b);
        i += c <= 0 ? a : 0;
        k += c >= 0 ? b : 0;
    }
}

/* --- the steps --- */

static void join_in_order(struct arena *arena, struct folded **held, size_t n_held, struct folded **fresh, size_t n_fresh)
{
    (void)arena;
    for (size_t i = 0; i < n_held && i < n_fresh; i++)
        join(held[i], fresh[i]);
}

struct candidate {
    unsigned alike;
    struct folded *held, *fresh;
};

static int compare_candidates(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;
    if (a->alike != b->alike)
        return a->alike > b->alike ? -1 : 1;
    if (a->fresh->index != b->fresh->index)
        return a->fresh->index < b->fresh->index ? -1 : 1;
    return (a->held->index > b->held->index) - (a->held->index < b->held->index);
}

static void join_alike(struct arena *arena, struct folded **held, size_t n_held, struct folded **fresh, size_t n_fresh)
{
    size_t n = 0;
    if (n_held > COMPARE_PAIRS_MAX / n_fresh)
        return;
    struct candidate *pairs = ARENA_ARRAY(arena, n_held * n_fresh, struct candidate);
    for (size_t i = 0; i < n_held; i++)
        for (size_t k = 0; k < n_fresh; k++) {
            unsigned share = alike(held[i], fresh[k]);
            if (share >= COMPARE_ALIKE)
                pairs[n++] = (struct candidate){share, held[i], fresh[k]};
        }
    qsort(pairs, n, sizeof *pairs, compare_candidates);
    for (size_t i = 0; i < n; i++)
        if (pairs[i].held->partner == COMPARE_NONE && pairs[i].fresh->partner == COMPARE_NONE)
            join(pairs[i].held, pairs[i].fresh);
}

static void join_by_place(struct arena *arena, struct folded **held, size_t n_held, struct folded **fresh, size_t n_fresh)
{
    (void)arena;
    for (size_t i = 0; i < n_held && i < n_fresh; i++)
        if (held[i]->partner == COMPARE_NONE && fresh[i]->partner == COMPARE_NONE && !held[i]->settled &&
            alike(held[i], fresh[i]) >= COMPARE_A_LITTLE)
            join(held[i], fresh[i]);
}

static const struct {
    int (*sort)(const void *, const void *);
    ORDER(by);
    void (*join_run)(struct arena *, struct folded **, size_t, struct folded **, size_t);
    bool all; /* also those that have a partner: a place counts all */
} steps[] = {
    {sort_by_months_and_text, by_months_and_text, join_in_order, false},
    {sort_by_text, by_text, join_in_order, false},
    {sort_by_first, by_first, join_alike, false},
    {sort_by_months, by_months, join_by_place, true},
};

void compare_items(struct arena *arena, const struct compare_item *held, size_t n_held, const struct compare_item *fresh,
                   size_t n_fresh, size_t *pairs)
{
    struct side a = fold_side(arena, held, n_held), b = fold_side(arena, fresh, n_fresh);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        line_up(&a, steps[i].all, steps[i].sort);
        line_up(&b, steps[i].all, steps[i].sort);
        join_runs(&a, &b, steps[i].by, steps[i].join_run, arena);
    }
    for (size_t i = 0; i < n_fresh; i++)
        pairs[i] = b.items[i].partner;
}

bool compare_same_text(struct arena *arena, const char *a, const char *b)
{
    struct folded left, right;
    fold(arena, a, &left);
    fold(arena, b, &right);
    return by_text(&left, &right) == 0;
}

unsigned compare_alike(struct arena *arena, const char *a, const char *b)
{
    struct folded left, right;
    fold(arena, a, &left);
    fold(arena, b, &right);
    return alike(&left, &right);
}
