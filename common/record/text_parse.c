/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "common/base/utf8.h"
#include "common/domain/day.h"
#include "common/domain/month.h"
#include "common/record/text.h"

#define NUMBER_DIGITS_MAX 15

#define WIDE_BLANK "\xE3\x80\x80" /* U+3000, as wide as a Chinese character */
#define WIDE_BLANK_BYTES 3

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t leading_blank(const char *text)
{
    return strncmp(text, WIDE_BLANK, WIDE_BLANK_BYTES) == 0 ? WIDE_BLANK_BYTES : is_blank(*text);
}

static size_t trailing_blank(const char *text, size_t bytes)
{
    if (bytes >= WIDE_BLANK_BYTES && memcmp(text + bytes - WIDE_BLANK_BYTES, WIDE_BLANK, WIDE_BLANK_BYTES) == 0)
        return WIDE_BLANK_BYTES;
    return bytes && is_blank(text[bytes - 1]);
}

/* Without blanks at both ends. */
static char *trim(struct arena *arena, const char *text)
{
    for (size_t n; (n = leading_blank(text)) > 0;)
        text += n;
    size_t bytes = strlen(text);
    for (size_t n; (n = trailing_blank(text, bytes)) > 0;)
        bytes -= n;
    return arena_strndup(arena, text, bytes);
}

static bool take(const char **at, const char *word)
{
    size_t n = strlen(word);
    if (strncmp(*at, word, n) != 0)
        return false;
    *at += n;
    return true;
}

/* Digits; *n_digits: how many there were. */
static bool take_number(const char **at, int64_t *out, size_t *n_digits)
{
    size_t n = strspn(*at, "0123456789");
    if (n == 0 || n > NUMBER_DIGITS_MAX)
        return false;
    *out = 0;
    for (size_t i = 0; i < n; i++)
        *out = *out * 10 + (*(*at)++ - '0');
    *n_digits = n;
    return true;
}

/* 500, -3, 30人. */
static bool parse_whole(const char *text, int64_t *out)
{
    size_t digits;
    bool minus = take(&text, "-");
    if (!take_number(&text, out, &digits))
        return false;
    if (!take(&text, "人次"))
        take(&text, "人");
    if (minus)
        *out = -*out;
    return *text == '\0';
}

/* 500, 500.5, 1,200 元, 1.5万: fen, exactly. */
static bool parse_money(const char *text, int64_t *out)
{
    int64_t yuan = 0, part = 0, scale = 100, fraction = 0;
    size_t digits = 0, decimals = 0;
    bool minus = take(&text, "-");
    take(&text, "¥");
    if (!take_number(&text, &yuan, &digits))
        return false;
    while (take(&text, ",")) {
        if (!take_number(&text, &part, &digits) || digits != 3 || yuan > LIMIT_MONEY_FEN)
            return false;
        yuan = yuan * 1000 + part;
    }
    if (take(&text, ".") && (!take_number(&text, &fraction, &decimals) || decimals > 6))
        return false;
    if (take(&text, "万"))
        scale = 1000000;
    take(&text, "元");
    for (; decimals && fraction % 10 == 0; decimals--)
        fraction /= 10;
    fraction *= scale;
    for (; decimals; decimals--) {
        if (fraction % 10)
            return false;
        fraction /= 10;
    }
    if (*text || yuan > LIMIT_MONEY_FEN / scale)
        return false;
    *out = minus ? -(yuan * scale + fraction) : yuan * scale + fraction;
    return true;
}

static bool take_separator(const char **at)
{
    return take(at, "-") || take(at, "/") || take(at, ".") || take(at, "年");
}

/* 2024-09, 2024/9, 2024年9月; after another month of the list also 10, meaning the same year. */
static bool take_month(const char **at, const int32_t *previous, int32_t *out)
{
    int64_t first, second;
    size_t digits;
    if (!take_number(at, &first, &digits))
        return false;
    if (digits == 4) {
        if (!take_separator(at) || !take_number(at, &second, &digits) || digits > 2)
            return false;
    } else {
        if (!previous)
            return false;
        second = first;
        first = month_year(*previous);
    }
    if (!take(at, "月份"))
        take(at, "月");
    if (first < 1 || second < 1 || second > 12)
        return false;
    *out = month_make((int)first, (int)second);
    return true;
}

