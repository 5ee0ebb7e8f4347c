/* SPDX-License-Identifier: Apache-2.0
 *
 * Every cell of the state tables, by the list (common/record/step.def) and at a server that is asked to take the step. What is
 * expected is written out here by hand: S the school, and the district for it; D the district only; - nobody; = staying. */
#include <string.h>

#include "common/record/rules.h"
#include "common/record/text.h"
#include "tests/harness/test.h"
#include "tests/harness/test_author.h"

#define STATES 4

struct state_table {
    const char *kind;
    const char *states[STATES];
    const char *rows[STATES + 1]; /* from: created, then each state; to: each state, deleted */
};

static const struct state_table tables[] = {
    {"plan",
     {"draft", "submitted", "filed", "returned"},
     {"SSD--", /* created */
      "=S--S", /* draft */
      "S=DD-", /* submitted */
      "-D=D-", /* filed */
      "SS-=S"}},
    {"report",
     {"draft", "submitted", "accepted", "returned"},
     {"SS---", /* created */
      "=S--S", /* draft */
      "SDDD-", /* submitted: also other fields only by the district */
      "-DDD-", /* accepted: likewise */
      "SS-=S"}},
};
#define TABLES (sizeof tables / sizeof tables[0])

struct fixture {
    struct test_server server;
    struct test_author school, district; /* both write into the school's stream */
    unsigned made;
};

static int setup(void **state)
{
    static struct fixture fixture;
    struct fixture *f = &fixture;
    f->made = 0;
    test_server_open(&f->server, 5);
    test_server_add_school(&f->server, "SY01", "实验小学");
    struct peer officer = test_server_enrol(&f->server, "SY01", "王芳");
    struct peer district = test_server_enrol(&f->server, NULL, "赵主任");
    test_author_open(&f->school, &f->server, &officer, 0);
    test_author_open(&f->district, &f->server, &district, f->school.stream);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    test_author_close(&f->school);
    test_author_close(&f->district);
    test_server_close(&f->server);
    return 0;
}

static const struct kind *kind_named(struct fixture *f, const char *name)
{
    return schema_find_kind_by_name(f->server.schema, name);
}

static void set_field(struct test_author *author, const struct kind *kind, ProtobufCMessage *message, const char *name,
                      const char *text)
{
    const struct field *field = kind_find_field_by_name(kind, name);
    assert_non_null(field);
    if (record_parse_text(&author->arena, message, field, text, &author->err))
        fail_msg("%s: %s", name, author->err.text);
}

/* What a state needs with it: a returned one its reason. */
static void set_state(struct test_author *author, const struct kind *kind, ProtobufCMessage *message, const char *state)
{
    set_field(author, kind, message, "state", state);
    if (strcmp(state, "returned") == 0)
        set_field(author, kind, message, "state_reason", "请补充");
    else
        record_clear(message, kind_find_field_by_name(kind, "state_reason"));
}

static ProtobufCMessage *new_message(struct test_author *author, const struct kind *kind, const char *state)
{
    ProtobufCMessage *message = record_message_new(&author->arena, kind);
    if (strcmp(kind->name, "plan") == 0) {
        set_field(author, kind, message, "body", "union");
        set_field(author, kind, message, "title", "工会工作计划");
    } else {
        set_field(author, kind, message, "report_kind", "month");
    }
    set_field(author, kind, message, "first_month", "2024-09");
    set_field(author, kind, message, "last_month", "2024-09");
    set_state(author, kind, message, state);
    return message;
}

static bool push(struct test_author *author, const struct kind *kind, unsigned n, const ProtobufCMessage *before,
                 const ProtobufCMessage *after)
{
    struct uuid id = test_id(kind->number, n);
    struct edit edit;
    assert_true(edit_between(&author->arena, kind, &id, before, after, &edit));
    const Lianxin__PushReply *reply = test_author_push(author, &edit, 1);
    if (!reply)
        fail_msg("%s", author->err.text);
    if (reply->status != STATUS_OK)
        assert_non_null(strstr(reply->reasons[0], "cannot go from"));
    return reply->status == STATUS_OK;
}

