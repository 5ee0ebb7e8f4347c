/* SPDX-License-Identifier: Apache-2.0 */
#include "common/sync/commit.h"
#include "tests/unit/record_fixture.h"

static const uint8_t key[SHA256_BYTES] = {9, 8, 7};

static struct commit new_commit(struct fixture *f, const struct edit *effects, size_t n)
{
    static const char *const reasons[] = {"activity.text must have a value"};
    Lianxin__EditResult *result = ARENA_NEW(&f->arena, Lianxin__EditResult);
    lianxin__edit_result__init(result);
    result->has_outcome = 1;
    result->outcome = LIANXIN__EDIT_RESULT__OUTCOME__CONFLICT;
    result->n_conflicts = 1;
    result->conflicts = arena_alloc(&f->arena, sizeof(uint32_t));
    result->conflicts[0] = 10;
    const Lianxin__EditResult **results = ARENA_ARRAY(&f->arena, 1, const Lianxin__EditResult *);
    results[0] = result;
    return (struct commit){
        .stream = A_STREAM,
        .rev = 2,
        .epoch = 1725150600123,
        .instance = {{1}},
        .sequence = 5,
        .payload_digest = {{2}},
        .device = {{3}},
        .person = "王老师",
        .time_ms = 1725150600123,
        .status = STATUS_REFUSED,
        .reasons = reasons,
        .n_reasons = 1,
        .note = "done 3.2",
        .effects = effects,
        .n_effects = n,
        .results = results,
        .n_results = 1,
        .hash = {{1, 2, 3, 4}},
        .previous = {{4}},
        .recovered_epoch = 3,
        .recovered_rev = 4,
    };
}

static struct commit decode(struct fixture *f, const struct schema *schema, const struct row *row)
{
    struct commit commit;
    assert_int_equal(commit_decode(&f->arena, schema, row->body, row->body_bytes, &commit, &f->err), STATUS_OK);
    return commit;
}

static void a_commit_survives_its_row(void **state)
{
    struct fixture *f = *state;
    struct edit effect;
    assert_true(edit_between(&f->arena, f->activity, &f->id, NULL, &new_activity(f)->base, &effect));
    struct commit commit = new_commit(f, &effect, 1);
    struct row row;
    commit_encode(&f->arena, &commit, key, &row);
    struct commit back = decode(f, f->schema, &row);
    assert_int_equal(back.stream, commit.stream);
    assert_true(back.rev == commit.rev && back.epoch == commit.epoch && back.sequence == commit.sequence);
    assert_true(uuid_equal(&back.instance, &commit.instance) && uuid_equal(&back.device, &commit.device));
    assert_true(sha256_equal(&back.payload_digest, &commit.payload_digest) && sha256_equal(&back.previous, &commit.previous));
    assert_string_equal(back.person, commit.person);
    assert_string_equal(back.note, commit.note);
    assert_int_equal(back.status, STATUS_REFUSED);
    assert_int_equal(back.n_reasons, 1);
    assert_string_equal(back.reasons[0], commit.reasons[0]);
    assert_true(stream_hash_equal(&back.hash, &commit.hash));
    assert_true(back.recovered_epoch == 3 && back.recovered_rev == 4);
    assert_int_equal(back.n_results, 1);
    assert_int_equal(back.results[0]->conflicts[0], 10);
    assert_int_equal(back.n_effects, 1);
    assert_true(record_diff(f->activity, back.effects[0].after, effect.after) == 0);
}

static void the_first_row_has_no_predecessor(void **state)
{
    struct fixture *f = *state;
    struct commit commit = new_commit(f, NULL, 0);
    memset(&commit.previous, 0, sizeof commit.previous);
    struct row row;
    commit_encode(&f->arena, &commit, key, &row);
    struct commit back = decode(f, f->schema, &row);
    assert_true(sha256_equal(&back.previous, &commit.previous));
}

static void a_row_is_known_by_its_seal_and_any_changed_byte_breaks_it(void **state)
{
    struct fixture *f = *state;
    struct commit commit = new_commit(f, NULL, 0);
    struct row row;
    commit_encode(&f->arena, &commit, key, &row);
    assert_true(row_sealed_by(&row, key));
    uint8_t other[SHA256_BYTES] = {1};
    assert_false(row_sealed_by(&row, other));
    for (size_t i = 0; i < row.body_bytes; i++) {
        uint8_t *body = arena_copy(&f->arena, row.body, row.body_bytes);
        body[i] ^= 1;
        struct row changed = row_of(body, row.body_bytes, &row.hmac);
        assert_false(row_sealed_by(&changed, key));
        assert_false(sha256_equal(&changed.digest, &row.digest));
    }
}

