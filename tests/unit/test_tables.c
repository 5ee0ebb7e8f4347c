/* SPDX-License-Identifier: Apache-2.0
 *
 * The server's own tables as the version before left them. */
#include <stdio.h>
#include <string.h>

#include "common/db/migration.h"
#include "server/service/journal.h"
#include "server/service/tables.h"
#include "tests/harness/test.h"
#include "tests/harness/test_author.h"

#define ACTIVITIES 120 /* of the plan: a row of several pages */
#define PUSHES 30

struct fixture {
    struct test_server server;
    struct test_author wang;
    struct arena arena;
};

static int setup(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;
    struct edit plan[1 + ACTIVITIES];
    test_server_open(&f->server, 29);
    test_server_add_school(&f->server, "SY01", "实验小学");
    test_server_add_school(&f->server, "SY02", "城关中学");
    test_author_join(&f->wang, &f->server, "SY01", "王老师");
    arena_init(&f->arena, 0);
    plan[0] = test_author_new_plan(&f->wang, 1);
    for (unsigned i = 1; i <= ACTIVITIES; i++)
        plan[i] = test_author_new_activity(&f->wang, 1, i);
    assert_non_null(test_author_push(&f->wang, plan, 1 + ACTIVITIES));
    for (unsigned i = 0; i < PUSHES; i++) {
        char was[16], is[16];
        snprintf(was, sizeof was, "p%u", i);
        snprintf(is, sizeof is, "p%u", i + 1);
        struct edit edit = test_author_change(&f->wang, "activity", 1, "person", i ? was : NULL, is);
        assert_non_null(test_author_push(&f->wang, &edit, 1));
    }
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    arena_done(&f->arena);
    test_author_close(&f->wang);
    test_server_close(&f->server);
    return 0;
}

static const struct migration migrations[] = {
#define MIGRATION(number_, name_, text_) {.number = (number_), .name = #name_, .text = (text_)},
#include "server/service/migration.def"
#undef MIGRATION
};
#define OF_BEFORE 10 /* what the version before knew */

static void must(enum status st, const struct err *err)
{
    if (st)
        fail_msg("%s", err->text);
}

static struct journal_page rows_of(struct fixture *f, struct sql *db, uint32_t stream)
{
    struct journal_page page;
    struct err err;
    must(journal_list(db, &f->arena, stream, 0, SIZE_MAX, true, &page, &err), &err);
    return page;
}

static void insert_as_before(struct sql *db, const struct journal_row *row)
{
    struct sql_statement *s;
    struct err err;
    must(sql_prepare(db,
                     "INSERT INTO journal (stream, rev, instance, sequence, body, hmac)"
                     " VALUES ($stream, $rev, $instance, $sequence, $body, $hmac)",
                     &s, &err),
         &err);
    sql_bind_int(s, "$stream", row->stream);
    sql_bind_int(s, "$rev", (int64_t)row->rev);
    sql_bind_uuid(s, "$instance", &row->instance);
    sql_bind_int(s, "$sequence", (int64_t)row->sequence);
    sql_bind_blob(s, "$body", row->row.body, row->row.body_bytes);
    sql_bind_blob(s, "$hmac", row->row.hmac.bytes, SHA256_BYTES);
    must(sql_execute(s, &err), &err);
}

/* A database of the version before, with the journal of the server of now. */
static struct sql *open_as_before(struct fixture *f)
{
    const uint32_t streams[] = {STREAM_PUBLIC, f->wang.stream};
    struct sql *db;
    struct err err;
    must(sql_open("before.db", SQL_WRITER, f->server.config.vfs, &db, &err), &err);
    must(migration_run(db, migrations, OF_BEFORE, &err), &err);
    for (size_t i = 0; i < 2; i++) {
        struct journal_page page = rows_of(f, f->server.core->writer.sql, streams[i]);
        for (size_t k = 0; k < page.n; k++)
            insert_as_before(db, &page.rows[k]);
    }
    return db;
}

static void assert_same_rows(const struct journal_page *a, const struct journal_page *b)
{
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++) {
        const struct journal_row *x = &a->rows[i], *y = &b->rows[i];
        assert_true(x->stream == y->stream && x->rev == y->rev && x->sequence == y->sequence);
        assert_true(uuid_equal(&x->instance, &y->instance) && sha256_equal(&x->row.hmac, &y->row.hmac));
        assert_int_equal(x->row.body_bytes, y->row.body_bytes);
        assert_memory_equal(x->row.body, y->row.body, x->row.body_bytes);
    }
}

static void the_journal_of_the_version_before_keeps_every_row(void **state)
{
    struct fixture *f = *state;
    const uint32_t streams[] = {STREAM_PUBLIC, f->wang.stream, f->wang.stream + 1};
    struct sql *db = open_as_before(f);
    struct err err;
    bool current;
    must(tables_are_current(db, &current, &err), &err);
    assert_false(current);
    must(tables_migrate(db, &err), &err);
    must(tables_are_current(db, &current, &err), &err);
    assert_true(current);
    for (size_t i = 0; i < 3; i++) {
        struct journal_page before = rows_of(f, f->server.core->writer.sql, streams[i]), after = rows_of(f, db, streams[i]);
        assert_same_rows(&before, &after);
        assert_true(i != 1 || (after.n == 1 + PUSHES && after.rows[0].row.body_bytes > 4096));
    }
    sql_close(db);
}

static enum status sum_heads(void *context, uint32_t stream, uint64_t rev, struct err *err)
{
    uint64_t *sum = context;
    (void)err;
    *sum = *sum * 31 + stream * 1000 + rev;
    return STATUS_OK;
}

static uint64_t heads_of(struct sql *db)
{
    uint64_t sum = 0;
    struct err err;
    must(journal_visit_heads(db, sum_heads, &sum, &err), &err);
    return sum;
}

/* A backup is made before the tables change, by the program that will change them. */
static void the_heads_of_the_version_before_can_be_read(void **state)
{
    struct fixture *f = *state;
    struct sql *db = open_as_before(f);
    struct err err;
    uint64_t now = heads_of(f->server.core->writer.sql);
    assert_int_equal(heads_of(db), now);
    must(tables_migrate(db, &err), &err);
    assert_int_equal(heads_of(db), now);
    sql_close(db);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_journal_of_the_version_before_keeps_every_row),
        TEST(the_heads_of_the_version_before_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