static bool parse_month(const char *text, int64_t *out)
{
    int32_t month;
    if (!take_month(&text, NULL, &month) || *text)
        return false;
    *out = month;
    return true;
}

static bool take_until(const char **at)
{
    return take(at, "~") || take(at, "..") || take(at, "至") || take(at, "到");
}

static bool parse_months(const char *text, int64_t *out)
{
    int64_t set = 0;
    int32_t first, last;
    const int32_t *previous = NULL;
    do {
        if (!take_month(&text, previous, &first))
            return false;
        last = first;
        if (take_until(&text) && (!take_month(&text, &first, &last) || last < first))
            return false;
        for (int32_t month = first; month <= last; month++)
            if (!month_set_add(&set, month))
                return false;
        previous = &last;
    } while (take(&text, ",") || take(&text, "、"));
    *out = set;
    return *text == '\0';
}

static bool parse_bool(const char *text, int64_t *out)
{
    static const char *const words[][2] = {{"no", "yes"}, {"false", "true"}, {"0", "1"}, {"否", "是"}, {"n", "y"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        for (int value = 0; value < 2; value++)
            if (strcmp(text, words[i][value]) == 0) {
                *out = value;
                return true;
            }
    return false;
}

/* 2024-09-01, 2024/9/1, 2024年9月1日. */
static const char *parse_day(struct arena *arena, const char *text)
{
    int64_t year, month, day;
    size_t digits;
    if (!take_number(&text, &year, &digits) || digits != 4 || !take_separator(&text))
        return NULL;
    if (!take_number(&text, &month, &digits) || digits > 2 || !(take(&text, "月") || take_separator(&text)))
        return NULL;
    if (!take_number(&text, &day, &digits) || digits > 2)
        return NULL;
    if (!take(&text, "日"))
        take(&text, "号");
    if (*text || !day_exists((int)year, (int)month, (int)day))
        return NULL;
    char *out = arena_alloc(arena, DAY_TEXT_BYTES);
    day_format((int)year, (int)month, (int)day, out);
    return out;
}

/* The bytes of the separator a list item ends with; 0 inside an item. */
static size_t separator_bytes(const char *at)
{
    const char *start = at;
    return take(&at, "、") || take(&at, ",") || take(&at, "，") || take(&at, ";") || take(&at, "；") ? (size_t)(at - start) : 0;
}

/* A dash alone means "nothing". */
static bool is_nothing(const char *text)
{
    return *text == '\0' || strcmp(text, "-") == 0 || strcmp(text, "－") == 0;
}

/* The next item of a list that is something; NULL at its end. */
static char *next_item(struct arena *arena, const char **at)
{
    while (**at) {
        size_t bytes = 0;
        while ((*at)[bytes] && separator_bytes(*at + bytes) == 0)
            bytes++;
        char *item = trim(arena, arena_strndup(arena, *at, bytes));
        *at += bytes;
        *at += separator_bytes(*at);
        if (!is_nothing(item))
            return item;
    }
    return NULL;
}

static size_t count_items(struct arena *arena, const char *text)
{
    size_t n = 0;
    while (next_item(arena, &text))
        n++;
    return n;
}

static void set_texts(struct arena *arena, ProtobufCMessage *message, const struct field *field, const char *text)
{
    size_t n = count_items(arena, text);
    char **items = ARENA_ARRAY(arena, n, char *);
    for (size_t i = 0; i < n; i++)
        items[i] = next_item(arena, &text);
    record_set_items(message, field, items, n);
}

static bool set_ints(struct arena *arena, ProtobufCMessage *message, const struct field *field, const char *text)
{
    size_t n = count_items(arena, text);
    uint32_t *items = ARENA_ARRAY(arena, n, uint32_t);
    for (size_t i = 0; i < n; i++) {
        int64_t number;
        if (!parse_whole(next_item(arena, &text), &number) || number < 0 || number > UINT32_MAX)
            return false;
        items[i] = (uint32_t)number;
    }
    record_set_items(message, field, items, n);
    return true;
}

static enum status refuse_choice(struct arena *arena, const struct field *field, const char *text, struct err *err)
{
    const char *list = "";
    for (size_t i = 0; i < field->n_values; i++)
        list = arena_printf(arena, "%s%s%s", list, i ? " " : "", field->values[i].label_zh);
    return err_reason(err, REASON_TYPED_CHOICE, field->name, text, list, NULL);
}

static enum status set_number(struct arena *arena, ProtobufCMessage *message, const struct field *field, int64_t number,
                              struct err *err)
{
    return record_set(arena, message, field, (struct value){.type = VALUE_INT, .number = number}, err);
}

static enum status set_text(struct arena *arena, ProtobufCMessage *message, const struct field *field, const char *text,
                            struct err *err)
{
    return record_set(arena, message, field, (struct value){.type = VALUE_TEXT, .data = text, .bytes = strlen(text)}, err);
}

static enum status set_id(struct arena *arena, ProtobufCMessage *message, const struct field *field, const char *text,
                          struct err *err)
{
    struct uuid id;
    if (!uuid_parse(text, &id))
        return err_reason(err, REASON_TYPED_NEVER, field->name, NULL);
    return record_set(arena, message, field, (struct value){.type = VALUE_BYTES, .data = id.bytes, .bytes = UUID_BYTES}, err);
}

/* text is as typed, folded has plain digits and punctuation. */
static enum status parse_field(struct arena *arena, ProtobufCMessage *message, const struct field *field, const char *text,
                               const char *folded, struct err *err)
{
    int64_t number = 0;
    const char *day;
    switch (field->meaning) {
    case MEANING_TEXT:
    case MEANING_NOTE:
        return set_text(arena, message, field, text, err);
    case MEANING_INT:
        return parse_whole(folded, &number) ? set_number(arena, message, field, number, err)
                                            : err_reason(err, REASON_TYPED_NUMBER, field->name, text, NULL);
    case MEANING_BOOL:
        return parse_bool(folded, &number) ? set_number(arena, message, field, number, err)
                                           : err_reason(err, REASON_TYPED_CHOICE, field->name, text, "是 否 yes no", NULL);
    case MEANING_ENUM:
        return schema_enum_parse(field, text, &number) || schema_enum_parse(field, folded, &number)
                   ? set_number(arena, message, field, number, err)
                   : refuse_choice(arena, field, text, err);
    case MEANING_MONEY:
        return parse_money(folded, &number) ? set_number(arena, message, field, number, err)
                                            : err_reason(err, REASON_TYPED_MONEY, field->name, text, NULL);
    case MEANING_DAY:
        day = parse_day(arena, folded);
        return day ? set_text(arena, message, field, day, err) : err_reason(err, REASON_TYPED_DAY, field->name, text, NULL);
    case MEANING_MONTH:
        return parse_month(folded, &number) ? set_number(arena, message, field, number, err)
                                            : err_reason(err, REASON_TYPED_MONTH, field->name, text, NULL);
    case MEANING_MONTHS:
        return parse_months(folded, &number) ? set_number(arena, message, field, number, err)
                                             : err_reason(err, REASON_TYPED_MONTHS, field->name, text, NULL);
    case MEANING_ID:
        return set_id(arena, message, field, folded, err);
    case MEANING_TEXTS:
        set_texts(arena, message, field, text);
        return STATUS_OK;
    case MEANING_INTS:
        return set_ints(arena, message, field, folded) ? STATUS_OK : err_reason(err, REASON_TYPED_NUMBER, field->name, text, NULL);
    case MEANING_INSTANT:
    case MEANING_DIGEST:
    case MEANING_FIGURES:
    case MEANING_PARTIAL:
        break;
    }
    return err_reason(err, REASON_TYPED_NEVER, field->name, NULL);
}

enum status record_parse_text(struct arena *arena, ProtobufCMessage *message, const struct field *field, const char *text,
                              struct err *err)
{
    const char *typed = utf8_check(text, strlen(text), NULL) ? utf8_nfc(arena, trim(arena, text)) : NULL;
    const char *folded = typed ? utf8_nfkc(arena, typed) : NULL;
    if (!folded)
        return err_reason(err, REASON_TYPED_TEXT, field->name, text, NULL);
    if (is_nothing(typed)) {
        record_clear(message, field);
        return STATUS_OK;
    }
    return parse_field(arena, message, field, typed, folded, err);
}
