/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "common/record/rules.h"
#include "tests/unit/record_fixture.h"

static enum reason reason_of(struct fixture *f, const struct kind *kind, const ProtobufCMessage *message)
{
    f->err.reason = REASON_NONE;
    enum status status = record_validate(kind, message, NULL, false, &f->err);
    assert_int_equal(status == STATUS_OK, f->err.reason == REASON_NONE);
    return f->err.reason;
}

static void a_field_must_hold_what_its_meaning_says(void **state)
{
    struct fixture *f = *state;
    Lianxin__Activity *a = new_activity(f), *bad;
    char *long_text = arena_alloc(&f->arena, LIMIT_TEXT_BYTES + 2);
    memset(long_text, 'x', LIMIT_TEXT_BYTES + 1);
    char *items[LIMIT_LIST_ITEMS + 1];
    for (size_t i = 0; i < LIMIT_LIST_ITEMS + 1; i++)
        items[i] = long_text + LIMIT_TEXT_BYTES;
    assert_int_equal(reason_of(f, f->activity, &a->base), REASON_NONE);
    (bad = copy_activity(f, a))->text = NULL;
    assert_int_equal(reason_of(f, f->activity, &bad->base), REASON_FIELD_REQUIRED);
    (bad = copy_activity(f, a))->text = long_text + LIMIT_TEXT_BYTES + 1;
    assert_int_equal(reason_of(f, f->activity, &bad->base), REASON_FIELD_REQUIRED);
    (bad = copy_activity(f, a))->text = long_text;
    assert_int_equal(reason_of(f, f->activity, &bad->base), REASON_FIELD_LONG);
    (bad = copy_activity(f, a))->text = arena_strdup(&f->arena, "two\nlines");
    assert_int_equal(reason_of(f, f->activity, &bad->base), REASON_FIELD_TEXT);
    (bad = copy_activity(f, a))->months = 5;
    assert_int_equal(reason_of(f, f->activity, &bad->base), REASON_FIELD_NUMBER);
    (bad = copy_activity(f, a))->state = (Lianxin__ActivityState)99;
    assert_int_equal(reason_of(f, f->activity, &bad->base), REASON_FIELD_NUMBER);
    (bad = copy_activity(f, a))->plan.len = 15;
    assert_int_equal(reason_of(f, f->activity, &bad->base), REASON_FIELD_BYTES);
    (bad = copy_activity(f, a))->has_budget_fen = 1;
    bad->budget_fen = -1;
    assert_int_equal(reason_of(f, f->activity, &bad->base), REASON_FIELD_NUMBER);
    bad->budget_fen = LIMIT_MONEY_FEN + 1;
    assert_int_equal(reason_of(f, f->activity, &bad->base), REASON_FIELD_NUMBER);
    (bad = copy_activity(f, a))->n_tags = LIMIT_LIST_ITEMS + 1;
    bad->tags = items;
    assert_int_equal(reason_of(f, f->activity, &bad->base), REASON_FIELD_ITEMS);
}

static void an_unknown_enum_value_may_stay_but_not_come(void **state)
{
    struct fixture *f = *state;
    Lianxin__Activity *a = new_activity(f);
    a->has_origin = 1;
    a->origin = (Lianxin__Origin)99;
    Lianxin__Activity *same = copy_activity(f, a);
    assert_int_equal(record_validate(f->activity, &a->base, NULL, false, &f->err), STATUS_INVALID);
    assert_int_equal(record_validate(f->activity, &a->base, &same->base, false, &f->err), STATUS_OK);
    same->origin = (Lianxin__Origin)98;
    assert_int_equal(record_validate(f->activity, &a->base, &same->base, false, &f->err), STATUS_INVALID);
}

static void a_day_must_be_in_the_calendar(void **state)
{
    struct fixture *f = *state;
    const struct kind *kind = schema_find_kind_by_name(f->schema, "occurrence");
    static const struct {
        const char *day;
        bool good;
    } days[] = {{"2024-02-29", true},  {"2023-02-29", false}, {"2024-13-01", false}, {"2024-00-10", false},  {"2024-4-1", false},
                {"2024-04-31", false}, {"2024-04-30", true},  {"0000-01-01", false}, {"2024-04-30 ", false}, {"-024-04-30", false}};
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        Lianxin__Occurrence *o = (Lianxin__Occurrence *)record_message_new(&f->arena, kind);
        o->has_activity = 1;
        o->activity = new_activity(f)->plan;
        o->day = arena_strdup(&f->arena, days[i].day);
        assert_int_equal(reason_of(f, kind, &o->base), days[i].good ? REASON_NONE : REASON_FIELD_DAY);
    }
}

