/* SPDX-License-Identifier: Apache-2.0 */
#include "common/table/table_record.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/record/text.h"

static const struct {
    enum table_type type;
    unsigned flags;
} columns[] = {
    [MEANING_TEXT] = {TABLE_TEXT, 0},
    [MEANING_NOTE] = {TABLE_TEXT, TABLE_WRAP},
    [MEANING_INT] = {TABLE_INT, 0},
    [MEANING_BOOL] = {TABLE_BOOL, 0},
    [MEANING_ENUM] = {TABLE_ENUM, 0},
    [MEANING_MONEY] = {TABLE_MONEY_FEN, 0},
    [MEANING_DAY] = {TABLE_DAY, 0},
    [MEANING_MONTH] = {TABLE_MONTH, 0},
    [MEANING_MONTHS] = {TABLE_MONTH_SET, 0},
    [MEANING_INSTANT] = {TABLE_INSTANT_MS, 0},
    [MEANING_ID] = {TABLE_UUID, TABLE_DATA_ONLY},
    [MEANING_DIGEST] = {TABLE_TEXT, TABLE_DATA_ONLY},
    [MEANING_TEXTS] = {TABLE_TEXT, 0},
    [MEANING_INTS] = {TABLE_TEXT, 0},
    [MEANING_FIGURES] = {TABLE_TEXT, TABLE_WRAP},
    [MEANING_PARTIAL] = {TABLE_TEXT, TABLE_WRAP},
};

void table_add_field(struct table *table, const struct field *field, unsigned flags)
{
    table_add_column(table, field->name, columns[field->meaning].type, field->label, field->label_zh,
                     columns[field->meaning].flags | flags);
}

void table_put_enum_value(struct table *table, const struct field *field, int64_t value)
{
    if (value == 0) {
        table_put_null(table);
        return;
    }
    for (size_t i = 0; i < field->n_values; i++)
        if (field->values[i].value == value) {
            table_put_enum(table, field->values[i].name, field->values[i].label, field->values[i].label_zh);
            return;
        }
    char number[24];
    snprintf(number, sizeof number, "%" PRId64, value);
    table_put_enum(table, number, NULL, NULL);
}

static void put_id(struct table *table, struct value value)
{
    struct uuid id;
    if (uuid_from_bytes(value.data, value.bytes, &id))
        table_put_uuid(table, &id);
    else
        table_put_null(table);
}

void table_put_field(struct table *table, const ProtobufCMessage *message, const struct field *field, bool chinese)
{
    if (!record_has(message, field)) {
        table_put_null(table);
        return;
    }
    switch (field->meaning) {
    case MEANING_INT:
    case MEANING_BOOL:
    case MEANING_MONEY:
    case MEANING_MONTH:
    case MEANING_MONTHS:
    case MEANING_INSTANT:
        table_put_int(table, record_get(table->arena, message, field).number);
        return;
    case MEANING_ENUM:
        table_put_enum_value(table, field, record_get(table->arena, message, field).number);
        return;
    case MEANING_ID:
        put_id(table, record_get(table->arena, message, field));
        return;
    case MEANING_TEXT:
    case MEANING_NOTE:
    case MEANING_DAY: {
        struct value value = record_get(table->arena, message, field);
        table_put_printf(table, "%.*s", (int)value.bytes, (const char *)value.data);
        return;
    }
    case MEANING_DIGEST:
    case MEANING_TEXTS:
    case MEANING_INTS:
    case MEANING_FIGURES:
    case MEANING_PARTIAL:
        table_put_text(table, record_text(table->arena, message, field, chinese, 0));
        return;
    }
}
