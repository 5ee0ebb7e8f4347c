/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "common/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* vsnprintf may have cut inside a UTF-8 sequence: step back to the last whole character. */
static void cut_at_character(char *text)
{
    size_t n = strlen(text), back = n;
    while (back > 0 && ((unsigned char)text[back - 1] & 0xC0) == 0x80 && n - back < 3)
        back--;
    if (back == 0)
        return;
    unsigned char lead = (unsigned char)text[back - 1];
    size_t want = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    if (want && n - back < want)
        text[back - 1] = '\0';
}

enum status err_set(struct err *err, enum status status, const char *format, ...)
{
    if (!err)
        return status;
    /* Formatted aside first: an argument may point into err->text. */
    char text[ERR_TEXT_BYTES];
    va_list ap;
    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    cut_at_character(text);
    err->status = status;
    err->reason = REASON_NONE;
    memcpy(err->text, text, sizeof text);
    return status;
}

static const struct reason_row {
    enum reason reason;
    enum status status;
    const char *text;
    const char *text_zh;
} reasons[] = {
#define REASON(number, name, status, text, text_zh) {REASON_##name, STATUS_##status, text, text_zh},
#include "common/base/reason.def"
#undef REASON
};

static const struct reason_row *reason_find(enum reason reason)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].reason == reason)
            return &reasons[i];
    return NULL;
}

/* Replaces {1}…{3}; an argument's own braces are left alone. */
static void expand(const char *format, const char *const *arguments, size_t n, char *out, size_t size)
{
    size_t at = 0;
    for (const char *p = format; *p && at + 1 < size; p++) {
        if (p[0] == '{' && p[1] >= '1' && p[1] <= '0' + ERR_ARGUMENTS && p[2] == '}') {
            size_t i = (size_t)(p[1] - '1');
            const char *value = i < n && arguments[i] ? arguments[i] : "";
            while (*value && at + 1 < size)
                out[at++] = *value++;
            p += 2;
        } else {
            out[at++] = *p;
        }
    }
    out[at] = '\0';
    cut_at_character(out);
}

bool err_format(enum reason reason, const char *const *arguments, size_t n, bool chinese, char *out, size_t size)
{
    const struct reason_row *row = reason_find(reason);
    if (row)
        expand(chinese ? row->text_zh : row->text, arguments, n, out, size);
    return row != NULL;
}

enum status err_reason(struct err *err, enum reason reason, ...)
{
    const struct reason_row *row = reason_find(reason);
    if (!err)
        return row->status;
    const char *arguments[ERR_ARGUMENTS] = {0};
    struct err filled = {.status = row->status, .reason = reason};
    va_list ap;
    va_start(ap, reason);
    for (size_t i = 0; i < ERR_ARGUMENTS; i++) {
        const char *argument = va_arg(ap, const char *);
        if (!argument)
            break;
        snprintf(filled.arguments[i], ERR_ARGUMENT_BYTES, "%s", argument);
        cut_at_character(filled.arguments[i]);
        arguments[i] = filled.arguments[i];
    }
    va_end(ap);
    expand(row->text, arguments, ERR_ARGUMENTS, filled.text, sizeof filled.text);
    *err = filled;
    return row->status;
}

enum status err_prefix(struct err *err, const char *format, ...)
{
    char text[2 * ERR_TEXT_BYTES];
    va_list ap;
    va_start(ap, format);
    int n = vsnprintf(text, ERR_TEXT_BYTES, format, ap);
    va_end(ap);
    size_t used = n < 0 ? 0 : (size_t)n < ERR_TEXT_BYTES ? (size_t)n : ERR_TEXT_BYTES - 1;
    snprintf(text + used, sizeof text - used, ": %s", err->text);
    text[ERR_TEXT_BYTES - 1] = '\0';
    cut_at_character(text);
    memcpy(err->text, text, ERR_TEXT_BYTES);
    return err->status;
}

const char *err_errno(int number, char *buf, unsigned long size)
{
    return strerror_r(number, buf, size);
}
