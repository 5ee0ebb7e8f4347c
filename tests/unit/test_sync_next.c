/* SPDX-License-Identifier: Apache-2.0
 *
 * Two versions of the schema in one process: this build's, and one with a field and a kind more. */
#include "client/cache/cache.h"
#include "common/sync/commit.h"
#include "tests/harness/test_vfs.h"
#include "tests/unit/schema_next.h"

static const uint8_t key[SHA256_BYTES] = {1};

static const struct kind *next_activity(struct fixture *f)
{
    return schema_find_kind_by_name(schema_next_new(&f->arena), "activity");
}

static ProtobufCMessage *decode(struct fixture *f, const struct kind *kind, const uint8_t *data, size_t bytes)
{
    ProtobufCMessage *message;
    assert_int_equal(record_decode(&f->arena, kind, data, bytes, &message, &f->err), STATUS_OK);
    return message;
}

/* The same record as the other version reads it. */
static struct record *read_as(struct fixture *f, const struct kind *kind, const struct record *record)
{
    const uint8_t *data;
    size_t bytes;
    record_encode(&f->arena, record->message, &data, &bytes);
    struct record *out = record_with(f, kind, decode(f, kind, data, bytes));
    out->dead = record->dead;
    return out;
}

static ProtobufCMessage *next_message(struct fixture *f, const struct kind *next, size_t n_places)
{
    static char hall[] = "礼堂", ground[] = "操场", *places[] = {hall, ground};
    Lianxin__Activity *now = new_activity(f);
    struct record *record = read_as(f, next, record_with(f, f->activity, &now->base));
    LianxinNext__Activity *a = (LianxinNext__Activity *)record->message;
    a->n_places = n_places;
    a->places = places;
    return &a->base;
}

static void the_next_version_keeps_every_field_of_this_one(void **state)
{
    struct fixture *f = *state;
    const struct kind *next = next_activity(f);
    for (size_t i = 0; i < f->activity->n_fields; i++) {
        const struct field *field = &f->activity->fields[i], *same = kind_find_field(next, field->number);
        assert_non_null(same);
        assert_string_equal(same->name, field->name);
        assert_int_equal(same->descriptor->type, field->descriptor->type);
        assert_int_equal(same->descriptor->label, field->descriptor->label);
    }
}

static void a_newer_field_survives_an_older_reader_and_is_known_again_after_an_upgrade(void **state)
{
    struct fixture *f = *state;
    const struct kind *next = next_activity(f);
    struct record *written = record_with(f, next, next_message(f, next, 2));
    struct record *old = read_as(f, f->activity, written), *back = read_as(f, next, old);
    assert_true(record_diff(next, written->message, back->message) == 0);
    assert_int_equal(((LianxinNext__Activity *)back->message)->n_places, 2);
}

static void both_versions_hash_the_same_record_alike(void **state)
{
    struct fixture *f = *state;
    const struct kind *next = next_activity(f);
    for (size_t n = 0; n <= 2; n++) {
        struct record *written = record_with(f, next, next_message(f, next, n));
        struct stream_hash a = stream_hash_of_record(written), b = stream_hash_of_record(read_as(f, f->activity, written));
        assert_true(stream_hash_equal(&a, &b));
    }
}

static void an_older_end_that_edits_a_record_keeps_the_newer_field(void **state)
{
    struct fixture *f = *state;
    const struct kind *next = next_activity(f);
    struct record *old = read_as(f, f->activity, record_with(f, next, next_message(f, next, 1)));
    Lianxin__Activity *wanted = copy_activity(f, (const Lianxin__Activity *)old->message);
    wanted->lead = arena_strdup(&f->arena, "工会");
    struct edit edit;
    struct edit_applied applied;
    assert_true(edit_between(&f->arena, f->activity, &f->id, old->message, &wanted->base, &edit));
    assert_int_equal(edit.before->n_unknown_fields, 0);
    edit_apply(&f->arena, old, A_STREAM, &edit, &applied);
    LianxinNext__Activity *back = (LianxinNext__Activity *)read_as(f, next, applied.result)->message;
    assert_string_equal(back->lead, "工会");
    assert_int_equal(back->n_places, 1);
}

static void an_older_server_refuses_an_edit_of_a_field_it_does_not_know(void **state)
{
    struct fixture *f = *state;
    const struct kind *next = next_activity(f);
    struct edit edit, out;
    assert_true(edit_between(&f->arena, next, &f->id, next_message(f, next, 0), next_message(f, next, 1), &edit));
    assert_int_equal(edit_decode(&f->arena, f->schema, edit_encode(&f->arena, &edit), &out, &f->err), STATUS_INVALID);
    assert_int_equal(f->err.reason, REASON_FIELD_UNKNOWN);
    assert_string_equal(f->err.arguments[1], "47");
}

/* Sends one effect of the newer end through a journal row to the older one. */
static struct edit through_a_row(struct fixture *f, const struct schema *reader, const struct edit *effect)
{
    struct commit commit = {.stream = A_STREAM, .rev = 1, .person = "", .note = "", .effects = effect, .n_effects = 1}, back;
    struct row row;
    commit_encode(&f->arena, &commit, key, &row);
    assert_int_equal(commit_decode(&f->arena, reader, row.body, row.body_bytes, &back, &f->err), STATUS_OK);
    return back.effects[0];
}

