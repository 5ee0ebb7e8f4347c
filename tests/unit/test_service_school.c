/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "common/domain/month.h"
#include "server/service/school.h"
#include "tests/harness/test.h"
#include "tests/harness/test_author.h"

struct fixture {
    struct test_server server;
    struct arena arena;
    struct err err;
};

static int setup(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;
    arena_init(&f->arena, 0);
    test_server_open(&f->server, 29);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    test_server_close(&f->server);
    arena_done(&f->arena);
    return 0;
}

static enum status ask(struct fixture *f, enum message_number number, const ProtobufCMessage *request, ProtobufCMessage **reply)
{
    struct peer operator= test_server_operator();
    return test_server_ask(&f->server, &operator, number, request, &f->arena, reply, &f->err);
}

static Lianxin__SchoolPutRequest *school(struct fixture *f, const char *code, const char *name, bool add)
{
    Lianxin__SchoolPutRequest *request = ARENA_NEW(&f->arena, Lianxin__SchoolPutRequest);
    lianxin__school_put_request__init(request);
    request->code = code ? arena_strdup(&f->arena, code) : NULL;
    request->name = name ? arena_strdup(&f->arena, name) : NULL;
    request->has_add = request->add = add;
    return request;
}

/* The number it has. */
static uint32_t put(struct fixture *f, const Lianxin__SchoolPutRequest *request)
{
    ProtobufCMessage *reply;
    if (ask(f, MESSAGE_school_put, &request->base, &reply))
        fail_msg("%s", f->err.text);
    return ((const Lianxin__SchoolPutReply *)reply)->number;
}

static const Lianxin__School *find(struct fixture *f, uint32_t number)
{
    const Lianxin__School *found;
    assert_int_equal(school_find(&f->server.core->writer, &f->arena, number, &found, &f->err), STATUS_OK);
    return found;
}

static void schools_are_numbered_upwards_and_keep_their_number(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(put(f, school(f, "SY01", "实验小学", true)), STREAM_FIRST_SCHOOL);
    assert_int_equal(put(f, school(f, "SY02", "育才小学", true)), STREAM_FIRST_SCHOOL + 1);
    Lianxin__SchoolPutRequest *rename = school(f, "SY01", "实验学校", false);
    rename->new_code = arena_strdup(&f->arena, "SY-01");
    assert_int_equal(put(f, rename), STREAM_FIRST_SCHOOL);
    assert_string_equal(find(f, STREAM_FIRST_SCHOOL)->code, "SY-01");
    assert_string_equal(find(f, STREAM_FIRST_SCHOOL)->name, "实验学校");
    test_server_kill(&f->server);
    assert_int_equal(put(f, school(f, "SY03", "三小", true)), STREAM_FIRST_SCHOOL + 2);
}

static void a_code_is_added_once_and_must_be_there_to_be_changed(void **state)
{
    struct fixture *f = *state;
    ProtobufCMessage *reply;
    put(f, school(f, "SY01", "实验小学", true));
    assert_int_equal(ask(f, MESSAGE_school_put, &school(f, "SY01", "另一所", true)->base, &reply), STATUS_EXISTS);
    assert_int_equal(ask(f, MESSAGE_school_put, &school(f, "SY09", "没有", false)->base, &reply), STATUS_NOT_FOUND);
    assert_int_equal(ask(f, MESSAGE_school_put, &school(f, "SY02", NULL, true)->base, &reply), STATUS_INVALID);
    assert_string_equal(find(f, STREAM_FIRST_SCHOOL)->name, "实验小学");
    assert_null(find(f, STREAM_FIRST_SCHOOL + 1));
}

static void putting_the_same_again_writes_nothing(void **state)
{
    struct fixture *f = *state;
    ProtobufCMessage *reply;
    put(f, school(f, "SY01", "实验小学", true));
    assert_int_equal(ask(f, MESSAGE_school_put, &school(f, "SY01", "实验小学", false)->base, &reply), STATUS_OK);
    assert_false(((const Lianxin__SchoolPutReply *)reply)->changed);
    assert_int_equal(((const Lianxin__SchoolPutReply *)reply)->rev, 1);
}

