/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/aggregate_fixture.h"

#include "common/table/table_wire.h"
#include "server/service/presence.h"

/* ---- the brief ---- */

static void slices_make_the_same_brief(void **state)
{
    struct fixture *f = *state;
    struct table *const *tables;
    const uint8_t *whole, *slices;
    size_t n, m;

    test_district_make(&f->d, f->server.core->writer.store, 3, SCHOOLS, FIRST, LAST);
    tables = aggregate(f, "2025-02-10", SIZE_MAX);
    OK(table_pack(&f->arena, tables, AGGREGATE_TABLES, &whole, &n, &f->err));
    tables = aggregate(f, "2025-02-10", 1);
    OK(table_pack(&f->arena, tables, AGGREGATE_TABLES, &slices, &m, &f->err));
    assert_int_equal(n, m);
    assert_memory_equal(whole, slices, n);
    test_district_free(&f->d);
}

static enum status ask_brief(struct fixture *f, const struct peer *peer, const char *date, const Lianxin__BriefReply **reply)
{
    Lianxin__BriefRequest request = LIANXIN__BRIEF_REQUEST__INIT;
    ProtobufCMessage *message = NULL;
    enum status st;

    request.date = date ? arena_strdup(&f->arena, date) : NULL;
    st = test_server_ask(&f->server, peer, MESSAGE_brief, &request.base, &f->arena, &message, &f->err);
    *reply = (const Lianxin__BriefReply *)message;
    return st;
}

static bool made(struct fixture *f, const struct peer *peer, const char *date)
{
    Lianxin__AggregateRequest request = LIANXIN__AGGREGATE_REQUEST__INIT;
    ProtobufCMessage *message;

    request.date = arena_strdup(&f->arena, date);
    OK(test_server_ask(&f->server, peer, MESSAGE_aggregate, &request.base, &f->arena, &message, &f->err));
    assert_string_equal(((const Lianxin__AggregateReply *)message)->date, date);
    return !((const Lianxin__AggregateReply *)message)->replaced;
}

static void a_brief_is_kept_by_date_and_replaced_by_hand_only(void **state)
{
    struct fixture *f = *state;
    struct peer operator= test_server_operator(), staff;
    const Lianxin__BriefReply *reply;
    struct table *table;

    f->server.now_ms = INT64_C(1741000000000); /* 2025-03-03 in China */
    test_server_add_school(&f->server, "SY01", "Shiyan Primary");
    staff = test_server_enrol(&f->server, NULL, "Li");
    assert_int_equal(ask_brief(f, &staff, NULL, &reply), STATUS_NOT_FOUND);
    assert_int_equal(f->err.reason, REASON_BRIEF_MISSING);
    assert_true(made(f, &operator, "2025-03-01"));
    assert_true(made(f, &operator, "2025-03-02"));
    assert_false(made(f, &operator, "2025-03-01"));
    OK(ask_brief(f, &staff, NULL, &reply));
    assert_string_equal(reply->date, "2025-03-02");
    assert_int_equal(reply->made_ms, f->server.now_ms);
    assert_int_equal(reply->n_tables, AGGREGATE_TABLES);
    OK(table_from_wire(&f->arena, reply->tables[AGGREGATE_NO_PLAN], &table, &f->err));
    assert_string_equal(cell(table, table->rows, "school")->text, "SY01");
    OK(ask_brief(f, &staff, "2025-03-01", &reply));
    assert_string_equal(reply->date, "2025-03-01");
    assert_int_equal(ask_brief(f, &staff, "2025-02-28", &reply), STATUS_NOT_FOUND);
}

static void a_date_that_is_none_is_refused(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *date;
        enum reason reason;
    } dates[] = {{"2025-02-30", REASON_DATE_NONE}, {"2025-3-1", REASON_DATE_NONE},    {"tomorrow", REASON_DATE_NONE},
                 {"", REASON_DATE_NONE},           {"2025-03-01x", REASON_DATE_NONE}, {"9999-12-31", REASON_DATE_FUTURE}};
    struct peer operator= test_server_operator();

    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        Lianxin__AggregateRequest request = LIANXIN__AGGREGATE_REQUEST__INIT;
        ProtobufCMessage *message;

        request.date = arena_strdup(&f->arena, dates[i].date);
        assert_int_equal(test_server_ask(&f->server, &operator, MESSAGE_aggregate, &request.base, &f->arena, &message, &f->err),
                         STATUS_USAGE);
        assert_int_equal(f->err.reason, dates[i].reason);
    }
}

/* ---- schools ---- */

static void schools_tell_how_fresh_they_are(void **state)
{
    struct fixture *f = *state;
    Lianxin__SchoolsRequest request = LIANXIN__SCHOOLS_REQUEST__INIT;
    const Lianxin__SchoolsReply *reply;
    ProtobufCMessage *message;
    struct peer staff;
    struct table *table;
    struct sql_statement *s;
    struct uuid device;
    size_t bytes;
    bool row;

    test_server_add_school(&f->server, "SY01", "Shiyan Primary");
    test_server_add_school(&f->server, "SY02", "Second Primary");
    staff = test_server_enrol(&f->server, NULL, "Li");
    (void)test_server_enrol(&f->server, "SY01", "Wang");
    OK(sql_prepare(f->server.core->writer.sql, "SELECT device FROM device WHERE person = 'Wang'", &s, &f->err));
    OK(sql_step(s, &row, &f->err));
    assert_true(uuid_from_bytes(sql_blob(s, 0, &bytes), UUID_BYTES, &device));
    sql_reset(s);
    presence_note(f->server.core->presence, &device, STREAM_FIRST_SCHOOL, 1700000000000, true);
    OK(test_server_ask(&f->server, &staff, MESSAGE_schools, &request.base, &f->arena, &message, &f->err));
    reply = (const Lianxin__SchoolsReply *)message;
    OK(table_from_wire(&f->arena, reply->table, &table, &f->err));
    assert_int_equal(table->n_rows, 2);
    assert_int_equal(reply->n_heads, 2);
    assert_string_equal(reply->heads[0]->code, "SY01");
    assert_int_equal(number(table, row_of(table, "SY01"), "synced_at"), 1700000000000);
    assert_string_equal(cell(table, row_of(table, "SY01"), "synced_by")->text, "Wang");
    assert_int_equal(cell(table, row_of(table, "SY02"), "synced_at")->kind, TABLE_CELL_NULL);
    assert_string_equal(cell(table, row_of(table, "SY02"), "plan_state")->text, "none");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(slices_make_the_same_brief),
        TEST(a_brief_is_kept_by_date_and_replaced_by_hand_only),
        TEST(a_date_that_is_none_is_refused),
        TEST(schools_tell_how_fresh_they_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
