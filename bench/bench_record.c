/* SPDX-License-Identifier: Apache-2.0
 *
 * What the rules of records cost: a push decoded, checked, applied, hashed and encoded as a journal row, against the least any
 * server has to do with the same bytes: unpack and pack them by protobuf-c and hash them once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/domain/month.h"
#include "common/sync/commit.h"
#include "common/sync/payload.h"
#include "common/wire/message.h"
#include "proto/records.pb-c.h"

#define STREAM 100u
#define MIN_RUN_MS 300

struct work {
    struct arena fixed, arena; /* fixed: the schema and the push; arena: one run's */
    const struct schema *schema;
    const uint8_t *data;
    size_t bytes, n_edits;
    const struct record **held; /* before the push, by edit; NULL: none */
};

static void must(bool holds)
{
    if (!holds)
        abort();
}

static struct uuid id_of(size_t i)
{
    return uuid_hash(&(struct uuid_part){&i, sizeof i}, 1);
}

static ProtobufCMessage *new_activity(struct work *w, const struct kind *kind, size_t i)
{
    Lianxin__Activity *a = (Lianxin__Activity *)record_message_new(&w->fixed, kind);
    struct uuid plan = id_of(i / 40);
    a->has_plan = a->has_months = a->has_category = a->has_state = a->has_position = a->has_source_line = 1;
    a->plan = (ProtobufCBinaryData){.len = UUID_BYTES, .data = arena_copy(&w->fixed, plan.bytes, UUID_BYTES)};
    a->position = (uint32_t)i;
    a->source_line = (uint32_t)i;
    a->number = arena_printf(&w->fixed, "%zu.%zu", i % 12 + 1, i / 12 + 1);
    a->header = arena_strdup(&w->fixed, "三、四月份");
    a->text = arena_printf(&w->fixed, "召开教职工代表大会，开展民主评议学校领导干部工作（%zu）", i);
    must(month_set_add(&a->months, month_make(2024, (int)(i % 12) + 1)));
    a->category = LIANXIN__CATEGORY__CATEGORY_DEMOCRACY;
    a->lead = arena_strdup(&w->fixed, "校工会");
    a->state = LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_PLANNED;
    return &a->base;
}

/* An import of n activities, or, when they are there already, "done" for each. */
static void make_push(struct work *w, size_t n, bool exist)
{
    const struct kind *kind = schema_find_kind_by_name(w->schema, "activity");
    struct edit *edits = ARENA_ARRAY(&w->fixed, n, struct edit);
    w->held = ARENA_ARRAY(&w->fixed, n, const struct record *);
    for (size_t i = 0; i < n; i++) {
        struct uuid id = id_of(i);
        ProtobufCMessage *wanted = new_activity(w, kind, i);
        if (exist) {
            struct record *record = record_new(&w->fixed, kind, STREAM, &id);
            record->message = record_clone(&w->fixed, kind, wanted);
            ((Lianxin__Activity *)wanted)->state = LIANXIN__ACTIVITY_STATE__ACTIVITY_STATE_DONE;
            w->held[i] = record;
        }
        must(edit_between(&w->fixed, kind, &id, exist ? w->held[i]->message : NULL, wanted, &edits[i]));
    }
    const struct payload payload = {edits, n, "import"};
    must(payload_encode(&w->fixed, &payload, &w->data, &w->bytes, NULL) == STATUS_OK);
    w->n_edits = n;
}

static void run_raw(struct work *w)
{
    ProtobufCMessage *message = protobuf_c_message_unpack(&lianxin__push_body__descriptor, NULL, w->bytes, w->data);
    must(message != NULL);
    uint8_t *out = malloc(w->bytes);
    must(protobuf_c_message_pack(message, out) == w->bytes);
    volatile uint8_t sink = sha256_of(out, w->bytes).bytes[0];
    (void)sink;
    free(out);
    protobuf_c_message_free_unpacked(message, NULL);
}

static void run_rules(struct work *w)
{
    struct payload payload;
    struct stream_hash hash = {{0}};
    must(payload_decode(&w->arena, w->schema, w->data, w->bytes, &payload, NULL) == STATUS_OK);
    struct edit *effects = ARENA_ARRAY(&w->arena, payload.n_edits, struct edit);
    for (size_t i = 0; i < payload.n_edits; i++) {
        struct edit_applied applied;
        must(edit_validate(&payload.edits[i], !w->held[i], NULL) == STATUS_OK);
        edit_apply(&w->arena, w->held[i], STREAM, &payload.edits[i], &applied);
        must(applied.outcome == EDIT_APPLIED);
        edit_effect(&w->arena, w->held[i], &applied, &effects[i]);
        stream_hash_change(&hash, w->held[i], applied.result);
    }
    static const uint8_t key[SHA256_BYTES];
    const struct commit commit = {
        .stream = STREAM, .rev = 1, .person = "", .note = "", .effects = effects, .n_effects = payload.n_edits};
    struct row row;
    commit_encode(&w->arena, &commit, key, &row);
}

/* Microseconds a run. */
static double measure(struct work *w, void (*run)(struct work *w), const struct clock *clock)
{
    int64_t start = clock_mono_ms(clock), now = start;
    unsigned runs = 0;
    for (; now - start < MIN_RUN_MS; now = clock_mono_ms(clock)) {
        arena_reset(&w->arena);
        run(w);
        runs++;
    }
    return (double)(now - start) * 1000 / runs;
}

static void compare(size_t n, bool exist)
{
    struct work w = {.n_edits = 0};
    struct clock clock = clock_system(0);
    arena_init(&w.fixed, 0);
    arena_init(&w.arena, 0);
    must(schema_new(&w.fixed, schema_source_current(), &w.schema, NULL) == STATUS_OK);
    make_push(&w, n, exist);
    double raw = measure(&w, run_raw, &clock), rules = measure(&w, run_rules, &clock);
    printf("%-7s %6zu edits %8zu bytes  raw %9.1f us  rules %9.1f us  ratio %5.1f  %6.2f us/edit  %6zu bytes of arena/edit\n",
           exist ? "done" : "import", n, w.bytes, raw, rules, rules / raw, rules / (double)n, w.arena.used_bytes / n);
    arena_done(&w.arena);
    arena_done(&w.fixed);
}

int main(void)
{
    static const size_t sizes[] = {1, 60, 400, 5000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        compare(sizes[i], false);
        compare(sizes[i], true);
    }
    return 0;
}
