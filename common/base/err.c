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
    memcpy(err->text, text, sizeof text);
    return status;
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
