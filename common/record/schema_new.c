/* SPDX-License-Identifier: Apache-2.0
 *
 * Making a schema: the lists joined with the descriptors, and each kind with its rules. */
#include <string.h>

#include "common/record/rules.h"
#include "proto/records.pb-c.h"

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof(array)[0])

static const struct kind_row kind_rows[] = {
#define KIND(number, name, message, stream, label, label_zh)                                                                       \
    {number, #name, &lianxin__##name##__descriptor, STREAM_CLASS_##stream, label, label_zh},
#include "common/record/kind.def"
#undef KIND
};

static const struct field_row field_rows[] = {
#define REQUIRED FIELD_REQUIRED
#define FIXED FIELD_FIXED
#define SENSITIVE FIELD_SENSITIVE
#define FIELD(kind, name, meaning, writer, group, flags, label, label_zh)                                                          \
    {#kind, #name, MEANING_##meaning, WRITER_##writer, group, flags, label, label_zh},
#include "common/record/field.def"
#undef FIELD
#undef REQUIRED
#undef FIXED
#undef SENSITIVE
};

static const struct label_row label_rows[] = {
#define LABEL(type, value, label, label_zh) {#type, #value, label, label_zh},
#include "common/record/label.def"
#undef LABEL
};

const struct schema_source *schema_source_current(void)
{
    static const struct schema_source source = {
        .kinds = kind_rows,
        .n_kinds = ARRAY_LENGTH(kind_rows),
        .fields = field_rows,
        .n_fields = ARRAY_LENGTH(field_rows),
        .labels = label_rows,
        .n_labels = ARRAY_LENGTH(label_rows),
    };
    return &source;
}

/* What a descriptor must say for a field of this meaning. */
static bool type_fits(enum meaning meaning, const ProtobufCFieldDescriptor *d)
{
    bool repeated = d->label == PROTOBUF_C_LABEL_REPEATED;
    switch (meaning) {
    case MEANING_TEXT:
    case MEANING_NOTE:
    case MEANING_DAY:
        return !repeated && d->type == PROTOBUF_C_TYPE_STRING;
    case MEANING_INT:
        return !repeated && (d->type == PROTOBUF_C_TYPE_UINT32 || d->type == PROTOBUF_C_TYPE_INT64);
    case MEANING_BOOL:
        return !repeated && d->type == PROTOBUF_C_TYPE_BOOL;
    case MEANING_ENUM:
        return !repeated && d->type == PROTOBUF_C_TYPE_ENUM;
    case MEANING_MONEY:
    case MEANING_MONTHS:
    case MEANING_INSTANT:
        return !repeated && d->type == PROTOBUF_C_TYPE_INT64;
    case MEANING_MONTH:
        return !repeated && d->type == PROTOBUF_C_TYPE_INT32;
    case MEANING_ID:
    case MEANING_DIGEST:
    case MEANING_PARTIAL:
        return !repeated && d->type == PROTOBUF_C_TYPE_BYTES;
    case MEANING_TEXTS:
        return repeated && d->type == PROTOBUF_C_TYPE_STRING;
    case MEANING_INTS:
        return repeated && d->type == PROTOBUF_C_TYPE_UINT32;
    case MEANING_FIGURES:
        return repeated && d->type == PROTOBUF_C_TYPE_MESSAGE;
    }
    return false;
}

static const struct field_row *find_row(const struct schema_source *source, const char *kind, const char *name)
{
    for (size_t i = 0; i < source->n_fields; i++)
        if (strcmp(source->fields[i].kind, kind) == 0 && strcmp(source->fields[i].name, name) == 0)
            return &source->fields[i];
    return NULL;
}

static const struct label_row *find_label(const struct schema_source *source, const char *type, const char *value)
{
    for (size_t i = 0; i < source->n_labels; i++)
        if (strcmp(source->labels[i].type, type) == 0 && strcmp(source->labels[i].value, value) == 0)
            return &source->labels[i];
    return NULL;
}

static char ascii_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static char ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* ActivityState, ACTIVITY_STATE_DONE → DONE; the whole constant when it does not begin with its enum's name. */
static const char *strip_prefix(const char *type, const char *constant)
{
    const char *at = constant;
    for (const char *p = type; *p; p++) {
        bool word = p != type && *p >= 'A' && *p <= 'Z';
        if (word && *at++ != '_')
            return constant;
        if (*at++ != ascii_upper(*p))
            return constant;
    }
    return *at == '_' ? at + 1 : constant;
}

static void join_enum(struct arena *arena, const struct schema_source *source, struct field *field)
{
    const ProtobufCEnumDescriptor *type = field->descriptor->descriptor;
    struct enum_value *values = ARENA_ARRAY(arena, type->n_values, struct enum_value);
    for (unsigned i = 0; i < type->n_values; i++) {
        char *name = arena_strdup(arena, strip_prefix(type->short_name, type->values[i].name));
        for (char *p = name; *p; p++)
            *p = ascii_lower(*p);
        const struct label_row *row = find_label(source, type->short_name, type->values[i].name);
        values[i] = (struct enum_value){
            .value = type->values[i].value,
            .name = name,
            .label = row ? row->label : name,
            .label_zh = row ? row->label_zh : name,
        };
    }
    field->values = values;
    field->n_values = type->n_values;
}

static enum status join_field(struct arena *arena, const struct schema_source *source, const struct kind *kind, struct field *field,
                              struct err *err)
{
    const ProtobufCFieldDescriptor *d = &kind->descriptor->fields[field->index];
    const struct field_row *row = find_row(source, kind->name, d->name);
    if (!row)
        return err_set(err, STATUS_INVALID, "%s.%s stands in the .proto file but not in field.def", kind->name, d->name);
    if (!type_fits(row->meaning, d))
        return err_set(err, STATUS_INVALID, "%s.%s: its type in the .proto file does not fit its meaning in field.def", kind->name,
                       d->name);
    *field = (struct field){
        .descriptor = d,
        .number = d->id,
        .name = d->name,
        .meaning = row->meaning,
        .writer = row->writer,
        .group = row->group,
        .flags = row->flags,
        .label = row->label,
        .label_zh = row->label_zh,
        .index = field->index,
    };
    if (field->meaning == MEANING_ENUM)
        join_enum(arena, source, field);
    return STATUS_OK;
}

static size_t count_rows(const struct schema_source *source, const char *kind)
{
    size_t n = 0;
    for (size_t i = 0; i < source->n_fields; i++)
        n += strcmp(source->fields[i].kind, kind) == 0;
    return n;
}

static enum status join_kind(struct arena *arena, const struct schema_source *source, const struct kind_row *row, struct kind *kind,
                             struct err *err)
{
    size_t n = row->descriptor->n_fields;
    if (n > FIELD_SET_MAX)
        return err_set(err, STATUS_INVALID, "%s has %zu fields; at most %d", row->name, n, FIELD_SET_MAX);
    if (count_rows(source, row->name) != n)
        return err_set(err, STATUS_INVALID, "field.def has %zu rows for %s, the .proto file %zu fields",
                       count_rows(source, row->name), row->name, n);
    struct field *fields = ARENA_ARRAY(arena, n, struct field);
    *kind = (struct kind){
        .number = row->number,
        .name = row->name,
        .label = row->label,
        .label_zh = row->label_zh,
        .stream_class = row->stream_class,
        .descriptor = row->descriptor,
        .fields = fields,
        .n_fields = n,
        .all = n == FIELD_SET_MAX ? ~(field_set)0 : ((field_set)1 << n) - 1,
    };
    enum status status = STATUS_OK;
    for (size_t i = 0; i < n && status == STATUS_OK; i++) {
        fields[i].index = i;
        status = join_field(arena, source, kind, &fields[i], err);
    }
    if (status == STATUS_OK)
        rules_bind(arena, kind);
    return status;
}

enum status schema_new(struct arena *arena, const struct schema_source *source, const struct schema **out, struct err *err)
{
    struct schema *schema = ARENA_NEW(arena, struct schema);
    struct kind *kinds = ARENA_ARRAY(arena, source->n_kinds, struct kind);
    *schema = (struct schema){.kinds = kinds, .n_kinds = source->n_kinds};
    for (size_t i = 0; i < source->n_kinds; i++) {
        if (i && source->kinds[i].number <= source->kinds[i - 1].number)
            return err_set(err, STATUS_INVALID, "%s: the numbers in kind.def must rise", source->kinds[i].name);
        enum status status = join_kind(arena, source, &source->kinds[i], &kinds[i], err);
        if (status != STATUS_OK)
            return status;
    }
    for (size_t i = 0; i < source->n_fields; i++)
        if (!schema_find_kind_by_name(schema, source->fields[i].kind))
            return err_set(err, STATUS_INVALID, "field.def names the kind %s, kind.def does not", source->fields[i].kind);
    *out = schema;
    return STATUS_OK;
}
