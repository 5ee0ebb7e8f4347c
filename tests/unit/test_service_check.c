/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/harness/test.h"
#include "tests/harness/test_author.h"

struct fixture {
    struct test_server server;
    struct test_author wang, li;
};

/* A stream with a plan, edits, a conflict, a refused push and a deleted record. */
static int setup(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;
    test_server_open(&f->server, 23);
    test_server_add_school(&f->server, "SY01", "实验小学");
    test_author_join(&f->wang, &f->server, "SY01", "王老师");
    test_author_join(&f->li, &f->server, "SY01", "李老师");
    struct edit plan[] = {test_author_new_plan(&f->wang, 1), test_author_new_activity(&f->wang, 1, 1),
                          test_author_new_activity(&f->wang, 1, 2)};
    struct edit mine = test_author_change(&f->wang, "activity", 1, "person", NULL, "王");
    struct edit theirs = test_author_change(&f->li, "activity", 1, "person", NULL, "李");
    struct edit orphan = test_author_new_activity(&f->wang, 9, 3), gone;
    assert_non_null(test_author_push(&f->wang, plan, 3));
    assert_non_null(test_author_push(&f->wang, &mine, 1));
    assert_non_null(test_author_push(&f->li, &theirs, 1));
    assert_non_null(test_author_push(&f->wang, &orphan, 1));
    edit_delete(&f->wang.arena, test_author_find(&f->wang, "activity", 2), &gone);
    assert_non_null(test_author_push(&f->wang, &gone, 1));
    test_server_restart(&f->server); /* writes the derived table */
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    test_author_close(&f->wang);
    test_author_close(&f->li);
    test_server_close(&f->server);
    return 0;
}

/* The first problem of the check of that name; NULL: it found none. */
static const char *find_problem(struct fixture *f, const char *check)
{
    Lianxin__CheckRequest request = LIANXIN__CHECK_REQUEST__INIT;
    struct peer operator= test_server_operator();
    const char *problem = NULL;
    ProtobufCMessage *reply;
    assert_int_equal(test_server_ask(&f->server, &operator, MESSAGE_check, &request.base, &f->wang.arena, &reply, &f->wang.err),
                     STATUS_OK);
    const Lianxin__CheckReply *answer = (const Lianxin__CheckReply *)reply;
    bool ok = true;
    for (size_t i = 0; i < answer->table->n_lines; i++) {
        Lianxin__Table__Cell **cells = answer->table->lines[i]->cells;
        ok = ok && cells[2]->number;
        if (!problem && !cells[2]->number && strcmp(cells[0]->text, check) == 0)
            problem = cells[3]->text;
    }
    assert_int_equal(answer->ok, ok);
    return problem;
}

static void spoil(struct fixture *f, const char *text)
{
    struct err err;
    if (sql_run(f->server.core->writer.sql, text, &err))
        fail_msg("%s", err.text);
}

static void assert_finds(struct fixture *f, const char *check, const char *words)
{
    const char *problem = find_problem(f, check);
    assert_non_null(problem);
    if (!strstr(problem, words))
        fail_msg("it says: %s", problem);
}

static void a_sound_database_passes(void **state)
{
    struct fixture *f = *state;
    assert_null(find_problem(f, "database"));
    assert_null(find_problem(f, "journal"));
    assert_null(find_problem(f, "records"));
    assert_null(find_problem(f, "sequences"));
}

static void a_record_changed_behind_the_journal_is_found(void **state)
{
    struct fixture *f = *state;
    spoil(f, "UPDATE activity SET person = '张' WHERE person = '王'");
    assert_finds(f, "records", "differ");
}

static void a_record_removed_behind_the_journal_is_found(void **state)
{
    struct fixture *f = *state;
    spoil(f, "DELETE FROM activity WHERE dead = 1");
    assert_finds(f, "records", "differ");
}

static void a_changed_row_is_found_by_its_seal(void **state)
{
    struct fixture *f = *state;
    spoil(f, "UPDATE journal SET hmac = zeroblob(32) WHERE place = (100 << 40) + 2");
    assert_finds(f, "journal", "revision 2: a row is not sealed");
}

static void a_missing_row_is_found(void **state)
{
    struct fixture *f = *state;
    spoil(f, "DELETE FROM journal WHERE place = (100 << 40) + 2");
    assert_finds(f, "journal", "missing");
}

static void rows_that_changed_places_are_found(void **state)
{
    struct fixture *f = *state;
    spoil(f, "UPDATE journal SET place = (100 << 40) + 99 WHERE place = (100 << 40) + 2;"
             "UPDATE journal SET place = (100 << 40) + 2 WHERE place = (100 << 40) + 3;"
             "UPDATE journal SET place = (100 << 40) + 3 WHERE place = (100 << 40) + 99");
    assert_finds(f, "journal", "revision 2");
}

static void a_derived_sequence_that_is_ahead_is_found(void **state)
{
    struct fixture *f = *state;
    spoil(f, "UPDATE instance SET sequence = sequence + 1 WHERE stream = 100");
    assert_finds(f, "sequences", "differ");
}

/* The derived table may be gone altogether: it is read again from the journal. */
static void the_derived_table_can_be_rebuilt(void **state)
{
    struct fixture *f = *state;
    spoil(f, "DELETE FROM instance");
    test_server_kill(&f->server);
    struct edit edit = test_author_change(&f->wang, "activity", 1, "lead", NULL, "办公室");
    const Lianxin__PushReply *reply = test_author_push(&f->wang, &edit, 1);
    assert_non_null(reply);
    assert_int_equal(reply->status, STATUS_OK);
    assert_null(find_problem(f, "sequences"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_sound_database_passes),
        TEST(a_record_changed_behind_the_journal_is_found),
        TEST(a_record_removed_behind_the_journal_is_found),
        TEST(a_changed_row_is_found_by_its_seal),
        TEST(a_missing_row_is_found),
        TEST(rows_that_changed_places_are_found),
        TEST(a_derived_sequence_that_is_ahead_is_found),
        TEST(the_derived_table_can_be_rebuilt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
