/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/test_recount.h"

#include <string.h>

static bool covers(const struct test_plan *p, int32_t month)
{
    return month >= p->first_month && month <= p->last_month;
}

/* Submitted (2) and filed (3) before draft (1) and returned (4); then the newest; then the greater id. */
static bool preferred(const struct test_plan *a, const struct test_plan *b)
{
    bool a_in = a->state == 2 || a->state == 3, b_in = b->state == 2 || b->state == 3;

    if (a_in != b_in)
        return a_in;
    if (a->created_ms != b->created_ms)
        return a->created_ms > b->created_ms;
    if (a->first_month != b->first_month)
        return a->first_month > b->first_month;
    return memcmp(&a->id, &b->id, sizeof a->id) > 0;
}

bool test_recount_counts(const struct test_district *district, const struct test_activity *activity, int32_t month)
{
    const struct test_plan *own = &district->plans[activity->plan], *best = NULL;

    for (size_t i = 0; i < district->n_plans; i++) {
        const struct test_plan *p = &district->plans[i];

        if (!p->dead && p->school == own->school && p->body == own->body && covers(p, month) && (!best || preferred(p, best)))
            best = p;
    }
    return !best || best == own;
}

bool test_recount_in_union(const struct test_district *district, const struct test_activity *activity)
{
    return district->plans[activity->plan].body <= 4;
}

bool test_recount_has_month(const struct test_activity *activity, int32_t month)
{
    for (size_t i = 0; i < activity->n_months; i++)
        if (activity->months[i] == month)
            return true;
    return false;
}

bool test_recount_lives(const struct test_district *district, const struct test_activity *activity)
{
    return !activity->dead && !district->plans[activity->plan].dead;
}
