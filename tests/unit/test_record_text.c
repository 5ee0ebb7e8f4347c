/* SPDX-License-Identifier: Apache-2.0 */
#include "common/record/text.h"
#include "tests/unit/record_fixture.h"

static const char *text_of(struct fixture *f, const ProtobufCMessage *message, const char *name)
{
    const struct kind *kind = message->descriptor == f->activity->descriptor ? f->activity : f->conflict;
    return record_text(&f->arena, message, field_of(kind, name), true, 28800);
}

static enum status type(struct fixture *f, ProtobufCMessage *message, const char *name, const char *text)
{
    return record_parse_text(&f->arena, message, field_of(f->activity, name), text, &f->err);
}

static void what_is_typed_is_shown_the_same_way(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *field, *typed, *shown;
    } cases[] = {
        {"budget_fen", "500", "500.00"},
        {"budget_fen", "500.5", "500.50"},
        {"budget_fen", "1,200元", "1200.00"},
        {"budget_fen", "１．５万", "15000.00"},
        {"budget_fen", "0.05", "0.05"},
        {"months", "2024-09", "2024-09"},
        {"months", "2024-09,2024-11", "2024-09,2024-11"},
        {"months", "2024-09~12", "2024-09,2024-10,2024-11,2024-12"},
        {"months", "2024年11月至2025年1月、3月", "2024-11,2024-12,2025-01,2025-03"},
        {"months", "２０２４－０９，１０", "2024-09,2024-10"},
        {"deferred_to", "2025/3", "2025-03"},
        {"state", "done", "完成"},
        {"state", "延期", "延期"},
        {"category", "care", "送温暖与帮扶"},
        {"category_confirmed", "是", "是"},
        {"participants", " ３０人 ", "30"},
        {"assisting", "德育处、 办公室，总务处", "德育处、办公室、总务处"},
        {"text", "　召开（第一次）会议。 ", "召开（第一次）会议。"},
        {"lead", "-", ""},
        {"assisting", "－；-、", ""},
        {"plan", "01020304-0506-0708-090a-0b0c0d0e0f10", "01020304-0506-0708-090a-0b0c0d0e0f10"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ProtobufCMessage *message = &new_activity(f)->base;
        if (type(f, message, cases[i].field, cases[i].typed) != STATUS_OK)
            fail_msg("%s: %s", cases[i].typed, f->err.text);
        assert_string_equal(text_of(f, message, cases[i].field), cases[i].shown);
    }
}

static void what_cannot_be_read_is_refused_and_changes_nothing(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *field, *typed;
    } cases[] = {
        {"budget_fen", "many"},
        {"budget_fen", "1.555"},
        {"budget_fen", "12,34"},
        {"budget_fen", "9999999999999999"},
        {"months", "九月"},
        {"months", "2024-13"},
        {"months", "2024-09~08"},
        {"months", "2024-01,2034-01"},
        {"deferred_to", "9"},
        {"state", "finished"},
        {"category_confirmed", "maybe"},
        {"participants", "3x"},
        {"participants", "-1"},
        {"participants", "99999999999999999999"},
        {"plan", "zz"},
        {"text", "\xFF"},
        {"participants", "4294967296"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ProtobufCMessage *message = &new_activity(f)->base, *copy = record_clone(&f->arena, f->activity, message);
        enum status status = type(f, message, cases[i].field, cases[i].typed);
        if (status != STATUS_USAGE && status != STATUS_INVALID)
            fail_msg("%s %s was taken", cases[i].field, cases[i].typed);
        assert_true(record_diff(f->activity, message, copy) == 0);
    }
}

static void a_day_is_read_in_the_usual_spellings_when_it_exists(void **state)
{
    struct fixture *f = *state;
    const struct kind *occurrence = schema_find_kind_by_name(f->schema, "occurrence");
    const struct field *day = field_of(occurrence, "day");
    ProtobufCMessage *o = record_message_new(&f->arena, occurrence);
    static const char *const spellings[] = {"2024-09-01", "2024/9/1", "2024.9.1", "2024年9月1日", "２０２４年９月１号"};
    for (size_t i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        assert_int_equal(record_parse_text(&f->arena, o, day, spellings[i], &f->err), STATUS_OK);
        assert_string_equal(record_text(&f->arena, o, day, true, 28800), "2024-09-01");
    }
    assert_int_equal(record_parse_text(&f->arena, o, day, "2023-02-29", &f->err), STATUS_USAGE);
    assert_int_equal(record_parse_text(&f->arena, o, day, "2024-09", &f->err), STATUS_USAGE);
}

static void a_record_in_json_has_its_fields_under_their_names(void **state)
{
    struct fixture *f = *state;
    Lianxin__Activity *a = new_activity(f);
    month_set_add(&a->months, month_make(2024, 4));
    a->has_category = 1;
    a->category = (Lianxin__Category)99;
    a->has_budget_fen = 1;
    a->budget_fen = 50050;
    struct record *record = record_with(f, f->activity, &a->base);
    record->rev = 12;
    json_t *json = record_json(&f->arena, f->schema, record);
    char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
    assert_string_equal(text,
                        "{\"budget_fen\":50050,\"category\":99,\"id\":\"01020300-0000-0000-0000-000000000000\","
                        "\"months\":[\"2024-03\",\"2024-04\"],\"number\":\"3.2\",\"plan\":\"00000000-0000-0000-0000-000000000000\","
                        "\"rev\":12,\"state\":\"planned\",\"text\":\"庆三八活动\"}");
    free(text);
    json_decref(json);
}

static void a_tombstone_in_json_says_so(void **state)
{
    struct fixture *f = *state;
    struct record *record = record_new(&f->arena, f->activity, A_STREAM, &f->id);
    record->dead = true;
    json_t *json = record_json(&f->arena, f->schema, record);
    assert_true(json_is_true(json_object_get(json, "dead")));
    json_decref(json);
}

static void figures_instants_and_the_values_of_a_conflict_are_readable_in_json(void **state)
{
    struct fixture *f = *state;
    Lianxin__Activity *mine = (Lianxin__Activity *)record_message_new(&f->arena, f->activity);
    mine->lead = arena_strdup(&f->arena, "工会");
    const uint8_t *data;
    size_t bytes;
    record_encode(&f->arena, &mine->base, &data, &bytes);
    Lianxin__Conflict *c = (Lianxin__Conflict *)record_message_new(&f->arena, f->conflict);
    c->has_record_kind = c->has_mine = c->has_author_at = 1;
    c->record_kind = f->activity->number;
    c->mine = (ProtobufCBinaryData){.len = bytes, .data = arena_copy(&f->arena, data, bytes)};
    c->author_at = 1725150600123;
    json_t *json = record_json(&f->arena, f->schema, record_with(f, f->conflict, &c->base));
    assert_string_equal(json_string_value(json_object_get(json_object_get(json, "mine"), "lead")), "工会");
    assert_string_equal(json_string_value(json_object_get(json, "author_at")), "2024-09-01T00:30:00.123Z");
    assert_string_equal(text_of(f, &c->base, "author_at"), "2024-09-01 08:30:00");
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(what_is_typed_is_shown_the_same_way),
        FIXTURE_TEST(what_cannot_be_read_is_refused_and_changes_nothing),
        FIXTURE_TEST(a_day_is_read_in_the_usual_spellings_when_it_exists),
        FIXTURE_TEST(a_record_in_json_has_its_fields_under_their_names),
        FIXTURE_TEST(a_tombstone_in_json_says_so),
        FIXTURE_TEST(figures_instants_and_the_values_of_a_conflict_are_readable_in_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