static void an_import_is_all_or_nothing_and_names_every_bad_line(void **state)
{
    struct fixture *f = *state;
    Lianxin__SchoolImportRequest request = LIANXIN__SCHOOL_IMPORT_REQUEST__INIT;
    ProtobufCMessage *reply;
    put(f, school(f, "SY01", "实验小学", true));
    Lianxin__SchoolPutRequest *schools[] = {school(f, "SY02", "二小", true), school(f, "SY01", "又是一小", true),
                                            school(f, "SY03", "三小", true), school(f, "SY03", "也是三小", true)};
    request.schools = schools;
    request.n_schools = 4;
    assert_int_equal(ask(f, MESSAGE_school_import, &request.base, &reply), STATUS_OK);
    const Lianxin__SchoolImportReply *answer = (const Lianxin__SchoolImportReply *)reply;
    assert_int_equal(answer->n_problems, 2);
    assert_int_equal(answer->problems[0]->index, 1);
    assert_int_equal(answer->problems[1]->index, 3);
    assert_int_equal(answer->problems[1]->failure->reason, REASON_SCHOOL_EXISTS);
    assert_null(find(f, STREAM_FIRST_SCHOOL + 1));
    schools[1] = school(f, "SY04", "四小", true);
    schools[3] = school(f, "SY05", "五小", true);
    assert_int_equal(ask(f, MESSAGE_school_import, &request.base, &reply), STATUS_OK);
    answer = (const Lianxin__SchoolImportReply *)reply;
    assert_int_equal(answer->n_problems, 0);
    assert_int_equal(answer->added, 4);
    assert_int_equal(answer->rev, 2); /* one commit */
    assert_string_equal(find(f, STREAM_FIRST_SCHOOL + 4)->code, "SY05");
}

static void what_is_due_is_put_listed_and_closed(void **state)
{
    struct fixture *f = *state;
    Lianxin__DuePutRequest due = LIANXIN__DUE_PUT_REQUEST__INIT, close = LIANXIN__DUE_PUT_REQUEST__INIT;
    Lianxin__DueListRequest list = LIANXIN__DUE_LIST_REQUEST__INIT;
    char *codes[] = {arena_strdup(&f->arena, "SY01")};
    char text[UUID_TEXT_BYTES];
    ProtobufCMessage *reply;
    struct uuid id;
    put(f, school(f, "SY01", "实验小学", true));
    due.has_what = due.has_first_month = true;
    due.what = LIANXIN__DUE_WHAT__DUE_WHAT_MONTH_REPORT;
    due.first_month = month_make(2024, 9);
    due.day = arena_strdup(&f->arena, "2024-10-08");
    due.schools = codes;
    due.n_schools = 1;
    assert_int_equal(ask(f, MESSAGE_due_put, &due.base, &reply), STATUS_OK);
    assert_true(
        uuid_from_bytes(((const Lianxin__DuePutReply *)reply)->id.data, ((const Lianxin__DuePutReply *)reply)->id.len, &id));
    assert_int_equal(ask(f, MESSAGE_due_list, &list.base, &reply), STATUS_OK);
    assert_int_equal(((const Lianxin__DueListReply *)reply)->table->n_lines, 1);
    assert_string_equal(((const Lianxin__DueListReply *)reply)->table->lines[0]->cells[5]->text, "SY01");
    due.day = arena_strdup(&f->arena, "someday");
    assert_int_equal(ask(f, MESSAGE_due_put, &due.base, &reply), STATUS_INVALID);
    uuid_format(&id, text);
    text[10] = '\0';
    close.due = text;
    close.has_closed = close.closed = true;
    assert_int_equal(ask(f, MESSAGE_due_put, &close.base, &reply), STATUS_OK);
    assert_int_equal(ask(f, MESSAGE_due_list, &list.base, &reply), STATUS_OK);
    assert_int_equal(((const Lianxin__DueListReply *)reply)->table->n_lines, 0);
}

static void only_the_operator_puts_schools(void **state)
{
    struct fixture *f = *state;
    struct peer chen = test_server_enrol(&f->server, NULL, "陈静");
    ProtobufCMessage *reply;
    assert_int_equal(test_server_ask(&f->server, &chen, MESSAGE_school_put, &school(f, "SY01", "实验小学", true)->base, &f->arena,
                                     &reply, &f->err),
                     STATUS_DENIED);
    assert_int_equal(f->err.reason, REASON_ROLE);
}

/* The reader keeps the list of schools from one question to the next. */
static void a_question_knows_the_schools_added_since_the_last_one(void **state)
{
    struct fixture *f = *state;
    struct peer chen = test_server_enrol(&f->server, NULL, "陈静");
    Lianxin__QueryRequest query = LIANXIN__QUERY_REQUEST__INIT;
    char code[] = "SY02";
    ProtobufCMessage *reply;
    query.school = code;
    put(f, school(f, "SY01", "实验小学", true));
    assert_int_equal(test_server_ask(&f->server, &chen, MESSAGE_query, &query.base, &f->arena, &reply, &f->err), STATUS_NOT_FOUND);
    put(f, school(f, "SY02", "第二小学", true));
    assert_int_equal(test_server_ask(&f->server, &chen, MESSAGE_query, &query.base, &f->arena, &reply, &f->err), STATUS_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(schools_are_numbered_upwards_and_keep_their_number),
        TEST(a_code_is_added_once_and_must_be_there_to_be_changed),
        TEST(putting_the_same_again_writes_nothing),
        TEST(an_import_is_all_or_nothing_and_names_every_bad_line),
        TEST(what_is_due_is_put_listed_and_closed),
        TEST(only_the_operator_puts_schools),
        TEST(a_question_knows_the_schools_added_since_the_last_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
