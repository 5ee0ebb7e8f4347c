/* SPDX-License-Identifier: Apache-2.0 */
#include "common/sync/conflict.h"
#include "tests/unit/record_fixture.h"

static const struct conflict_author wang = {
    .instance = {{1}}, .sequence = 7, .device = {{0xA}}, .person = "王老师", .time_ms = 2000};
static const struct conflict_author li = {.instance = {{2}}, .sequence = 3, .device = {{0xB}}, .person = "李老师", .time_ms = 2500};
static const struct conflict_holder zhang = {.person = "张老师", .time_ms = 1000};

static Lianxin__Activity *with_lead(struct fixture *f, const Lianxin__Activity *a, const char *lead)
{
    Lianxin__Activity *b = copy_activity(f, a);
    b->lead = arena_strdup(&f->arena, lead);
    return b;
}

static struct edit between(struct fixture *f, const Lianxin__Activity *before, const Lianxin__Activity *after)
{
    struct edit edit;
    assert_true(edit_between(&f->arena, f->activity, &f->id, &before->base, &after->base, &edit));
    return edit;
}

static struct conflict_list make(struct fixture *f, const struct conflict_author *author, const struct record *current,
                                 const struct edit *edit, const struct record *const *open, size_t n_open)
{
    struct edit_applied applied;
    struct conflict_list list;
    edit_apply(&f->arena, current, A_STREAM, edit, &applied);
    assert_int_equal(applied.outcome, EDIT_CONFLICT);
    const struct refusal refusal = {edit, &applied, current, open, n_open};
    conflict_make(&f->arena, f->schema, A_STREAM, author, &zhang, &refusal, &list);
    return list;
}

static const struct record *store(struct fixture *f, const struct record *old, const struct edit *edit)
{
    struct record *record = edit_assign(&f->arena, old, A_STREAM, edit, 9);
    assert_int_equal(record_validate(f->conflict, record->message, NULL, false, &f->err), STATUS_OK);
    return record;
}

static const Lianxin__Activity *part(struct fixture *f, const ProtobufCBinaryData *data)
{
    ProtobufCMessage *message;
    assert_int_equal(record_decode(&f->arena, f->activity, data->data, data->len, &message, &f->err), STATUS_OK);
    return (const Lianxin__Activity *)message;
}

/* Zhang set the lead first; Wang, who saw none, wants another one. */
static const struct record *a_conflict(struct fixture *f, const struct record *current)
{
    Lianxin__Activity *seen = new_activity(f);
    struct edit edit = between(f, seen, with_lead(f, seen, "工会"));
    struct conflict_list list = make(f, &wang, current, &edit, NULL, 0);
    assert_int_equal(list.n, 1);
    return store(f, NULL, &list.items[0]);
}

static struct record *held_by_zhang(struct fixture *f)
{
    return record_with(f, f->activity, &with_lead(f, new_activity(f), "德育处")->base);
}

static void a_conflict_keeps_both_values_and_who_and_when(void **state)
{
    struct fixture *f = *state;
    const struct record *record = a_conflict(f, held_by_zhang(f));
    const Lianxin__Conflict *c = (const Lianxin__Conflict *)record->message;
    assert_int_equal(c->record_kind, f->activity->number);
    assert_memory_equal(c->record.data, f->id.bytes, UUID_BYTES);
    assert_int_equal(c->n_fields, 1);
    assert_int_equal(c->fields[0], field_of(f->activity, "lead")->number);
    assert_string_equal(part(f, &c->mine)->lead, "工会");
    assert_string_equal(part(f, &c->theirs)->lead, "德育处");
    assert_string_equal(c->author_person, "王老师");
    assert_string_equal(c->holder_person, "张老师");
    assert_true(c->author_at == 2000 && c->holder_at == 1000);
    assert_int_equal(c->state, LIANXIN__CONFLICT_STATE__CONFLICT_STATE_OPEN);
    assert_int_equal(c->why, LIANXIN__CONFLICT_WHY__CONFLICT_WHY_RACED);
    struct uuid id = conflict_id(A_STREAM, &wang, &f->id, c->fields[0]);
    assert_true(uuid_equal(&record->id, &id));
}

static void each_merge_group_has_its_own_conflict(void **state)
{
    struct fixture *f = *state;
    Lianxin__Activity *seen = new_activity(f), *held = with_lead(f, seen, "德育处"), *wanted = with_lead(f, seen, "工会");
    held->state = LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DOING;
    wanted->state = LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DONE;
    struct edit edit = between(f, seen, wanted);
    struct conflict_list list = make(f, &wang, record_with(f, f->activity, &held->base), &edit, NULL, 0);
    assert_int_equal(list.n, 2);
    assert_false(uuid_equal(&list.items[0].id, &list.items[1].id));
}

