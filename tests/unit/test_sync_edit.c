/* SPDX-License-Identifier: Apache-2.0 */
#include "common/record/stream_hash.h"
#include "common/sync/edit.h"
#include "tests/unit/record_fixture.h"

static struct edit between(struct fixture *f, const ProtobufCMessage *before, const ProtobufCMessage *after)
{
    struct edit edit;
    assert_true(edit_between(&f->arena, f->activity, &f->id, before, after, &edit));
    return edit;
}

static struct edit_applied apply(struct fixture *f, const struct record *current, const struct edit *edit)
{
    struct edit_applied applied;
    edit_apply(&f->arena, current, A_STREAM, edit, &applied);
    return applied;
}

static bool same(struct fixture *f, const ProtobufCMessage *a, const ProtobufCMessage *b)
{
    return record_diff(f->activity, a, b) == 0;
}

static void an_edit_of_what_its_author_saw_gives_what_they_want(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 500; i++) {
        ProtobufCMessage *a = random_activity(f, NULL, f->activity->all), *b = random_activity(f, a, f->activity->all);
        struct edit edit;
        bool differ = edit_between(&f->arena, f->activity, &f->id, a, b, &edit);
        assert_int_equal(differ, !same(f, a, b));
        struct edit_applied applied = apply(f, record_with(f, f->activity, a), &edit);
        assert_int_equal(applied.outcome, differ ? EDIT_APPLIED : EDIT_NOTHING);
        assert_true(applied.set == record_diff(f->activity, a, b));
        assert_true(same(f, applied.result->message, b));
    }
}

static void an_edit_survives_the_wire(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 200; i++) {
        ProtobufCMessage *a = random_activity(f, NULL, f->activity->all), *b = random_activity(f, a, f->activity->all);
        struct edit edit, back;
        if (!edit_between(&f->arena, f->activity, &f->id, a, b, &edit))
            continue;
        assert_int_equal(edit_decode(&f->arena, f->schema, edit_encode(&f->arena, &edit), &back, &f->err), STATUS_OK);
        assert_ptr_equal(back.kind, edit.kind);
        assert_true(back.fields == edit.fields && uuid_equal(&back.id, &edit.id) && !back.remove);
        assert_true(same(f, back.before, edit.before) && same(f, back.after, edit.after));
    }
}

static void an_edit_applied_twice_does_nothing_the_second_time(void **state)
{
    struct fixture *f = *state;
    ProtobufCMessage *a = random_activity(f, NULL, f->activity->all), *b = &new_activity(f)->base;
    struct edit edit = between(f, a, b);
    struct edit_applied once = apply(f, record_with(f, f->activity, a), &edit);
    struct edit_applied twice = apply(f, once.result, &edit);
    assert_int_equal(twice.outcome, EDIT_NOTHING);
    assert_ptr_equal(twice.result, once.result);
}

static void edits_of_different_groups_commute(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 300; i++) {
        field_set some = kind_close_groups(f->activity, next_random(f) & f->activity->all);
        ProtobufCMessage *a = random_activity(f, NULL, f->activity->all);
        ProtobufCMessage *b = random_activity(f, a, some), *c = random_activity(f, a, f->activity->all & ~some);
        struct edit first, second;
        if (!edit_between(&f->arena, f->activity, &f->id, a, b, &first) ||
            !edit_between(&f->arena, f->activity, &f->id, a, c, &second))
            continue;
        struct record *start = record_with(f, f->activity, a);
        struct edit_applied one = apply(f, apply(f, start, &first).result, &second);
        struct edit_applied other = apply(f, apply(f, start, &second).result, &first);
        assert_int_equal(one.outcome, EDIT_APPLIED);
        assert_int_equal(other.outcome, EDIT_APPLIED);
        assert_true(same(f, one.result->message, other.result->message));
    }
}

/* Authors with views of different age edit one record; a replica follows the effects only. */
static void a_replica_that_assigns_effects_has_the_same_record_and_hash(void **state)
{
    struct fixture *f = *state;
    const struct record *held = NULL, *replica = NULL;
    const ProtobufCMessage *views[4] = {NULL};
    struct stream_hash sum = {{0}};
    unsigned conflicts = 0;
    for (uint64_t rev = 1; rev <= 400; rev++) {
        size_t author = next_random(f) % 4;
        ProtobufCMessage *wanted = random_activity(f, views[author], f->activity->all);
        struct edit edit, effect;
        if (!edit_between(&f->arena, f->activity, &f->id, views[author], wanted, &edit))
            continue;
        struct edit_applied applied = apply(f, held, &edit);
        conflicts += applied.outcome == EDIT_CONFLICT;
        assert_true((applied.set & applied.conflicted) == 0);
        if (applied.set) {
            edit_effect(&f->arena, held, &applied, &effect);
            struct record *next = edit_assign(&f->arena, replica, A_STREAM, &effect, rev);
            stream_hash_change(&sum, replica, next);
            replica = next;
            held = applied.result;
            assert_true(same(f, held->message, replica->message));
        }
        if (held)
            views[author] = held->message;
    }
    struct stream_hash again = stream_hash_of_record(held);
    assert_true(stream_hash_equal(&sum, &again));
    assert_true(conflicts > 10);
}