static void an_older_replica_follows_a_newer_server_with_the_same_hash(void **state)
{
    struct fixture *f = *state;
    const struct kind *next = next_activity(f);
    const struct record *server = NULL;
    struct record *replica = NULL;
    struct stream_hash ours = {{0}}, theirs = {{0}};
    unsigned with_places = 0;
    for (int i = 0; i < 200; i++) {
        ProtobufCMessage *known = random_activity(f, NULL, f->activity->all);
        struct record *wanted = read_as(f, next, record_with(f, f->activity, known));
        record_share_field(wanted->message, next_message(f, next, next_random(f) % 3), field_of(next, "places"));
        struct edit effect;
        struct record *after;
        if (server && !server->dead && next_random(f) % 10 == 0)
            edit_delete(&f->arena, server, &effect);
        else if (!edit_between(&f->arena, next, &f->id, server ? server->message : NULL, wanted->message, &effect))
            continue;
        after = edit_assign(&f->arena, server, A_STREAM, &effect, 1);
        stream_hash_change(&ours, server, after);
        server = after;
        struct edit seen = through_a_row(f, f->schema, &effect);
        after = edit_assign(&f->arena, replica, A_STREAM, &seen, 1);
        stream_hash_change(&theirs, replica, after);
        replica = after;
        assert_true(stream_hash_equal(&ours, &theirs));
        assert_true(record_diff(next, server->message, read_as(f, next, replica)->message) == 0);
        with_places += replica->message->n_unknown_fields > 0;
    }
    assert_true(with_places > 20);
}

static void records_of_a_kind_of_the_next_version_count_in_the_hash_of_an_older_reader(void **state)
{
    struct fixture *f = *state;
    const struct schema *schema = schema_next_new(&f->arena);
    const struct kind *kind = schema_find_kind_by_name(schema, "visit");
    LianxinNext__Visit *visit = (LianxinNext__Visit *)record_message_new(&f->arena, kind);
    visit->day = arena_strdup(&f->arena, "2025-01-20");
    visit->has_money_fen = 1;
    visit->money_fen = 50000;
    struct edit effect;
    assert_true(edit_between(&f->arena, kind, &f->id, NULL, &visit->base, &effect));
    struct edit seen = through_a_row(f, f->schema, &effect);
    assert_null(seen.kind);
    struct commit commit = {.effects = &seen, .n_effects = 1};
    struct stream_hash want = stream_hash_of_record(record_with(f, kind, &visit->base)), sum = {{0}};
    commit_hash_foreign(&commit, &sum);
    assert_true(stream_hash_equal(&sum, &want));
    /* and so does a whole record of it, as a snapshot sends it */
    struct stream_hash whole =
        stream_hash_of_record(read_as(f, kind_foreign(&f->arena, kind->number), record_with(f, kind, &visit->base)));
    assert_true(stream_hash_equal(&whole, &want));
}

static struct cache *open_cache(struct fixture *f, struct test_disk *disk)
{
    struct cache *cache;
    assert_int_equal(cache_open("cache.db", f->schema, true, test_disk_vfs(disk), &cache, &f->err), STATUS_OK);
    return cache;
}

static void an_older_client_verifies_a_stream_that_holds_a_newer_kind(void **state)
{
    struct fixture *f = *state;
    const struct kind *kind = schema_find_kind_by_name(schema_next_new(&f->arena), "visit");
    LianxinNext__Visit *visit = (LianxinNext__Visit *)record_message_new(&f->arena, kind);
    visit->day = arena_strdup(&f->arena, "2025-01-20");
    struct record *record = record_with(f, kind, &visit->base);
    struct edit effect;
    assert_true(edit_between(&f->arena, kind, &f->id, NULL, record->message, &effect));
    struct commit commit = {.stream = A_STREAM, .rev = 1, .epoch = 1, .person = "", .note = "", .effects = &effect, .n_effects = 1};
    commit.hash = stream_hash_of_record(record);
    struct snapshot_page page = {.rev = 1, .epoch = 1};
    commit_encode(&f->arena, &commit, key, &page.row);
    struct snapshot_record whole = {.kind = kind->number, .id = f->id, .rev = 1};
    record_encode(&f->arena, record->message, &whole.body, &whole.body_bytes);
    page.records = &whole;
    page.n = 1;
    struct test_disk *disk = test_disk_new(1);
    struct cache *cache = open_cache(f, disk);
    struct cache_applied applied = {0};
    struct cache_stream line;
    uint64_t differing;
    assert_int_equal(cache_apply_rows(cache, A_STREAM, &page.row, 1, &applied, &f->err), STATUS_OK);
    assert_int_equal(cache_stream_find(cache, A_STREAM, &line, &f->err), STATUS_OK);
    assert_true(cache_stream_verified(&line) && line.unreadable == 1);
    assert_int_equal(snapshot_add(cache, A_STREAM, &page, &f->err), STATUS_OK);
    assert_int_equal(snapshot_finish(cache, A_STREAM, &differing, &f->err), STATUS_OK);
    assert_int_equal(cache_stream_find(cache, A_STREAM, &line, &f->err), STATUS_OK);
    assert_true(cache_stream_verified(&line) && line.unreadable == 1);
    cache_close(cache);
    test_disk_free(disk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(the_next_version_keeps_every_field_of_this_one),
        FIXTURE_TEST(a_newer_field_survives_an_older_reader_and_is_known_again_after_an_upgrade),
        FIXTURE_TEST(both_versions_hash_the_same_record_alike),
        FIXTURE_TEST(an_older_end_that_edits_a_record_keeps_the_newer_field),
        FIXTURE_TEST(an_older_server_refuses_an_edit_of_a_field_it_does_not_know),
        FIXTURE_TEST(an_older_replica_follows_a_newer_server_with_the_same_hash),
        FIXTURE_TEST(records_of_a_kind_of_the_next_version_count_in_the_hash_of_an_older_reader),
        FIXTURE_TEST(an_older_client_verifies_a_stream_that_holds_a_newer_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
