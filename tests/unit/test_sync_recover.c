/* SPDX-License-Identifier: Apache-2.0
 *
 * The rule for lost commits by itself: whatever the order in which they return, the values and what is kept beside them are the
 * same. */
#include <stdio.h>
#include <string.h>

#include "common/sync/recover.h"
#include "tests/harness/test.h"
#include "tests/harness/test_random.h"

#define LOST_MAX 4
#define FIELDS 2

static const char *const names[FIELDS] = {"person", "lead"};

/* A history of two fields: what was lost, and what was set since the restore. Values are small numbers; 0 is absent. */
struct lost {
    unsigned before[FIELDS], after[FIELDS];
    bool listed[FIELDS], remove;
};
struct story {
    struct lost lost[LOST_MAX];
    unsigned n;
    unsigned edited[FIELDS]; /* 0: not edited since */
};
/* How it ends: values, and the lost value that waits in a conflict. */
struct end {
    unsigned value[FIELDS], waits[FIELDS];
    bool dead, delete_waits;
};

struct fixture {
    struct arena arena;
    const struct schema *schema;
    const struct kind *kind;
    uint64_t random;
};

static unsigned draw(struct fixture *f, unsigned n)
{
    return test_random_below(&f->random, n);
}

static int start(void **state)
{
    static struct fixture fixture;
    struct err err;
    fixture = (struct fixture){.random = 3};
    arena_init(&fixture.arena, 0);
    if (schema_new(&fixture.arena, schema_source_current(), &fixture.schema, &err))
        return -1;
    fixture.kind = schema_find_kind_by_name(fixture.schema, "activity");
    *state = &fixture;
    return 0;
}

static int stop(void **state)
{
    arena_done(&((struct fixture *)*state)->arena);
    return 0;
}

static const struct field *field_at(struct fixture *f, unsigned i)
{
    return kind_find_field_by_name(f->kind, names[i]);
}

static ProtobufCMessage *message_of(struct fixture *f, struct arena *arena, const unsigned values[FIELDS],
                                    const bool listed[FIELDS])
{
    ProtobufCMessage *message = record_message_new(arena, f->kind);
    for (unsigned i = 0; i < FIELDS; i++) {
        char text[2] = {(char)('a' + values[i]), 0};
        struct value value = {.type = VALUE_TEXT, .data = text, .bytes = 1};
        if (listed[i] && values[i])
            assert_int_equal(record_set(arena, message, field_at(f, i), value, NULL), STATUS_OK);
    }
    return message;
}

static unsigned read_value(struct fixture *f, const ProtobufCMessage *message, unsigned i)
{
    if (!record_has(message, field_at(f, i)))
        return 0;
    struct value value = record_get(&f->arena, message, field_at(f, i));
    return (unsigned)(*(const char *)value.data - 'a');
}

static struct edit effect_of(struct fixture *f, struct arena *arena, const struct lost *lost)
{
    struct edit edit = {.kind = f->kind,
                        .id = {{7}},
                        .remove = lost->remove,
                        .before = message_of(f, arena, lost->before, lost->listed),
                        .after = message_of(f, arena, lost->after, lost->listed)};
    for (unsigned i = 0; i < FIELDS; i++)
        if (lost->listed[i])
            edit.fields |= field_bit(field_at(f, i));
    return edit;
}

struct play {
    struct fixture *f;
    struct arena arena;
    struct record *record;
    struct recover_mark marks[64];
    uint64_t rev;
    struct end end;
};

/* Somebody changes a field after the restore, having seen what there is. */
static void play_edit(struct play *p, unsigned i, unsigned value)
{
    struct lost change = {.listed = {i == 0, i == 1}};
    struct commit commit = {.epoch = 2, .rev = ++p->rev};
    change.before[i] = read_value(p->f, p->record->message, i);
    change.after[i] = value;
    struct edit effect = effect_of(p->f, &p->arena, &change);
    p->record = edit_assign(&p->arena, p->record, 100, &effect, p->rev);
    recover_note(p->marks, &commit, &effect);
}

static void play_lost(struct play *p, const struct story *story, unsigned at)
{
    struct edit effect = effect_of(p->f, &p->arena, &story->lost[at]);
    struct commit commit = {.epoch = 2, .rev = ++p->rev, .recovered_epoch = 1, .recovered_rev = 10 + at};
    struct recover_origin origin = recover_origin_of(&commit);
    struct recovered done;
    recover_apply(&p->arena, p->record, 100, &effect, p->marks, &origin, &done);
    for (unsigned i = 0; i < FIELDS; i++) {
        field_set bit = field_bit(field_at(p->f, i));
        if (!effect.remove && (done.conflicted & bit))
            p->end.waits[i] = 1 + story->lost[at].after[i];
        if (done.agreed & bit)
            p->end.waits[i] = 0;
    }
    p->end.delete_waits |= effect.remove && done.conflicted;
    p->record = edit_assign(&p->arena, p->record, 100, &done.effect, p->rev);
    recover_note(p->marks, &commit, &done.effect);
}