static void a_field_changed_by_somebody_else_first_is_a_conflict_and_the_others_are_set(void **state)
{
    struct fixture *f = *state;
    Lianxin__Activity *seen = new_activity(f), *held = copy_activity(f, seen), *wanted = copy_activity(f, seen);
    held->lead = arena_strdup(&f->arena, "德育处");
    wanted->lead = arena_strdup(&f->arena, "工会");
    wanted->person = arena_strdup(&f->arena, "王老师");
    struct edit edit = between(f, &seen->base, &wanted->base);
    struct edit_applied applied = apply(f, record_with(f, f->activity, &held->base), &edit);
    assert_int_equal(applied.outcome, EDIT_CONFLICT);
    assert_int_equal(applied.why, LIANXIN__CONFLICT_WHY__CONFLICT_WHY_RACED);
    assert_true(applied.conflicted == bit_of(f->activity, "lead"));
    assert_true(applied.set == bit_of(f->activity, "person"));
    const Lianxin__Activity *result = (const Lianxin__Activity *)applied.result->message;
    assert_string_equal(result->lead, "德育处");
    assert_string_equal(result->person, "王老师");
}

static void a_merge_group_is_set_or_refused_as_one(void **state)
{
    struct fixture *f = *state;
    Lianxin__Activity *seen = new_activity(f), *held = copy_activity(f, seen), *wanted = copy_activity(f, seen);
    held->has_deferred_to = 1;
    held->deferred_to = month_make(2024, 5);
    wanted->state = LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DONE;
    struct edit edit = between(f, &seen->base, &wanted->base);
    assert_true(edit.fields == kind_close_groups(f->activity, bit_of(f->activity, "state")));
    struct edit_applied applied = apply(f, record_with(f, f->activity, &held->base), &edit);
    assert_true(applied.conflicted == edit.fields);
    assert_true(applied.set == 0);
}

static void a_listed_field_without_a_value_is_cleared(void **state)
{
    struct fixture *f = *state;
    Lianxin__Activity *seen = new_activity(f), *wanted = copy_activity(f, seen);
    seen->lead = arena_strdup(&f->arena, "工会");
    struct edit edit = between(f, &seen->base, &wanted->base);
    struct edit_applied applied = apply(f, record_with(f, f->activity, &seen->base), &edit);
    assert_false(record_has(applied.result->message, field_of(f->activity, "lead")));
}

static void creating_what_exists_already_with_the_same_content_does_nothing(void **state)
{
    struct fixture *f = *state;
    ProtobufCMessage *a = random_activity(f, NULL, f->activity->all);
    struct edit edit = between(f, NULL, a);
    assert_int_equal(apply(f, NULL, &edit).outcome, EDIT_APPLIED);
    assert_int_equal(apply(f, record_with(f, f->activity, a), &edit).outcome, EDIT_NOTHING);
}

static void a_delete_of_what_its_author_saw_leaves_a_tombstone(void **state)
{
    struct fixture *f = *state;
    struct record *record = record_with(f, f->activity, random_activity(f, NULL, f->activity->all));
    struct edit edit, back;
    edit_delete(&f->arena, record, &edit);
    assert_int_equal(edit_decode(&f->arena, f->schema, edit_encode(&f->arena, &edit), &back, &f->err), STATUS_OK);
    struct edit_applied applied = apply(f, record, &back);
    assert_int_equal(applied.outcome, EDIT_APPLIED);
    assert_true(applied.result->dead);
    assert_true(record_present(f->activity, applied.result->message) == 0);
    assert_int_equal(apply(f, applied.result, &back).outcome, EDIT_NOTHING);
    assert_int_equal(apply(f, NULL, &back).outcome, EDIT_NOTHING);
}

