/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/sha256.h"
#include "common/base/utf8.h"
#include "common/domain/day.h"
#include "common/domain/month.h"
#include "common/record/record.h"
#include "common/record/rules.h"
#include "proto/records.pb-c.h"

#define YEAR_10000_MS INT64_C(253402300800000)
#define FIGURE_KEY_BYTES 64u

/* What is being checked. */
struct subject {
    const struct kind *kind;
    const ProtobufCMessage *message, *before;
    struct err *err;
};

static enum status refuse(const struct subject *s, enum reason reason, const struct field *field, const char *detail)
{
    return err_reason(s->err, reason, s->kind->name, field->name, detail, NULL);
}

static enum status refuse_size(const struct subject *s, enum reason reason, const struct field *field, size_t limit)
{
    char text[24];
    snprintf(text, sizeof text, "%zu", limit);
    return refuse(s, reason, field, text);
}

static enum status check_text(const struct subject *s, const struct field *field, const char *text, size_t limit, bool lines)
{
    size_t bytes = strlen(text);
    if (bytes > limit)
        return refuse_size(s, REASON_FIELD_LONG, field, limit);
    if (!utf8_check(text, bytes, NULL) || (!lines && strpbrk(text, "\r\n")))
        return refuse(s, REASON_FIELD_TEXT, field, NULL);
    return STATUS_OK;
}

static bool number_fits(const struct subject *s, const struct field *field, int64_t number)
{
    switch (field->meaning) {
    case MEANING_ENUM:
        return field_find_value(field, number) || (s->before && record_field_equal(s->message, s->before, field));
    case MEANING_MONEY:
        return number >= -LIMIT_MONEY_FEN && number <= LIMIT_MONEY_FEN;
    case MEANING_MONTH:
        return month_is_valid(number);
    case MEANING_MONTHS:
        return month_set_is_valid(number);
    case MEANING_INSTANT:
        return number >= 0 && number < YEAR_10000_MS;
    case MEANING_INT:
    case MEANING_BOOL:
    case MEANING_TEXT:
    case MEANING_NOTE:
    case MEANING_DAY:
    case MEANING_ID:
    case MEANING_DIGEST:
    case MEANING_TEXTS:
    case MEANING_INTS:
    case MEANING_FIGURES:
    case MEANING_PARTIAL:
        return true;
    }
    return false;
}

static enum status check_number(const struct subject *s, const struct field *field, int64_t number)
{
    if (number_fits(s, field, number))
        return STATUS_OK;
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, number);
    return refuse(s, REASON_FIELD_NUMBER, field, text);
}

static enum status check_string(const struct subject *s, const struct field *field, const char *text)
{
    int year, month, day;
    if (field->meaning == MEANING_DAY)
        return day_parse(text, &year, &month, &day) ? STATUS_OK : refuse(s, REASON_FIELD_DAY, field, text);
    bool note = field->meaning == MEANING_NOTE;
    return check_text(s, field, text, note ? LIMIT_NOTE_BYTES : LIMIT_TEXT_BYTES, note);
}

static enum status check_bytes(const struct subject *s, const struct field *field, size_t bytes)
{
    if (field->meaning == MEANING_PARTIAL)
        return bytes <= LIMIT_RECORD_BYTES ? STATUS_OK : refuse_size(s, REASON_FIELD_LONG, field, LIMIT_RECORD_BYTES);
    size_t want = field->meaning == MEANING_ID ? UUID_BYTES : SHA256_BYTES;
    return bytes == want ? STATUS_OK : refuse_size(s, REASON_FIELD_BYTES, field, want);
}

static enum status check_figure(const struct subject *s, const struct field *field, const Lianxin__Figure *figure)
{
    if (!figure->key || !*figure->key)
        return refuse(s, REASON_FIELD_REQUIRED, field, NULL);
    return check_text(s, field, figure->key, FIGURE_KEY_BYTES, false);
}

static enum status check_list(const struct subject *s, const struct field *field)
{
    const ProtobufCFieldDescriptor *d = field->descriptor;
    size_t n;
    const void *const *items = record_items(s->message, field, &n);
    if (n > LIMIT_LIST_ITEMS)
        return refuse_size(s, REASON_FIELD_ITEMS, field, LIMIT_LIST_ITEMS);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < n && status == STATUS_OK; i++) {
        if (field->meaning == MEANING_TEXTS)
            status = check_text(s, field, items[i], LIMIT_TEXT_BYTES, false);
        else if (field->meaning == MEANING_FIGURES && d->descriptor == &lianxin__figure__descriptor)
            status = check_figure(s, field, items[i]);
    }
    return status;
}

static enum status check_field(const struct subject *s, const struct field *field)
{
    if (field->descriptor->label == PROTOBUF_C_LABEL_REPEATED)
        return check_list(s, field);
    struct value value = record_get(NULL, s->message, field);
    switch (value.type) {
    case VALUE_NONE:
        return STATUS_OK;
    case VALUE_INT:
        return check_number(s, field, value.number);
    case VALUE_TEXT:
        return check_string(s, field, value.data);
    case VALUE_BYTES:
        return check_bytes(s, field, value.bytes);
    }
    return STATUS_OK;
}

static enum status check_size(const struct subject *s)
{
    size_t bytes = protobuf_c_message_get_packed_size(s->message), limit = LIMIT_RECORD_BYTES;
    for (size_t i = 0; i < s->kind->n_fields; i++)
        if (s->kind->fields[i].meaning == MEANING_PARTIAL)
            limit += LIMIT_RECORD_BYTES;
    if (bytes <= limit)
        return STATUS_OK;
    char is[24], most[24];
    snprintf(is, sizeof is, "%zu", bytes);
    snprintf(most, sizeof most, "%zu", limit);
    return err_reason(s->err, REASON_RECORD_LONG, s->kind->name, is, most, NULL);
}

static enum status check_fields(const struct subject *s, field_set fields, bool partial)
{
    enum status status = check_size(s);
    for (size_t i = 0; i < s->kind->n_fields && status == STATUS_OK; i++) {
        const struct field *field = &s->kind->fields[i];
        if (!(fields & field_bit(field)))
            continue;
        if (!partial && (field->flags & FIELD_REQUIRED) && record_is_blank(s->message, field))
            return refuse(s, REASON_FIELD_REQUIRED, field, NULL);
        status = check_field(s, field);
    }
    return status;
}

enum status record_validate_changed(const struct kind *kind, const ProtobufCMessage *message, const ProtobufCMessage *before,
                                    field_set changed, struct err *err)
{
    const struct subject s = {.kind = kind, .message = message, .before = before, .err = err};
    enum status status = check_fields(&s, changed, false);
    return status == STATUS_OK ? rules_check(kind, message, kind->all, err) : status;
}

enum status record_validate(const struct kind *kind, const ProtobufCMessage *message, const ProtobufCMessage *before, bool partial,
                            struct err *err)
{
    const struct subject s = {.kind = kind, .message = message, .before = before, .err = err};
    enum status status = check_fields(&s, kind->all, partial);
    if (status != STATUS_OK)
        return status;
    return rules_check(kind, message, partial ? kind_close_groups(kind, record_present(kind, message)) : kind->all, err);
}
