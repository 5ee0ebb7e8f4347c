/* SPDX-License-Identifier: Apache-2.0
 *
 * What a person types for a field: the first two bytes choose the kind and the field, the rest is the text. What is taken must be
 * shown and, typed as shown, be taken again as the same value. */
#include <stdlib.h>

#include "common/record/text.h"

#define BUDGET_BYTES ((size_t)64 << 20)

static void expect(bool holds)
{
    if (!holds)
        abort();
}

static void type_again(struct arena *arena, const ProtobufCMessage *message, const struct kind *kind, const struct field *field)
{
    ProtobufCMessage *again = record_message_new(arena, kind);
    const char *shown = record_text(arena, message, field, true, 28800);
    if (record_validate(kind, message, NULL, true, NULL) == STATUS_OK && *shown)
        expect(record_parse_text(arena, again, field, shown, NULL) == STATUS_OK && record_field_equal(message, again, field));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    const struct schema *schema;
    struct err err;
    if (size < 2)
        return 0;
    arena_init(&arena, BUDGET_BYTES);
    expect(schema_new(&arena, schema_source_current(), &schema, &err) == STATUS_OK);
    const struct kind *kind = &schema->kinds[data[0] % schema->n_kinds];
    const struct field *field = &kind->fields[data[1] % kind->n_fields];
    ProtobufCMessage *message = record_message_new(&arena, kind);
    const char *text = arena_strndup(&arena, (const char *)data + 2, size - 2);
    if (record_parse_text(&arena, message, field, text, &err) == STATUS_OK)
        type_again(&arena, message, kind, field);
    arena_done(&arena);
    return 0;
}
