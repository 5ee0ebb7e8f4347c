/* SPDX-License-Identifier: Apache-2.0
 *
 * The schema of a next version (tests/data/schema_next), beside this build's. */
#ifndef TESTS_UNIT_SCHEMA_NEXT_H
#define TESTS_UNIT_SCHEMA_NEXT_H

#include "common/record/schema.h"
#include "tests/data/schema_next/next.pb-c.h"
#include "tests/unit/record_fixture.h"

static inline const struct schema *schema_next_new(struct arena *arena)
{
    static const struct kind_row more_kinds[] = {
#define KIND(number, name, message, stream, label, label_zh)                                                                       \
    {number, #name, &lianxin_next__##name##__descriptor, STREAM_CLASS_##stream, label, label_zh},
#include "tests/data/schema_next/kind.def"
#undef KIND
    };
    static const struct field_row more_fields[] = {
#define REQUIRED FIELD_REQUIRED
#define FIXED FIELD_FIXED
#define FIELD(kind, name, meaning, writer, group, flags, label, label_zh)                                                          \
    {#kind, #name, MEANING_##meaning, WRITER_##writer, group, flags, label, label_zh},
#include "tests/data/schema_next/field.def"
#undef FIELD
#undef REQUIRED
#undef FIXED
    };
    const size_t n_more_kinds = sizeof more_kinds / sizeof more_kinds[0],
                 n_more_fields = sizeof more_fields / sizeof more_fields[0];
    const struct schema_source *now = schema_source_current();
    struct kind_row *kinds = ARENA_ARRAY(arena, now->n_kinds + n_more_kinds, struct kind_row);
    struct field_row *fields = ARENA_ARRAY(arena, now->n_fields + n_more_fields, struct field_row);
    memcpy(kinds, now->kinds, now->n_kinds * sizeof *kinds);
    memcpy(kinds + now->n_kinds, more_kinds, sizeof more_kinds);
    memcpy(fields, now->fields, now->n_fields * sizeof *fields);
    memcpy(fields + now->n_fields, more_fields, sizeof more_fields);
    for (size_t i = 0; i < now->n_kinds; i++)
        if (strcmp(kinds[i].name, "activity") == 0)
            kinds[i].descriptor = &lianxin_next__activity__descriptor;
    const struct schema_source source = {
        .kinds = kinds,
        .n_kinds = now->n_kinds + n_more_kinds,
        .fields = fields,
        .n_fields = now->n_fields + n_more_fields,
        .labels = now->labels,
        .n_labels = now->n_labels,
    };
    const struct schema *schema;
    struct err err;
    assert_int_equal(schema_new(arena, &source, &schema, &err), STATUS_OK);
    return schema;
}

#endif
