/* SPDX-License-Identifier: Apache-2.0
 *
 * A store on a disk in memory, and an activity to put into it. */
#ifndef TESTS_UNIT_STORE_FIXTURE_H
#define TESTS_UNIT_STORE_FIXTURE_H

#include <stdio.h>
#include <string.h>

#include "common/db/store.h"
#include "common/domain/month.h"
#include "common/record/stream_hash.h"
#include "proto/records.pb-c.h"
#include "tests/harness/test.h"
#include "tests/harness/test_sql.h"
#include "tests/harness/test_vfs.h"

struct fixture {
    struct arena arena;
    const struct schema *schema;
    struct test_disk *disk;
    struct sql *db;
    struct store *store;
    const struct kind *activity, *report, *plan;
    struct err err;
};

static inline void open_store(struct fixture *f)
{
    OK(sql_open("db", SQL_WRITER, test_disk_vfs(f->disk), &f->db, &f->err));
    OK(store_open(f->db, f->schema, true, &f->store, &f->err));
}

static inline void close_store(struct fixture *f)
{
    store_close(f->store);
    sql_close(f->db);
}

static inline int setup(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;

    memset(f, 0, sizeof *f);
    arena_init(&f->arena, 0);
    f->disk = test_disk_new(3);
    OK(schema_new(&f->arena, schema_source_current(), &f->schema, &f->err));
    f->activity = schema_find_kind_by_name(f->schema, "activity");
    f->report = schema_find_kind_by_name(f->schema, "report");
    f->plan = schema_find_kind_by_name(f->schema, "plan");
    open_store(f);
    *state = f;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *f = *state;

    close_store(f);
    test_disk_free(f->disk);
    arena_done(&f->arena);
    return 0;
}

static inline struct uuid id_of(uint8_t n)
{
    struct uuid id = {{0}};

    memset(id.bytes, n, sizeof id.bytes);
    return id;
}

static inline struct record *an_activity(struct fixture *f, uint32_t stream, uint8_t n, const char *text)
{
    struct uuid id = id_of(n), plan = id_of(200);
    struct record *record = record_new(&f->arena, f->activity, stream, &id);
    Lianxin__Activity *a = (Lianxin__Activity *)record->message;
    static char first[] = "教导处", second[] = "", third[] = "总务处";
    static char *assisting[] = {first, second, third};

    record->rev = 7;
    a->has_plan = true;
    a->plan.data = arena_copy(&f->arena, plan.bytes, UUID_BYTES);
    a->plan.len = UUID_BYTES;
    a->text = arena_strdup(&f->arena, text);
    a->has_months = true;
    a->months = 0;
    assert_true(month_set_add(&a->months, month_make(2025, 3)));
    assert_true(month_set_add(&a->months, month_make(2025, 4)));
    a->has_budget_fen = true;
    a->budget_fen = INT64_C(-1234567890123);
    a->has_category = true;
    a->category = (Lianxin__Category)-5; /* an unknown value is kept */
    a->n_assisting = 3;
    a->assisting = assisting;
    a->has_category_confirmed = true;
    a->category_confirmed = false;
    a->lead = arena_strdup(&f->arena, "");
    return record;
}

static inline struct record *found(struct fixture *f, const struct kind *kind, uint32_t stream, uint8_t n)
{
    struct uuid id = id_of(n);
    struct record *record = NULL;

    OK(store_find(f->store, &f->arena, kind, stream, &id, &record, &f->err));
    return record;
}

static inline void assert_same(struct fixture *f, const struct record *a, const struct record *b)
{
    const uint8_t *x, *y;
    size_t nx, ny;

    assert_non_null(a);
    assert_non_null(b);
    record_encode(&f->arena, a->message, &x, &nx);
    record_encode(&f->arena, b->message, &y, &ny);
    assert_int_equal(nx, ny);
    assert_memory_equal(x, y, nx);
    assert_true(uuid_equal(&a->id, &b->id));
    assert_int_equal(a->rev, b->rev);
    assert_int_equal(a->dead, b->dead);
    assert_int_equal(a->stream, b->stream);
}

#endif