static ProtobufCMessage *push_step(struct test_author *author, const struct kind *kind, unsigned n, const ProtobufCMessage *before,
                                   const char *to, bool *taken)
{
    ProtobufCMessage *after = before ? record_clone(&author->arena, kind, before) : new_message(author, kind, to);
    set_state(author, kind, after, to);
    *taken = push(author, kind, n, before, after);
    return after;
}

/* A new record that has come to a state as records do: handed in by the school, then answered by the district. */
static ProtobufCMessage *bring_to(struct fixture *f, const struct state_table *table, unsigned n, size_t state)
{
    const struct kind *kind = kind_named(f, table->kind);
    bool taken;
    ProtobufCMessage *message = push_step(&f->school, kind, n, NULL, table->states[state ? 1 : 0], &taken);
    assert_true(taken);
    if (state > 1) {
        message = push_step(&f->district, kind, n, message, table->states[state], &taken);
        assert_true(taken);
    }
    return message;
}

static bool is_expected(char cell, enum writer writer)
{
    return cell == '=' || cell == 'S' || (cell == 'D' && writer >= WRITER_DISTRICT);
}

static void the_tables_here_have_every_state_there_is_and_every_row_of_the_list(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *kind, *from, *to;
    } steps[] = {
#define STEP(kind, from, to, actor) {#kind, #from, #to},
#include "common/record/step.def"
#undef STEP
    };
    for (size_t t = 0; t < TABLES; t++) {
        const struct field *field = kind_find_field_by_name(kind_named(f, tables[t].kind), "state");
        size_t rows = 0, cells = 0;
        int64_t value;
        for (size_t i = 0; i < STATES; i++)
            assert_true(schema_enum_parse(field, tables[t].states[i], &value) && value <= STATES);
        assert_null(schema_enum_name(field, STATES + 1));
        for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
            rows += strcmp(steps[i].kind, tables[t].kind) == 0;
        for (size_t from = 0; from <= STATES; from++)
            for (size_t to = 0; to <= STATES; to++)
                cells += strchr("SD", tables[t].rows[from][to]) != NULL;
        assert_int_equal(rows, cells);
    }
}

static void the_list_allows_what_the_table_says(void **state)
{
    struct fixture *f = *state;
    for (size_t t = 0; t < TABLES; t++)
        for (size_t from = 0; from <= STATES; from++)
            for (size_t to = 0; to <= STATES; to++)
                for (enum writer writer = WRITER_SCHOOL; writer <= WRITER_DISTRICT; writer++) {
                    const char *from_name = from ? tables[t].states[from - 1] : NULL;
                    const char *to_name = to < STATES ? tables[t].states[to] : NULL;
                    if (!from_name && !to_name)
                        continue;
                    assert_int_equal(rules_step_allowed(kind_named(f, tables[t].kind), from_name, to_name, writer),
                                     is_expected(tables[t].rows[from][to], writer));
                }
}

static void the_server_takes_and_refuses_what_the_table_says(void **state)
{
    struct fixture *f = *state;
    for (size_t t = 0; t < TABLES; t++)
        for (size_t from = 0; from <= STATES; from++)
            for (size_t to = 0; to < STATES; to++)
                for (enum writer writer = WRITER_SCHOOL; writer <= WRITER_DISTRICT; writer++) {
                    const struct state_table *table = &tables[t];
                    struct test_author *author = writer == WRITER_SCHOOL ? &f->school : &f->district;
                    unsigned n = ++f->made;
                    bool taken, expected = is_expected(table->rows[from][to], writer);
                    const char *now = from ? table->states[from - 1] : "";
                    ProtobufCMessage *before = from ? bring_to(f, table, n, from - 1) : NULL;
                    if (from == to + 1)
                        continue;
                    push_step(author, kind_named(f, table->kind), n, before, table->states[to], &taken);
                    if (taken != expected)
                        fail_msg("%s from \"%s\" to %s by writer %d: %s", table->kind, now, table->states[to], (int)writer,
                                 taken ? "taken" : "refused");
                    struct record *record = test_author_find(author, table->kind, n);
                    assert_int_equal(record != NULL, from || expected);
                    if (record)
                        assert_string_equal(test_author_field(author, table->kind, n, "state"), expected ? table->states[to] : now);
                }
}

