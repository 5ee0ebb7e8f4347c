/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "common/domain/month.h"
#include "common/record/text.h"
#include "common/table/table_wire.h"
#include "proto/records.pb-c.h"
#include "server/service/presence.h"
#include "tests/harness/test.h"
#include "tests/harness/test_author.h"

#define MARCH_3 INT64_C(1740960000000) /* 2025-03-03, 08:00 in China */
#define DAY_MS INT64_C(86400000)

struct fixture {
    struct test_server server;
    struct test_author first, second; /* officers of SY01 and SY02 */
    struct peer district;
    struct arena arena;
    struct err err;
};

static int setup(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;
    test_server_open(&f->server, 3);
    f->server.now_ms = MARCH_3;
    arena_init(&f->arena, 0);
    test_server_add_school(&f->server, "SY01", "实验小学");
    test_server_add_school(&f->server, "SY02", "育才小学");
    f->district = test_server_enrol(&f->server, NULL, "赵主任");
    test_author_join(&f->first, &f->server, "SY01", "王芳");
    test_author_join(&f->second, &f->server, "SY02", "李明");
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    test_author_close(&f->first);
    test_author_close(&f->second);
    arena_done(&f->arena);
    test_server_close(&f->server);
    return 0;
}

static void note_contact(struct fixture *f, const struct test_author *author)
{
    presence_note(f->server.core->presence, &author->instance, author->stream, f->server.now_ms, false);
}

static void add_due(struct fixture *f, uint32_t what, int32_t month, const char *day)
{
    Lianxin__DuePutRequest request = LIANXIN__DUE_PUT_REQUEST__INIT;
    struct peer operator= test_server_operator();
    ProtobufCMessage *reply;
    request.has_what = request.has_first_month = request.has_last_month = true;
    request.what = what;
    request.first_month = request.last_month = month;
    request.day = arena_strdup(&f->arena, day);
    if (test_server_ask(&f->server, &operator, MESSAGE_due_put, &request.base, &f->arena, &reply, &f->err))
        fail_msg("%s", f->err.text);
}

/* "SY01 missing, SY02 not_yet": what the district is told. */
static const char *ask(struct fixture *f, uint32_t what, int32_t month)
{
    Lianxin__MissingRequest request = LIANXIN__MISSING_REQUEST__INIT;
    ProtobufCMessage *reply;
    struct table *table;
    const char *told = "";
    size_t state = 0;
    request.what = &what;
    request.n_what = what ? 1 : 0;
    request.has_month = month != 0;
    request.month = month;
    if (test_server_ask(&f->server, &f->district, MESSAGE_missing, &request.base, &f->arena, &reply, &f->err) ||
        table_from_wire(&f->arena, ((const Lianxin__MissingReply *)reply)->table, &table, &f->err))
        fail_msg("%s", f->err.text);
    while (strcmp(table->columns[state].key, "state") != 0)
        state++;
    for (const struct table_row *row = table->rows; row; row = row->next)
        told = arena_printf(&f->arena, "%s%s%s %s", told, *told ? ", " : "", row->cells[0].text, row->cells[state].text);
    return told;
}

static void submit_report(struct test_author *author, const char *month)
{
    static const char *const fields[] = {"report_kind", "first_month", "last_month", "state"};
    const char *const values[] = {"month", month, month, "submitted"};
    const struct kind *kind = schema_find_kind_by_name(author->server->schema, "report");
    Lianxin__Report *report = (Lianxin__Report *)record_message_new(&author->arena, kind);
    struct uuid id = test_id(kind->number, 1);
    struct edit edit;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(
            record_parse_text(&author->arena, &report->base, kind_find_field_by_name(kind, fields[i]), values[i], &author->err),
            STATUS_OK);
    report->has_submitted_at = true;
    report->submitted_at = author->server->now_ms;
    assert_true(edit_between(&author->arena, kind, &id, NULL, &report->base, &edit));
    const Lianxin__PushReply *reply = test_author_push(author, &edit, 1);
    assert_true(reply && reply->status == STATUS_OK);
}

static void without_a_due_nothing_is_missing(void **state)
{
    assert_string_equal(ask(*state, 0, 0), "");
}

static void before_its_day_is_over_a_report_is_not_yet_due_then_missing_until_it_comes(void **state)
{
    struct fixture *f = *state;
    add_due(f, LIANXIN__DUE_WHAT__DUE_WHAT_MONTH_REPORT, month_make(2025, 2), "2025-03-05");
    note_contact(f, &f->first);
    note_contact(f, &f->second);
    f->server.now_ms = MARCH_3 + 2 * DAY_MS;
    assert_string_equal(ask(f, 0, 0), "SY01 not_yet, SY02 not_yet");
    f->server.now_ms += DAY_MS;
    assert_string_equal(ask(f, 0, 0), "SY01 missing, SY02 missing");
    submit_report(&f->first, "2025-02");
    assert_string_equal(ask(f, 0, 0), "SY02 missing");
}

static void a_school_that_was_not_in_contact_since_the_due_was_made_is_not_late(void **state)
{
    struct fixture *f = *state;
    note_contact(f, &f->first);
    f->server.now_ms += 1000;
    add_due(f, LIANXIN__DUE_WHAT__DUE_WHAT_MONTH_REPORT, month_make(2025, 2), "2025-03-05");
    f->server.now_ms += 10 * DAY_MS;
    assert_string_equal(ask(f, 0, 0), "SY01 untold, SY02 untold");
    note_contact(f, &f->first);
    assert_string_equal(ask(f, 0, 0), "SY01 missing, SY02 untold");
}

static void only_what_was_asked_for_is_told(void **state)
{
    struct fixture *f = *state;
    add_due(f, LIANXIN__DUE_WHAT__DUE_WHAT_MONTH_REPORT, month_make(2025, 2), "2025-03-05");
    add_due(f, LIANXIN__DUE_WHAT__DUE_WHAT_PLAN, month_make(2025, 6), "2025-05-20");
    note_contact(f, &f->first);
    note_contact(f, &f->second);
    assert_string_equal(ask(f, LIANXIN__DUE_WHAT__DUE_WHAT_SUMMARY, 0), "");
    assert_string_equal(ask(f, LIANXIN__DUE_WHAT__DUE_WHAT_PLAN, 0), ""); /* its period has not begun */
    assert_string_equal(ask(f, LIANXIN__DUE_WHAT__DUE_WHAT_PLAN, month_make(2025, 6)), "SY01 not_yet, SY02 not_yet");
    assert_string_equal(ask(f, LIANXIN__DUE_WHAT__DUE_WHAT_MONTH_REPORT, month_make(2025, 3)), "");
    assert_string_equal(ask(f, LIANXIN__DUE_WHAT__DUE_WHAT_MONTH_REPORT, month_make(2025, 2)), "SY01 not_yet, SY02 not_yet");
}

static void a_school_may_not_ask(void **state)
{
    struct fixture *f = *state;
    Lianxin__MissingRequest request = LIANXIN__MISSING_REQUEST__INIT;
    ProtobufCMessage *reply;
    assert_int_equal(test_server_ask(&f->server, &f->first.peer, MESSAGE_missing, &request.base, &f->arena, &reply, &f->err),
                     STATUS_DENIED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(without_a_due_nothing_is_missing),
        TEST(before_its_day_is_over_a_report_is_not_yet_due_then_missing_until_it_comes),
        TEST(a_school_that_was_not_in_contact_since_the_due_was_made_is_not_late),
        TEST(only_what_was_asked_for_is_told),
        TEST(a_school_may_not_ask),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