static void a_delete_of_a_record_changed_meanwhile_is_a_conflict_and_the_record_lives(void **state)
{
    struct fixture *f = *state;
    Lianxin__Activity *seen = new_activity(f), *held = copy_activity(f, seen);
    held->person = arena_strdup(&f->arena, "王老师");
    struct edit edit;
    edit_delete(&f->arena, record_with(f, f->activity, &seen->base), &edit);
    struct edit_applied applied = apply(f, record_with(f, f->activity, &held->base), &edit);
    assert_int_equal(applied.outcome, EDIT_CONFLICT);
    assert_int_equal(applied.why, LIANXIN__CONFLICT_WHY__CONFLICT_WHY_ALIVE);
    assert_false(applied.result->dead);
    assert_true(same(f, applied.result->message, &held->base));
}

static void an_edit_of_a_tombstone_is_a_conflict_and_it_stays_dead(void **state)
{
    struct fixture *f = *state;
    Lianxin__Activity *seen = new_activity(f), *wanted = copy_activity(f, seen);
    wanted->person = arena_strdup(&f->arena, "王老师");
    struct edit edit = between(f, &seen->base, &wanted->base);
    struct record *dead = record_new(&f->arena, f->activity, A_STREAM, &f->id);
    dead->dead = true;
    struct edit_applied applied = apply(f, dead, &edit);
    assert_int_equal(applied.outcome, EDIT_CONFLICT);
    assert_int_equal(applied.why, LIANXIN__CONFLICT_WHY__CONFLICT_WHY_DEAD);
    assert_ptr_equal(applied.result, dead);
}

/* Two edits, each fine by itself, that together end a term before it begins; the fields are of one group for plans, of two here. */
static void a_merge_that_breaks_a_rule_refuses_what_came_in(void **state)
{
    struct fixture *f = *state;
    struct schema_source source = *schema_source_current();
    struct field_row *rows = arena_copy(&f->arena, source.fields, source.n_fields * sizeof *rows);
    for (size_t i = 0; i < source.n_fields; i++)
        if (strcmp(rows[i].kind, "plan") == 0)
            rows[i].group = 0;
    source.fields = rows;
    const struct schema *schema;
    assert_int_equal(schema_new(&f->arena, &source, &schema, &f->err), STATUS_OK);
    const struct kind *plan = schema_find_kind_by_name(schema, "plan");
    Lianxin__Plan *seen = (Lianxin__Plan *)record_message_new(&f->arena, plan);
    seen->has_body = seen->has_first_month = seen->has_last_month = seen->has_state = 1;
    seen->body = LIANXIN__BODY__BODY_UNION;
    seen->state = LIANXIN__PLAN_STATE__PLAN_STATE_DRAFT;
    seen->title = arena_strdup(&f->arena, "工作计划");
    seen->first_month = month_make(2024, 1);
    seen->last_month = month_make(2024, 12);
    Lianxin__Plan *held = (Lianxin__Plan *)record_clone(&f->arena, plan, &seen->base);
    held->last_month = month_make(2024, 6);
    Lianxin__Plan *wanted = (Lianxin__Plan *)record_clone(&f->arena, plan, &seen->base);
    wanted->first_month = month_make(2024, 9);
    struct edit edit;
    assert_true(edit_between(&f->arena, plan, &f->id, &seen->base, &wanted->base, &edit));
    assert_int_equal(edit_validate(&edit, false, &f->err), STATUS_OK);
    struct record *record = record_with(f, plan, &held->base);
    struct edit_applied applied = apply(f, record, &edit);
    assert_int_equal(applied.outcome, EDIT_CONFLICT);
    assert_int_equal(applied.why, LIANXIN__CONFLICT_WHY__CONFLICT_WHY_INVALID);
    assert_true(applied.invalid == edit.fields && applied.set == 0);
    assert_ptr_equal(applied.result, record);
}

static void a_record_that_broke_a_rule_before_can_still_be_edited(void **state)
{
    struct fixture *f = *state;
    Lianxin__Activity *held = new_activity(f), *wanted;
    held->number = NULL;
    wanted = copy_activity(f, held);
    wanted->person = arena_strdup(&f->arena, "王老师");
    struct edit edit = between(f, &held->base, &wanted->base);
    assert_int_equal(apply(f, record_with(f, f->activity, &held->base), &edit).outcome, EDIT_APPLIED);
}