static void the_authors_next_edit_of_the_waiting_value_moves_it(void **state)
{
    struct fixture *f = *state;
    struct record *current = held_by_zhang(f);
    const struct record *open = a_conflict(f, current);
    Lianxin__Activity *seen = with_lead(f, new_activity(f), "工会");
    struct edit edit = between(f, seen, with_lead(f, seen, "办公室"));
    struct conflict_list list = make(f, &wang, current, &edit, &open, 1);
    assert_int_equal(list.n, 1);
    assert_true(uuid_equal(&list.items[0].id, &open->id));
    const Lianxin__Conflict *c = (const Lianxin__Conflict *)store(f, open, &list.items[0])->message;
    assert_string_equal(part(f, &c->mine)->lead, "办公室");
    assert_string_equal(part(f, &c->theirs)->lead, "德育处");
}

static void another_authors_edit_makes_another_conflict(void **state)
{
    struct fixture *f = *state;
    struct record *current = held_by_zhang(f);
    const struct record *open = a_conflict(f, current);
    Lianxin__Activity *seen = with_lead(f, new_activity(f), "工会");
    struct edit edit = between(f, seen, with_lead(f, seen, "办公室"));
    struct conflict_list list = make(f, &li, current, &edit, &open, 1);
    assert_int_equal(list.n, 1);
    assert_false(uuid_equal(&list.items[0].id, &open->id));
}

static void edits_of_a_tombstone_wait_in_one_conflict_with_all_that_was_wanted(void **state)
{
    struct fixture *f = *state;
    struct record *dead = record_new(&f->arena, f->activity, A_STREAM, &f->id);
    dead->dead = true;
    Lianxin__Activity *seen = new_activity(f), *first = with_lead(f, seen, "工会"), *second = copy_activity(f, first);
    second->person = arena_strdup(&f->arena, "王老师");
    struct edit edit = between(f, seen, first);
    struct conflict_list list = make(f, &wang, dead, &edit, NULL, 0);
    const struct record *open = store(f, NULL, &list.items[0]);
    edit = between(f, first, second);
    list = make(f, &wang, dead, &edit, &open, 1);
    assert_int_equal(list.n, 1);
    const Lianxin__Conflict *c = (const Lianxin__Conflict *)store(f, open, &list.items[0])->message;
    assert_int_equal(c->why, LIANXIN__CONFLICT_WHY__CONFLICT_WHY_DEAD);
    assert_int_equal(c->n_fields, 2);
    assert_string_equal(part(f, &c->mine)->lead, "工会");
    assert_string_equal(part(f, &c->mine)->person, "王老师");
    assert_false(c->has_theirs);
}

static struct edit resolve(struct fixture *f, const struct record *conflict, const struct record *target,
                           Lianxin__ConflictChoice choice, const ProtobufCMessage *value, struct edit *target_edit, size_t *n)
{
    struct edit edits[2];
    assert_int_equal(conflict_resolve(&f->arena, f->schema, conflict, target, choice, value, "李老师", edits, n, &f->err),
                     STATUS_OK);
    if (*n == 2)
        *target_edit = edits[1];
    return edits[0];
}

static void resolving_sets_the_chosen_value_and_closes_the_conflict_in_one_push(void **state)
{
    struct fixture *f = *state;
    struct record *current = held_by_zhang(f);
    const struct record *conflict = a_conflict(f, current);
    Lianxin__Activity *value = with_lead(f, (Lianxin__Activity *)record_message_new(&f->arena, f->activity), "德育处、工会");
    struct edit close, edit;
    struct edit_applied applied;
    size_t n;
    close = resolve(f, conflict, current, LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_MINE, NULL, &edit, &n);
    assert_int_equal(n, 2);
    edit_apply(&f->arena, current, A_STREAM, &edit, &applied);
    assert_int_equal(applied.outcome, EDIT_APPLIED);
    assert_string_equal(((const Lianxin__Activity *)applied.result->message)->lead, "工会");
    edit_apply(&f->arena, conflict, A_STREAM, &close, &applied);
    assert_int_equal(applied.outcome, EDIT_APPLIED);
    resolve(f, conflict, current, LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_THEIRS, NULL, &edit, &n);
    assert_int_equal(n, 1);
    resolve(f, conflict, current, LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_VALUE, &value->base, &edit, &n);
    assert_int_equal(n, 2);
    assert_string_equal(((const Lianxin__Activity *)edit.after)->lead, "德育处、工会");
}