static struct end play(struct fixture *f, const struct story *story, const unsigned *order, unsigned n)
{
    static const unsigned first[FIELDS] = {1, 1};
    static const bool all[FIELDS] = {true, true};
    struct play p = {.f = f, .rev = 5};
    struct uuid id = {{7}};
    arena_init(&p.arena, 0);
    assert_in_range(f->kind->n_fields, 1, 64);
    p.record = record_new(&p.arena, f->kind, 100, &id);
    p.record->message = message_of(f, &p.arena, first, all);
    p.record->rev = 5;
    for (unsigned i = 0; i < FIELDS; i++)
        if (story->edited[i])
            play_edit(&p, i, story->edited[i]);
    for (unsigned i = 0; i < n; i++)
        play_lost(&p, story, order[i]);
    p.end.dead = p.record->dead;
    for (unsigned i = 0; i < FIELDS; i++)
        p.end.value[i] = read_value(f, p.record->message, i);
    arena_done(&p.arena);
    return p.end;
}

/* A chain of changes as the lost life saw them: each starts from what the one before left. */
static struct story make_story(struct fixture *f)
{
    struct story story = {.n = 1 + draw(f, LOST_MAX)};
    unsigned now[FIELDS] = {1, 1};
    for (unsigned k = 0; k < story.n; k++) {
        struct lost *lost = &story.lost[k];
        lost->remove = k + 1 == story.n && draw(f, 5) == 0;
        for (unsigned i = 0; i < FIELDS; i++) {
            lost->listed[i] = lost->remove || draw(f, 3) != 0;
            lost->before[i] = now[i];
            lost->after[i] = lost->remove ? 0 : draw(f, 5);
            lost->listed[i] = lost->listed[i] && (lost->remove || lost->after[i] != lost->before[i]);
            now[i] = lost->listed[i] ? lost->after[i] : now[i];
        }
    }
    for (unsigned i = 0; i < FIELDS; i++)
        story.edited[i] = draw(f, 2) ? 2 + draw(f, 4) : 0;
    return story;
}

static void shuffle(struct fixture *f, unsigned *order, unsigned n)
{
    for (unsigned i = n; i > 1; i--) {
        unsigned k = draw(f, i), was = order[i - 1];
        order[i - 1] = order[k];
        order[k] = was;
    }
}

static void lost_commits_end_the_same_in_every_order(void **state)
{
    struct fixture *f = *state;
    for (unsigned round = 0; round < 20000; round++) {
        struct story story = make_story(f);
        unsigned order[LOST_MAX], n = 0;
        bool one_never = draw(f, 3) == 0;
        unsigned missing = draw(f, story.n);
        for (unsigned k = 0; k < story.n; k++)
            if (!one_never || k != missing)
                order[n++] = k;
        struct end expected = play(f, &story, order, n);
        shuffle(f, order, n);
        struct end came = play(f, &story, order, n);
        assert_int_equal(expected.dead, came.dead);
        assert_int_equal(expected.delete_waits, came.delete_waits);
        for (unsigned i = 0; i < FIELDS; i++) {
            assert_int_equal(expected.value[i], came.value[i]);
            assert_int_equal(expected.waits[i], came.waits[i]);
        }
    }
}

static void with_nothing_edited_since_the_end_is_the_lost_one(void **state)
{
    struct fixture *f = *state;
    for (unsigned round = 0; round < 5000; round++) {
        struct story story = make_story(f);
        unsigned order[LOST_MAX], now[FIELDS] = {1, 1};
        memset(story.edited, 0, sizeof story.edited);
        for (unsigned k = 0; k < story.n; k++) {
            order[k] = k;
            for (unsigned i = 0; i < FIELDS; i++)
                now[i] = story.lost[k].listed[i] ? story.lost[k].after[i] : now[i];
        }
        shuffle(f, order, story.n);
        struct end end = play(f, &story, order, story.n);
        assert_int_equal(end.dead, story.lost[story.n - 1].remove);
        for (unsigned i = 0; i < FIELDS; i++) {
            assert_int_equal(end.value[i], now[i]);
            assert_int_equal(end.waits[i], 0);
        }
    }
}

static void what_was_set_since_is_kept(void **state)
{
    struct fixture *f = *state;
    for (unsigned round = 0; round < 5000; round++) {
        struct story story = make_story(f);
        unsigned order[LOST_MAX];
        for (unsigned k = 0; k < story.n; k++)
            order[k] = k;
        shuffle(f, order, story.n);
        struct end end = play(f, &story, order, story.n);
        for (unsigned i = 0; i < FIELDS; i++)
            if (story.edited[i])
                assert_int_equal(end.value[i], story.edited[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lost_commits_end_the_same_in_every_order),
        cmocka_unit_test(with_nothing_edited_since_the_end_is_the_lost_one),
        cmocka_unit_test(what_was_set_since_is_kept),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