static Lianxin__Plan *new_plan(struct fixture *f, const struct kind *kind)
{
    Lianxin__Plan *p = (Lianxin__Plan *)record_message_new(&f->arena, kind);
    p->has_body = p->has_first_month = p->has_last_month = p->has_state = 1;
    p->body = LIANXIN__BODY__BODY_UNION;
    p->state = LIANXIN__PLAN_STATE__PLAN_STATE_DRAFT;
    p->title = arena_strdup(&f->arena, "2024年工会工作计划");
    p->first_month = month_make(2024, 1);
    p->last_month = month_make(2024, 12);
    return p;
}

static void a_term_ends_after_it_begins_and_is_at_most_two_years(void **state)
{
    struct fixture *f = *state;
    const struct kind *plan = schema_find_kind_by_name(f->schema, "plan");
    Lianxin__Plan *p = new_plan(f, plan);
    assert_int_equal(reason_of(f, plan, &p->base), REASON_NONE);
    p->last_month = p->first_month - 1;
    assert_int_equal(reason_of(f, plan, &p->base), REASON_RULE_ORDER);
    p->last_month = p->first_month + 23;
    assert_int_equal(reason_of(f, plan, &p->base), REASON_NONE);
    p->last_month = p->first_month + 24;
    assert_int_equal(reason_of(f, plan, &p->base), REASON_RULE_SPAN);
}

static void a_month_report_is_about_one_month_and_a_summary_may_be_about_more(void **state)
{
    struct fixture *f = *state;
    const struct kind *kind = schema_find_kind_by_name(f->schema, "report");
    Lianxin__Report *r = (Lianxin__Report *)record_message_new(&f->arena, kind);
    r->has_report_kind = r->has_first_month = r->has_last_month = r->has_state = 1;
    r->report_kind = LIANXIN__REPORT_KIND__REPORT_KIND_SUMMARY;
    r->state = LIANXIN__REPORT_STATE__REPORT_STATE_DRAFT;
    r->first_month = month_make(2024, 1);
    r->last_month = month_make(2024, 6);
    assert_int_equal(reason_of(f, kind, &r->base), REASON_NONE);
    r->report_kind = LIANXIN__REPORT_KIND__REPORT_KIND_MONTH;
    assert_int_equal(reason_of(f, kind, &r->base), REASON_RULE_SPAN);
}

static void a_deferred_activity_has_a_month_and_a_reason_and_a_cancelled_one_a_reason(void **state)
{
    struct fixture *f = *state;
    Lianxin__Activity *a = new_activity(f);
    a->state = LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_CANCELLED;
    assert_int_equal(reason_of(f, f->activity, &a->base), REASON_RULE_NEEDS);
    a->state_reason = arena_strdup(&f->arena, "疫情");
    assert_int_equal(reason_of(f, f->activity, &a->base), REASON_NONE);
    a->state = LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DEFERRED;
    assert_int_equal(reason_of(f, f->activity, &a->base), REASON_RULE_NEEDS);
    a->has_deferred_to = 1;
    a->deferred_to = month_make(2024, 5);
    assert_int_equal(reason_of(f, f->activity, &a->base), REASON_NONE);
    a->state_reason = arena_strdup(&f->arena, "");
    assert_int_equal(reason_of(f, f->activity, &a->base), REASON_RULE_NEEDS);
}

static void a_partial_record_is_checked_for_what_it_shows(void **state)
{
    struct fixture *f = *state;
    Lianxin__Activity *a = (Lianxin__Activity *)record_message_new(&f->arena, f->activity);
    a->lead = arena_strdup(&f->arena, "工会");
    assert_int_equal(record_validate(f->activity, &a->base, NULL, true, &f->err), STATUS_OK);
    a->has_state = 1;
    a->state = LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_CANCELLED;
    assert_int_equal(record_validate(f->activity, &a->base, NULL, true, &f->err), STATUS_INVALID);
}