static void the_first_to_resolve_wins_and_the_second_hears_so(void **state)
{
    struct fixture *f = *state;
    struct record *current = held_by_zhang(f);
    const struct record *conflict = a_conflict(f, current);
    struct edit first, second, edit;
    size_t n;
    first = resolve(f, conflict, current, LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_THEIRS, NULL, &edit, &n);
    second = resolve(f, conflict, current, LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_MINE, NULL, &edit, &n);
    assert_int_equal(conflict_check(conflict, &first, &f->err), STATUS_OK);
    const struct record *closed = store(f, conflict, &first);
    assert_int_equal(conflict_check(closed, &second, &f->err), STATUS_EXISTS);
    assert_int_equal(f->err.reason, REASON_ALREADY_RESOLVED);
    assert_string_equal(f->err.arguments[0], "李老师");
    assert_int_equal(conflict_check(current, &edit, &f->err), STATUS_OK);
    struct edit edits[2];
    assert_int_equal(conflict_resolve(&f->arena, f->schema, closed, current, LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_MINE, NULL,
                                      "x", edits, &n, &f->err),
                     STATUS_EXISTS);
}

static void a_conflict_can_neither_be_deleted_nor_made_nor_edited_blindly_by_a_push(void **state)
{
    struct fixture *f = *state;
    const struct record *conflict = a_conflict(f, held_by_zhang(f));
    struct edit edit;
    edit_delete(&f->arena, conflict, &edit);
    assert_int_equal(conflict_check(conflict, &edit, &f->err), STATUS_INVALID);
    assert_true(edit_between(&f->arena, f->conflict, &f->id, NULL, conflict->message, &edit));
    assert_int_equal(conflict_check(NULL, &edit, &f->err), STATUS_INVALID);
    Lianxin__Conflict *seen = (Lianxin__Conflict *)record_clone(&f->arena, f->conflict, conflict->message), *wanted;
    wanted = (Lianxin__Conflict *)record_clone(&f->arena, f->conflict, conflict->message);
    seen->resolved_by = arena_strdup(&f->arena, "somebody");
    wanted->has_choice = 1;
    wanted->choice = LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_MINE;
    assert_true(edit_between(&f->arena, f->conflict, &conflict->id, &seen->base, &wanted->base, &edit));
    assert_int_equal(conflict_check(conflict, &edit, &f->err), STATUS_INVALID);
}

static void a_refused_delete_can_be_chosen_after_all(void **state)
{
    struct fixture *f = *state;
    struct record *current = held_by_zhang(f);
    struct edit edit, target;
    edit_delete(&f->arena, record_with(f, f->activity, &new_activity(f)->base), &edit);
    struct conflict_list list = make(f, &wang, current, &edit, NULL, 0);
    assert_int_equal(list.n, 1);
    const struct record *conflict = store(f, NULL, &list.items[0]);
    size_t n;
    resolve(f, conflict, current, LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_MINE, NULL, &target, &n);
    assert_int_equal(n, 2);
    struct edit_applied applied;
    edit_apply(&f->arena, current, A_STREAM, &target, &applied);
    assert_true(applied.result->dead);
}

static void a_value_for_a_deleted_record_cannot_be_chosen(void **state)
{
    struct fixture *f = *state;
    struct record *dead = record_new(&f->arena, f->activity, A_STREAM, &f->id);
    dead->dead = true;
    const struct record *conflict = a_conflict(f, held_by_zhang(f));
    struct edit edits[2];
    size_t n = 0;
    assert_int_equal(conflict_resolve(&f->arena, f->schema, conflict, dead, LIANXIN__CONFLICT_CHOICE__CONFLICT_CHOICE_MINE, NULL,
                                      "x", edits, &n, &f->err),
                     STATUS_INVALID);
    assert_int_equal(n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_conflict_keeps_both_values_and_who_and_when),
        FIXTURE_TEST(each_merge_group_has_its_own_conflict),
        FIXTURE_TEST(the_authors_next_edit_of_the_waiting_value_moves_it),
        FIXTURE_TEST(another_authors_edit_makes_another_conflict),
        FIXTURE_TEST(edits_of_a_tombstone_wait_in_one_conflict_with_all_that_was_wanted),
        FIXTURE_TEST(resolving_sets_the_chosen_value_and_closes_the_conflict_in_one_push),
        FIXTURE_TEST(the_first_to_resolve_wins_and_the_second_hears_so),
        FIXTURE_TEST(a_conflict_can_neither_be_deleted_nor_made_nor_edited_blindly_by_a_push),
        FIXTURE_TEST(a_refused_delete_can_be_chosen_after_all),
        FIXTURE_TEST(a_value_for_a_deleted_record_cannot_be_chosen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
