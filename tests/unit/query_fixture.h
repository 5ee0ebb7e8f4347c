/* SPDX-License-Identifier: Apache-2.0
 *
 * Random questions to a random district, and whether an activity fits them, in the plainest way. */
#ifndef TESTS_UNIT_QUERY_FIXTURE_H
#define TESTS_UNIT_QUERY_FIXTURE_H

#include <string.h>

#include "server/service/query.h"
#include "tests/harness/test.h"
#include "tests/harness/test_random.h"
#include "tests/harness/test_recount.h"
#include "tests/harness/test_server.h"

#define SCHOOLS 12
#define FIRST 24290 /* 2024-03 */
#define LAST 24310

struct fixture {
    struct test_server server;
    struct test_district d;
    struct arena arena;
    struct work work;
    struct err err;
};

static inline int setup(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;

    memset(f, 0, sizeof *f);
    test_server_open(&f->server, 5);
    test_district_make(&f->d, f->server.core->writer.store, 11, SCHOOLS, FIRST, LAST);
    arena_init(&f->arena, 0);
    f->work = (struct work){.desk = &f->server.core->writer, .arena = &f->arena, .now_ms = f->server.now_ms};
    *state = f;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *f = *state;

    arena_done(&f->arena);
    test_district_free(&f->d);
    test_server_close(&f->server);
    return 0;
}

static inline const struct kind *kind_of(struct fixture *f, const char *name)
{
    return schema_find_kind_by_name(f->server.schema, name);
}

static inline uint32_t pick(struct fixture *f, uint32_t below)
{
    return test_random_below(&f->server.random, below);
}

/* ---- the questions ---- */

static inline struct query random_question(struct fixture *f)
{
    static const char *const texts[] = {"教", "100%", "_", "\\", "困难职工", "nothing has this"};
    static const char *const schools[] = {"A*", "?0000*", "B00000", "*1*"};
    struct query q = {0};

    if (pick(f, 3) == 0) {
        q.filter.has_months = true;
        q.filter.first_month = FIRST + (int32_t)pick(f, 20);
        q.filter.last_month = q.filter.first_month + (int32_t)pick(f, 5);
    }
    q.filter.categories = pick(f, 3) == 0 ? 1u + pick(f, 8000) : 0;
    q.filter.bodies = pick(f, 3) == 0 ? 2u + pick(f, 250) : 0;
    q.filter.states = pick(f, 3) == 0 ? 2u + pick(f, 126) : 0;
    q.filter.plan_states = pick(f, 4) == 0 ? 2u + pick(f, 30) : 0;
    q.filter.text = pick(f, 4) == 0 ? texts[pick(f, 6)] : NULL;
    q.school = pick(f, 4) == 0 ? schools[pick(f, 4)] : NULL;
    q.area = pick(f, 5) == 0 ? "东片" : NULL;
    q.stages = pick(f, 5) == 0 ? 1u + pick(f, 31) : 0;
    return q;
}

static inline bool in_mask(uint64_t mask, int value)
{
    return mask == 0 || (mask >> value & 1) != 0;
}

static inline bool school_fits(const struct query *q, const struct test_school *s)
{
    bool code = !q->school || (strcmp(q->school, "A*") == 0 && s->code[0] == 'A') ||
                (strcmp(q->school, "?0000*") == 0 && strncmp(s->code + 1, "0000", 4) == 0) || strcmp(q->school, s->code) == 0 ||
                (strcmp(q->school, "*1*") == 0 && strchr(s->code, '1'));

    return code && (!q->area || (s->area && strcmp(q->area, s->area) == 0)) && in_mask(q->stages, s->stage);
}

/* The filter, apart from the months. */
static inline bool activity_fits(const struct fixture *f, const struct query *q, const struct test_activity *a, uint64_t bodies)
{
    const struct test_plan *p = &f->d.plans[a->plan];

    return test_recount_lives(&f->d, a) && school_fits(q, &f->d.schools[a->school]) && in_mask(q->filter.categories, a->category) &&
           in_mask(bodies, p->body) && (q->filter.states ? in_mask(q->filter.states, a->state) : a->state != 6) &&
           in_mask(q->filter.plan_states, p->state) && (!q->filter.text || strstr(a->text, q->filter.text));
}

static inline bool in_range(const struct query *q, int32_t month)
{
    return !q->filter.has_months || (month >= q->filter.first_month && month <= q->filter.last_month);
}

static inline bool months_fit(const struct query *q, const struct test_activity *a)
{
    if (!q->filter.has_months || (a->state == 4 && in_range(q, a->deferred_to)))
        return true;
    for (size_t i = 0; i < a->n_months; i++)
        if (in_range(q, a->months[i]))
            return true;
    return false;
}

static inline size_t column_of(const struct table *table, const char *key)
{
    for (size_t i = 0; i < table->n_columns; i++)
        if (strcmp(table->columns[i].key, key) == 0)
            return i;
    fail_msg("no column %s", key);
    return 0;
}

#endif
