/* SPDX-License-Identifier: Apache-2.0
 *
 * The server's own tables as the version before left them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "server/service/journal.h"
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
    struct peer wang = test_server_enrol(&f->server, "SY01", "王老师");
    test_author_open(&f->wang, &f->server, &wang, 0);
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

static struct sql *database(const struct fixture *f)
{
    return f->server.core->writer.sql;
}

/* The journal's table as it was before migration 11, with the rows of now. */
static void put_journal_as_before(struct fixture *f)
{
    struct err err;
    if (sql_run(database(f),
                "BEGIN;"
                "CREATE TABLE before (stream INTEGER NOT NULL, rev INTEGER NOT NULL, instance BLOB NOT NULL,"
                " sequence INTEGER NOT NULL, body BLOB NOT NULL, hmac BLOB NOT NULL, PRIMARY KEY (stream, rev))"
                " STRICT, WITHOUT ROWID;"
                "INSERT INTO before (stream, rev, instance, sequence, body, hmac)"
                " SELECT place >> 40, place & 1099511627775, instance, sequence, body, hmac FROM journal;"
                "DROP TABLE journal;"
                "ALTER TABLE before RENAME TO journal;"
                "DELETE FROM migration WHERE number >= 11;"
                "COMMIT",
                &err))
        fail_msg("%s", err.text);
}

static struct journal_page rows_of(struct fixture *f, uint32_t stream)
{
    struct journal_page page;
    struct err err;
    if (journal_list(database(f), &f->arena, stream, 0, SIZE_MAX, true, &page, &err))
        fail_msg("%s", err.text);
    return page;
}

static enum status sum_heads(void *context, uint32_t stream, uint64_t rev, struct err *err)
{
    uint64_t *sum = context;
    (void)err;
    *sum = *sum * 31 + stream * 1000 + rev;
    return STATUS_OK;
}

static uint64_t heads_of(struct fixture *f)
{
    uint64_t sum = 0;
    struct err err;
    if (journal_visit_heads(database(f), sum_heads, &sum, &err))
        fail_msg("%s", err.text);
    return sum;
}

static bool needs_upgrade(struct fixture *f)
{
    bool needed;
    struct err err;
    if (core_find_upgrade(&f->server.config, &needed, &err))
        fail_msg("%s", err.text);
    return needed;
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
    struct journal_page before[3];
    for (size_t i = 0; i < 3; i++)
        before[i] = rows_of(f, streams[i]);
    assert_int_equal(before[1].n, 1 + PUSHES);
    assert_true(before[1].rows[0].row.body_bytes > 4096);
    put_journal_as_before(f);
    assert_true(needs_upgrade(f));
    test_server_kill(&f->server);
    assert_false(needs_upgrade(f));
    for (size_t i = 0; i < 3; i++) {
        struct journal_page after = rows_of(f, streams[i]);
        assert_same_rows(&before[i], &after);
    }
    struct edit edit = test_author_change(&f->wang, "activity", 1, "lead", NULL, "办公室");
    assert_int_equal(test_author_push(&f->wang, &edit, 1)->rev, 2 + PUSHES);
}

/* A backup is made before the tables change, by the program that will change them. */
static void the_heads_of_the_version_before_can_be_read(void **state)
{
    struct fixture *f = *state;
    uint64_t now = heads_of(f);
    put_journal_as_before(f);
    assert_int_equal(heads_of(f), now);
    test_server_kill(&f->server);
    assert_int_equal(heads_of(f), now);
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
