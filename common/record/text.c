/* SPDX-License-Identifier: Apache-2.0 */
#include "common/record/text.h"

#include <inttypes.h>

#include "common/base/sha256.h"
#include "common/domain/month.h"
#include "proto/records.pb-c.h"

static const char *money_text(struct arena *arena, int64_t fen)
{
    uint64_t amount = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;
    return arena_printf(arena, "%s%" PRIu64 ".%02" PRIu64, fen < 0 ? "-" : "", amount / 100, amount % 100);
}

static const char *month_text(struct arena *arena, int64_t month)
{
    char text[MONTH_TEXT_BYTES];
    if (!month_is_valid(month))
        return arena_printf(arena, "%" PRId64, month);
    month_format((int32_t)month, text);
    return arena_strdup(arena, text);
}

static const char *months_text(struct arena *arena, int64_t set)
{
    const char *text = "";
    if (!month_set_is_valid(set))
        return arena_printf(arena, "%" PRId64, set);
    for (int32_t month = INT32_MIN; month_set_next(set, &month);)
        text = arena_printf(arena, "%s%s%s", text, *text ? "," : "", month_text(arena, month));
    return text;
}

static const char *number_text(struct arena *arena, const struct field *field, int64_t number, bool chinese, int32_t zone_s)
{
    char time[CLOCK_TIME_BYTES];
    if (field->meaning == MEANING_MONEY)
        return money_text(arena, number);
    if (field->meaning == MEANING_MONTH)
        return month_text(arena, number);
    if (field->meaning == MEANING_MONTHS)
        return months_text(arena, number);
    if (field->meaning == MEANING_BOOL)
        return chinese ? (number ? "是" : "否") : number ? "yes" : "no";
    if (field->meaning == MEANING_INSTANT) {
        clock_format_time(number, zone_s, time);
        return arena_strdup(arena, time);
    }
    const char *label = field->meaning == MEANING_ENUM ? schema_enum_label(field, number, chinese) : NULL;
    return label ? label : arena_printf(arena, "%" PRId64, number);
}

static const char *bytes_text(struct arena *arena, struct value value)
{
    struct uuid id;
    char id_text[UUID_TEXT_BYTES], digest_text[SHA256_TEXT_BYTES];
    if (uuid_from_bytes(value.data, value.bytes, &id)) {
        uuid_format(&id, id_text);
        return arena_strdup(arena, id_text);
    }
    if (value.bytes == SHA256_BYTES) {
        sha256_format(value.data, digest_text);
        return arena_strdup(arena, digest_text);
    }
    return arena_printf(arena, "(%zu)", value.bytes);
}

static const char *item_text(struct arena *arena, const struct field *field, const char *items, size_t i)
{
    if (field->meaning == MEANING_TEXTS)
        return ((const char *const *)(const void *)items)[i];
    if (field->meaning == MEANING_INTS)
        return arena_printf(arena, "%" PRIu32, ((const uint32_t *)(const void *)items)[i]);
    const Lianxin__Figure *figure = ((const Lianxin__Figure *const *)(const void *)items)[i];
    int64_t number = figure->has_stated ? figure->stated : figure->counted;
    return arena_printf(arena, "%s=%" PRId64, figure->key ? figure->key : "", number);
}

static const char *list_text(struct arena *arena, const ProtobufCMessage *message, const struct field *field)
{
    size_t n;
    const char *items = record_items(message, field, &n);
    const char *between = field->meaning == MEANING_TEXTS ? "、" : ",";
    struct buf out;
    buf_init(&out, 0);
    for (size_t i = 0; i < n; i++) {
        buf_puts(&out, i ? between : "");
        buf_puts(&out, item_text(arena, field, items, i));
    }
    const char *text = arena_strdup(arena, buf_text(&out));
    buf_done(&out);
    return text;
}

const char *record_text(struct arena *arena, const ProtobufCMessage *message, const struct field *field, bool chinese,
                        int32_t zone_s)
{
    if (field->descriptor->label == PROTOBUF_C_LABEL_REPEATED)
        return list_text(arena, message, field);
    struct value value = record_get(arena, message, field);
    switch (value.type) {
    case VALUE_NONE:
        return "";
    case VALUE_INT:
        return number_text(arena, field, value.number, chinese, zone_s);
    case VALUE_TEXT:
        return value.data;
    case VALUE_BYTES:
        return bytes_text(arena, value);
    }
    return "";
}