static void every_rule_and_step_names_a_field_and_a_state_that_exist(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *kind, *when, *value, *first, *last;
    } rules[] = {
#define ORDER(kind, first, last, months) {#kind, NULL, NULL, #first, #last},
#define NEEDS(kind, field, value, needed) {#kind, #field, #value, #needed, NULL},
#define SPAN(kind, field, value, first, last, months) {#kind, #field, #value, #first, #last},
#define NOT_NEGATIVE(kind, field) {#kind, NULL, NULL, #field, NULL},
#include "common/record/rule.def"
#undef ORDER
#undef NEEDS
#undef SPAN
#undef NOT_NEGATIVE
    };
    static const struct {
        const char *kind, *from, *to;
    } steps[] = {
#define STEP(kind, from, to, actor) {#kind, #from, #to},
#include "common/record/step.def"
#undef STEP
    };
    int64_t value;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const struct kind *kind = schema_find_kind_by_name(f->schema, rules[i].kind);
        assert_non_null(kind);
        field_of(kind, rules[i].first);
        if (rules[i].last)
            field_of(kind, rules[i].last);
        if (rules[i].when)
            assert_true(schema_enum_parse(field_of(kind, rules[i].when), rules[i].value, &value));
    }
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        const struct field *field = field_of(schema_find_kind_by_name(f->schema, steps[i].kind), "state");
        assert_true(strcmp(steps[i].from, "NEW") == 0 || strcmp(steps[i].from, "ANY") == 0 ||
                    schema_enum_parse(field, steps[i].from, &value));
        assert_true(strcmp(steps[i].to, "ANY") == 0 || strcmp(steps[i].to, "GONE") == 0 ||
                    schema_enum_parse(field, steps[i].to, &value));
    }
}

static void only_the_district_files_and_accepts_and_it_may_do_what_a_school_may(void **state)
{
    struct fixture *f = *state;
    const struct kind *plan = schema_find_kind_by_name(f->schema, "plan"), *report = schema_find_kind_by_name(f->schema, "report");
    assert_true(rules_step_allowed(plan, NULL, "draft", WRITER_SCHOOL));
    assert_true(rules_step_allowed(plan, "draft", "submitted", WRITER_SCHOOL));
    assert_true(rules_step_allowed(plan, "draft", "submitted", WRITER_DISTRICT));
    assert_false(rules_step_allowed(plan, "submitted", "filed", WRITER_SCHOOL));
    assert_true(rules_step_allowed(plan, "submitted", "filed", WRITER_DISTRICT));
    assert_true(rules_step_allowed(plan, "submitted", "draft", WRITER_SCHOOL));
    assert_false(rules_step_allowed(plan, "filed", "draft", WRITER_SCHOOL));
    assert_false(rules_step_allowed(plan, "draft", "filed", WRITER_DISTRICT));
    assert_true(rules_step_allowed(report, "submitted", "accepted", WRITER_DISTRICT));
    assert_false(rules_step_allowed(report, "accepted", "draft", WRITER_SCHOOL));
    assert_true(rules_step_allowed(plan, "filed", "filed", WRITER_SCHOOL));
    assert_false(rules_step_allowed(report, "accepted", "accepted", WRITER_SCHOOL));
    assert_true(rules_step_allowed(report, "accepted", "accepted", WRITER_DISTRICT));
    assert_false(rules_step_allowed(report, "submitted", "submitted", WRITER_SCHOOL));
    assert_true(rules_step_allowed(plan, "draft", NULL, WRITER_SCHOOL));
    assert_false(rules_step_allowed(plan, "filed", NULL, WRITER_SCHOOL));
    assert_false(rules_step_allowed(report, "accepted", NULL, WRITER_DISTRICT));
    assert_true(rules_step_allowed(f->activity, "done", NULL, WRITER_SCHOOL));
    assert_true(rules_step_allowed(f->activity, "done", "doing", WRITER_SCHOOL));
    assert_true(rules_step_allowed(schema_find_kind_by_name(f->schema, "section"), NULL, "anything", WRITER_SCHOOL));
    assert_false(rules_step_allowed(f->conflict, "resolved", "open", WRITER_SCHOOL));
}

static void every_step_a_school_takes_alone_can_be_taken_back_by_it(void **state)
{
    struct fixture *f = *state;
    static const char *const states[] = {"planned", "doing", "done", "deferred", "cancelled", "dropped"};
    for (size_t a = 0; a < sizeof states / sizeof states[0]; a++)
        for (size_t b = 0; b < sizeof states / sizeof states[0]; b++)
            assert_true(rules_step_allowed(f->activity, states[a], states[b], WRITER_SCHOOL));
}