static void bytes_that_are_no_commit_are_refused(void **state)
{
    struct fixture *f = *state;
    struct commit commit = new_commit(f, NULL, 0), back;
    struct row row;
    commit_encode(&f->arena, &commit, key, &row);
    for (size_t bytes = 0; bytes < row.body_bytes; bytes++) {
        enum status status = commit_decode(&f->arena, f->schema, row.body, bytes, &back, &f->err);
        assert_true(status == STATUS_OK || status == STATUS_PROTOCOL);
    }
    assert_int_equal(commit_decode(&f->arena, f->schema, "", 0, &back, &f->err), STATUS_PROTOCOL);
}

static void the_author_of_a_commit_is_read_without_its_effects(void **state)
{
    struct fixture *f = *state;
    struct commit commit = new_commit(f, NULL, 0);
    struct row row;
    commit_encode(&f->arena, &commit, key, &row);
    const char *person;
    size_t bytes;
    int64_t time_ms = 0;
    assert_true(commit_read_author(row.body, row.body_bytes, &person, &bytes, &time_ms));
    assert_int_equal(bytes, strlen(commit.person));
    assert_memory_equal(person, commit.person, bytes);
    assert_true(time_ms == commit.time_ms);
    for (size_t cut = 0; cut < row.body_bytes; cut++) {
        const void *part = arena_copy(&f->arena, row.body, cut);
        (void)commit_read_author(part, cut, &person, &bytes, &time_ms);
    }
    assert_false(commit_read_author(row.body, 20, &person, &bytes, &time_ms));
}

/* A reader without the kind conflict. */
static const struct schema *older_schema(struct fixture *f)
{
    struct schema_source source = *schema_source_current();
    size_t n = 0, n_kinds = 0;
    struct kind_row *kinds = ARENA_ARRAY(&f->arena, source.n_kinds, struct kind_row);
    for (size_t i = 0; i < source.n_kinds; i++)
        if (strcmp(source.kinds[i].name, "conflict") != 0)
            kinds[n_kinds++] = source.kinds[i];
    struct field_row *rows = ARENA_ARRAY(&f->arena, source.n_fields, struct field_row);
    for (size_t i = 0; i < source.n_fields; i++)
        if (strcmp(source.fields[i].kind, "conflict") != 0)
            rows[n++] = source.fields[i];
    source.kinds = kinds;
    source.n_kinds = n_kinds;
    source.fields = rows;
    source.n_fields = n;
    const struct schema *schema;
    assert_int_equal(schema_new(&f->arena, &source, &schema, &f->err), STATUS_OK);
    return schema;
}

static void the_effects_of_an_unknown_kind_are_skipped_and_hashed_all_the_same(void **state)
{
    struct fixture *f = *state;
    Lianxin__Conflict *before = (Lianxin__Conflict *)record_message_new(&f->arena, f->conflict), *after;
    before->has_record_kind = 1;
    before->record_kind = 5;
    after = (Lianxin__Conflict *)record_clone(&f->arena, f->conflict, &before->base);
    after->resolved_by = arena_strdup(&f->arena, "王老师");
    struct record *old = record_with(f, f->conflict, &before->base), *new = record_with(f, f->conflict, &after->base);
    struct edit effects[3];
    assert_true(edit_between(&f->arena, f->conflict, &f->id, NULL, old->message, &effects[0]));
    assert_true(edit_between(&f->arena, f->conflict, &f->id, old->message, new->message, &effects[1]));
    struct stream_hash want = stream_hash_of_record(new), sum = {{0}};
    for (size_t n = 2; n <= 3; n++) {
        struct commit commit = new_commit(f, effects, n);
        struct row row;
        if (n == 3) { /* and then it is deleted */
            edit_delete(&f->arena, new, &effects[2]);
            struct record dead = {
                .kind = f->conflict, .id = f->id, .dead = true, .message = record_message_new(&f->arena, f->conflict)};
            want = stream_hash_of_record(&dead);
            sum = (struct stream_hash){{0}};
        }
        commit_encode(&f->arena, &commit, key, &row);
        struct commit back = decode(f, older_schema(f), &row);
        assert_null(back.effects[0].kind);
        commit_hash_foreign(&back, &sum);
        assert_true(stream_hash_equal(&sum, &want));
        struct row again;
        commit_encode(&f->arena, &back, key, &again);
        assert_int_equal(again.body_bytes, row.body_bytes);
        assert_memory_equal(again.body, row.body, row.body_bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_commit_survives_its_row),
        FIXTURE_TEST(the_first_row_has_no_predecessor),
        FIXTURE_TEST(a_row_is_known_by_its_seal_and_any_changed_byte_breaks_it),
        FIXTURE_TEST(bytes_that_are_no_commit_are_refused),
        FIXTURE_TEST(the_author_of_a_commit_is_read_without_its_effects),
        FIXTURE_TEST(the_effects_of_an_unknown_kind_are_skipped_and_hashed_all_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
