/* SPDX-License-Identifier: Apache-2.0
 *
 * A server and the aggregation over it, for the tests of its parts. */
#ifndef TESTS_UNIT_AGGREGATE_FIXTURE_H
#define TESTS_UNIT_AGGREGATE_FIXTURE_H

#include <string.h>

#include "server/service/aggregate.h"
#include "tests/harness/test.h"
#include "tests/harness/test_recount.h"
#include "tests/harness/test_server.h"

#define SCHOOLS 14
#define FIRST 24290 /* 2024-03 */
#define LAST 24310

struct fixture {
    struct test_server server;
    struct test_district d;
    struct arena arena;
    struct aggregate *aggregate;
    struct err err;
};

static inline int setup(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;

    memset(f, 0, sizeof *f);
    test_server_open(&f->server, 5);
    arena_init(&f->arena, 0);
    *state = f;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *f = *state;

    aggregate_free(f->aggregate);
    arena_done(&f->arena);
    test_server_close(&f->server);
    return 0;
}

/* A new server in place of the old one. */
static inline void reopen(struct fixture *f, uint64_t seed)
{
    aggregate_free(f->aggregate);
    f->aggregate = NULL;
    test_server_close(&f->server);
    test_server_open(&f->server, seed);
}

static inline struct table *const *aggregate(struct fixture *f, const char *date, size_t slice)
{
    bool done = false;

    aggregate_free(f->aggregate);
    f->aggregate = NULL;
    OK(aggregate_new(&f->server.core->writer, date, &f->aggregate, &f->err));
    while (!done)
        OK(aggregate_step(f->aggregate, slice, &done, &f->err));
    return aggregate_tables(f->aggregate);
}

static inline const struct table_cell *cell(const struct table *table, const struct table_row *row, const char *key)
{
    for (size_t i = 0; i < table->n_columns; i++)
        if (strcmp(table->columns[i].key, key) == 0)
            return &row->cells[i];
    fail_msg("no column %s in %s", key, table->name);
    return NULL;
}

static inline int64_t number(const struct table *table, const struct table_row *row, const char *key)
{
    return cell(table, row, key)->number;
}

static inline const struct table_row *row_of(const struct table *table, const char *school)
{
    for (const struct table_row *row = table->rows; row; row = row->next)
        if (strcmp(cell(table, row, "school")->text, school) == 0)
            return row;
    return NULL;
}

/* The furthest state of the school's union plans that cover the month; 0: there is none. */
static inline int plan_state(const struct fixture *f, size_t school, int32_t month)
{
    static const int progress[] = {0, 1, 3, 4, 2}; /* none, draft, submitted, filed, returned */
    int state = 0;

    for (size_t i = 0; i < f->d.n_plans; i++) {
        const struct test_plan *p = &f->d.plans[i];

        if (p->school == school && !p->dead && p->body == 1 && p->first_month <= month && month <= p->last_month &&
            progress[p->state] > progress[state])
            state = p->state;
    }
    return state;
}

#endif