static void a_step_between_two_messages_is_refused_with_its_names(void **state)
{
    struct fixture *f = *state;
    const struct kind *plan = schema_find_kind_by_name(f->schema, "plan");
    Lianxin__Plan *before = new_plan(f, plan), *after = new_plan(f, plan);
    after->state = LIANXIN__PLAN_STATE__PLAN_STATE_FILED;
    assert_int_equal(rules_check_step(plan, &before->base, &after->base, WRITER_DISTRICT, &f->err), STATUS_INVALID);
    assert_int_equal(f->err.reason, REASON_STATE_STEP);
    assert_string_equal(f->err.arguments[1], "draft");
    assert_string_equal(f->err.arguments[2], "filed");
    assert_int_equal(rules_check_step(plan, NULL, &after->base, WRITER_SCHOOL, &f->err), STATUS_INVALID);
    assert_int_equal(rules_check_step(plan, NULL, &after->base, WRITER_DISTRICT, &f->err), STATUS_OK);
    assert_int_equal(rules_check_step(plan, &after->base, &after->base, WRITER_SCHOOL, &f->err), STATUS_OK);
}

static void what_is_accepted_is_changed_by_the_district_only(void **state)
{
    struct fixture *f = *state;
    const struct kind *kind = schema_find_kind_by_name(f->schema, "report");
    Lianxin__Report *report = (Lianxin__Report *)record_message_new(&f->arena, kind);
    report->has_state = 1;
    report->state = LIANXIN__REPORT_STATE__REPORT_STATE_ACCEPTED;
    assert_int_equal(rules_check_step(kind, &report->base, &report->base, WRITER_SCHOOL, &f->err), STATUS_DENIED);
    assert_int_equal(f->err.reason, REASON_STATE_HELD);
    assert_int_equal(rules_check_step(kind, &report->base, &report->base, WRITER_DISTRICT, &f->err), STATUS_OK);
}

static void what_is_submitted_is_taken_back_before_its_school_changes_it(void **state)
{
    struct fixture *f = *state;
    const struct kind *kind = schema_find_kind_by_name(f->schema, "report");
    Lianxin__Report *before = (Lianxin__Report *)record_message_new(&f->arena, kind);
    Lianxin__Report *draft = (Lianxin__Report *)record_message_new(&f->arena, kind);
    before->has_state = draft->has_state = 1;
    before->state = LIANXIN__REPORT_STATE__REPORT_STATE_SUBMITTED;
    draft->state = LIANXIN__REPORT_STATE__REPORT_STATE_DRAFT;
    assert_int_equal(rules_check_step(kind, &before->base, &before->base, WRITER_SCHOOL, &f->err), STATUS_DENIED);
    assert_int_equal(f->err.reason, REASON_STATE_HELD);
    assert_int_equal(rules_check_step(kind, &before->base, &before->base, WRITER_DISTRICT, &f->err), STATUS_OK);
    assert_int_equal(rules_check_step(kind, &before->base, &draft->base, WRITER_SCHOOL, &f->err), STATUS_OK);
    assert_int_equal(rules_check_step(kind, &draft->base, &draft->base, WRITER_SCHOOL, &f->err), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_field_must_hold_what_its_meaning_says),
        FIXTURE_TEST(an_unknown_enum_value_may_stay_but_not_come),
        FIXTURE_TEST(a_day_must_be_in_the_calendar),
        FIXTURE_TEST(a_term_ends_after_it_begins_and_is_at_most_two_years),
        FIXTURE_TEST(a_month_report_is_about_one_month_and_a_summary_may_be_about_more),
        FIXTURE_TEST(a_deferred_activity_has_a_month_and_a_reason_and_a_cancelled_one_a_reason),
        FIXTURE_TEST(a_partial_record_is_checked_for_what_it_shows),
        FIXTURE_TEST(every_rule_and_step_names_a_field_and_a_state_that_exist),
        FIXTURE_TEST(only_the_district_files_and_accepts_and_it_may_do_what_a_school_may),
        FIXTURE_TEST(every_step_a_school_takes_alone_can_be_taken_back_by_it),
        FIXTURE_TEST(a_step_between_two_messages_is_refused_with_its_names),
        FIXTURE_TEST(what_is_accepted_is_changed_by_the_district_only),
        FIXTURE_TEST(what_is_submitted_is_taken_back_before_its_school_changes_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