static void the_server_deletes_what_the_table_says(void **state)
{
    struct fixture *f = *state;
    for (size_t t = 0; t < TABLES; t++)
        for (size_t from = 1; from <= STATES; from++)
            for (enum writer writer = WRITER_SCHOOL; writer <= WRITER_DISTRICT; writer++) {
                struct test_author *author = writer == WRITER_SCHOOL ? &f->school : &f->district;
                bool expected = is_expected(tables[t].rows[from][STATES], writer);
                unsigned n = ++f->made;
                struct edit edit;
                bring_to(f, &tables[t], n, from - 1);
                edit_delete(&author->arena, test_author_find(author, tables[t].kind, n), &edit);
                const Lianxin__PushReply *reply = test_author_push(author, &edit, 1);
                assert_non_null(reply);
                assert_int_equal(reply->status, expected ? STATUS_OK : STATUS_REFUSED);
                assert_int_equal(test_author_find(author, tables[t].kind, n)->dead, expected);
            }
}

static void a_return_without_a_reason_is_refused(void **state)
{
    struct fixture *f = *state;
    for (size_t t = 0; t < TABLES; t++) {
        const struct kind *kind = kind_named(f, tables[t].kind);
        unsigned n = ++f->made;
        bring_to(f, &tables[t], n, 1);
        struct edit edit = test_author_change(&f->district, kind->name, n, "state", "submitted", "returned");
        const Lianxin__PushReply *reply = test_author_push(&f->district, &edit, 1);
        assert_non_null(reply);
        assert_int_equal(reply->status, STATUS_REFUSED);
        assert_string_equal(test_author_field(&f->district, kind->name, n, "state"), "submitted");
    }
}

/* An edit made offline, of a draft, may come when the report was submitted by another device: it is refused, not merged. */
static void a_report_that_the_district_has_is_changed_by_the_district_only(void **state)
{
    struct fixture *f = *state;
    for (size_t at = 1; at <= 2; at++) /* submitted, accepted */
        for (enum writer writer = WRITER_SCHOOL; writer <= WRITER_DISTRICT; writer++) {
            struct test_author *author = writer == WRITER_SCHOOL ? &f->school : &f->district;
            unsigned n = ++f->made;
            bring_to(f, &tables[1], n, at);
            struct edit edit = test_author_change(author, "report", n, "text", "", "更正");
            const Lianxin__PushReply *reply = test_author_push(author, &edit, 1);
            assert_non_null(reply);
            assert_int_equal(reply->status, writer == WRITER_SCHOOL ? STATUS_REFUSED : STATUS_OK);
            assert_string_equal(test_author_field(author, "report", n, "text"), writer == WRITER_SCHOOL ? "" : "更正");
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_tables_here_have_every_state_there_is_and_every_row_of_the_list, setup, teardown),
        cmocka_unit_test_setup_teardown(the_list_allows_what_the_table_says, setup, teardown),
        cmocka_unit_test_setup_teardown(the_server_takes_and_refuses_what_the_table_says, setup, teardown),
        cmocka_unit_test_setup_teardown(the_server_deletes_what_the_table_says, setup, teardown),
        cmocka_unit_test_setup_teardown(a_return_without_a_reason_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_report_that_the_district_has_is_changed_by_the_district_only, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