static void what_an_edit_breaks_by_itself_is_told_to_its_author(void **state)
{
    struct fixture *f = *state;
    Lianxin__Activity *seen = new_activity(f), *wanted = copy_activity(f, seen);
    wanted->state = LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_CANCELLED;
    struct edit edit = between(f, &seen->base, &wanted->base);
    assert_int_equal(edit_validate(&edit, false, &f->err), STATUS_INVALID);
    assert_int_equal(f->err.reason, REASON_RULE_NEEDS);
    wanted = copy_activity(f, seen);
    wanted->text = NULL;
    edit = between(f, &seen->base, &wanted->base);
    assert_int_equal(edit_validate(&edit, false, &f->err), STATUS_INVALID);
    assert_int_equal(f->err.reason, REASON_FIELD_REQUIRED);
    wanted = copy_activity(f, seen);
    wanted->plan = (ProtobufCBinaryData){.len = UUID_BYTES, .data = arena_copy(&f->arena, "0123456789abcdef", UUID_BYTES)};
    edit = between(f, &seen->base, &wanted->base);
    assert_int_equal(edit_validate(&edit, false, &f->err), STATUS_INVALID);
    assert_int_equal(f->err.reason, REASON_FIELD_FIXED);
    wanted->number = NULL;
    edit = between(f, NULL, &wanted->base);
    assert_int_equal(edit_validate(&edit, true, &f->err), STATUS_INVALID);
    edit = between(f, NULL, &seen->base);
    assert_int_equal(edit_validate(&edit, true, &f->err), STATUS_OK);
}

static void an_edit_that_makes_no_sense_is_refused_with_a_reason(void **state)
{
    struct fixture *f = *state;
    Lianxin__Activity *seen = new_activity(f), *wanted = copy_activity(f, seen);
    wanted->person = arena_strdup(&f->arena, "王老师");
    struct edit edit = between(f, &seen->base, &wanted->base), out;
    Lianxin__Edit *wire = edit_encode(&f->arena, &edit);
    wire->kind = 77;
    assert_int_equal(edit_decode(&f->arena, f->schema, wire, &out, &f->err), STATUS_INVALID);
    assert_int_equal(f->err.reason, REASON_KIND_UNKNOWN);
    wire = edit_encode(&f->arena, &edit);
    wire->fields[0] = 700;
    assert_int_equal(edit_decode(&f->arena, f->schema, wire, &out, &f->err), STATUS_INVALID);
    assert_int_equal(f->err.reason, REASON_FIELD_UNKNOWN);
    wire = edit_encode(&f->arena, &edit);
    wire->fields[0] = 6;
    assert_int_equal(edit_decode(&f->arena, f->schema, wire, &out, &f->err), STATUS_INVALID);
    wire = edit_encode(&f->arena, &edit);
    wire->id.len = 15;
    assert_int_equal(edit_decode(&f->arena, f->schema, wire, &out, &f->err), STATUS_INVALID);
    wire = edit_encode(&f->arena, &edit);
    wire->n_fields = 0;
    wire->has_after = 0;
    wire->after.len = 0;
    assert_int_equal(edit_decode(&f->arena, f->schema, wire, &out, &f->err), STATUS_INVALID);
    wire = edit_encode(&f->arena, &edit);
    wire->after.len--;
    assert_int_equal(edit_decode(&f->arena, f->schema, wire, &out, &f->err), STATUS_PROTOCOL);
    wire = edit_encode(&f->arena, &edit);
    wire->act = LIANXIN__EDIT__ACT__DELETE;
    assert_int_equal(edit_decode(&f->arena, f->schema, wire, &out, &f->err), STATUS_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(an_edit_of_what_its_author_saw_gives_what_they_want),
        FIXTURE_TEST(an_edit_survives_the_wire),
        FIXTURE_TEST(an_edit_applied_twice_does_nothing_the_second_time),
        FIXTURE_TEST(edits_of_different_groups_commute),
        FIXTURE_TEST(a_replica_that_assigns_effects_has_the_same_record_and_hash),
        FIXTURE_TEST(a_field_changed_by_somebody_else_first_is_a_conflict_and_the_others_are_set),
        FIXTURE_TEST(a_merge_group_is_set_or_refused_as_one),
        FIXTURE_TEST(a_listed_field_without_a_value_is_cleared),
        FIXTURE_TEST(creating_what_exists_already_with_the_same_content_does_nothing),
        FIXTURE_TEST(a_delete_of_what_its_author_saw_leaves_a_tombstone),
        FIXTURE_TEST(a_delete_of_a_record_changed_meanwhile_is_a_conflict_and_the_record_lives),
        FIXTURE_TEST(an_edit_of_a_tombstone_is_a_conflict_and_it_stays_dead),
        FIXTURE_TEST(a_merge_that_breaks_a_rule_refuses_what_came_in),
        FIXTURE_TEST(a_record_that_broke_a_rule_before_can_still_be_edited),
        FIXTURE_TEST(what_an_edit_breaks_by_itself_is_told_to_its_author),
        FIXTURE_TEST(an_edit_that_makes_no_sense_is_refused_with_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
