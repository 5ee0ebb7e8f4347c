/* SPDX-License-Identifier: Apache-2.0
 *
 * A record from a peer: the first byte chooses the kind, the rest is its bytes. What decodes must encode to the same record again,
 * hash the same, and be fit to be validated, shown and written as JSON whatever it holds. */
#include <stdlib.h>

#include "common/record/stream_hash.h"
#include "common/record/text.h"

#define BUDGET_BYTES ((size_t)64 << 20)

static void expect(bool holds)
{
    if (!holds)
        abort();
}

static void encode_again(struct arena *arena, const struct record *record)
{
    const uint8_t *data;
    size_t bytes;
    struct record again = *record;
    record_encode(arena, record->message, &data, &bytes);
    expect(record_decode(arena, record->kind, data, bytes, &again.message, NULL) == STATUS_OK);
    expect(record_diff(record->kind, record->message, again.message) == 0);
    expect(record_unknown_equal(record->message, again.message));
    struct stream_hash a = stream_hash_of_record(record), b = stream_hash_of_record(&again);
    expect(stream_hash_equal(&a, &b));
}

static void set_again(struct arena *arena, const struct record *record)
{
    ProtobufCMessage *copy = record_message_new(arena, record->kind);
    for (size_t i = 0; i < record->kind->n_fields; i++) {
        const struct field *field = &record->kind->fields[i];
        expect(record_set(arena, copy, field, record_get(arena, record->message, field), NULL) == STATUS_OK);
    }
    expect(record_diff(record->kind, record->message, copy) == 0);
}

static void show(struct arena *arena, const struct schema *schema, const struct record *record)
{
    for (size_t i = 0; i < record->kind->n_fields; i++)
        (void)record_text(arena, record->message, &record->kind->fields[i], i % 2, 28800);
    json_t *json = record_json(arena, schema, record);
    char *text = json_dumps(json, JSON_COMPACT);
    expect(text != NULL);
    free(text);
    json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    const struct schema *schema;
    struct err err;
    ProtobufCMessage *message;
    if (size < 1)
        return 0;
    arena_init(&arena, BUDGET_BYTES);
    expect(schema_new(&arena, schema_source_current(), &schema, &err) == STATUS_OK);
    const struct kind *kind = &schema->kinds[data[0] % schema->n_kinds];
    if (record_decode(&arena, kind, data + 1, size - 1, &message, &err) == STATUS_OK) {
        struct record record = {.kind = kind, .message = message};
        encode_again(&arena, &record);
        set_again(&arena, &record);
        show(&arena, schema, &record);
        (void)!record_validate(kind, message, NULL, data[0] % 2, &err);
    }
    arena_done(&arena);
    return 0;
}
