/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

size_t utf8_next_rare(const char *text, size_t bytes, uint32_t *code)
{
    utf8proc_int32_t c;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)bytes, &c);
    if (n <= 0)
        return 0;
    *code = (uint32_t)c;
    return (size_t)n;
}

size_t utf8_put(uint32_t code, char out[4])
{
    return (size_t)utf8proc_encode_char((utf8proc_int32_t)code, (utf8proc_uint8_t *)out);
}

bool utf8_check(const char *text, size_t bytes, size_t *at)
{
    for (size_t i = 0, n; i < bytes; i += n) {
        uint32_t code = 0;
        n = utf8_next(text + i, bytes - i, &code);
        if (n == 0 || code == 0) {
            if (at)
                *at = i;
            return false;
        }
    }
    return true;
}

static char *normalise(struct arena *arena, const char *text, utf8proc_option_t options)
{
    utf8proc_uint8_t *out = NULL;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)text, 0, &out, options | UTF8PROC_NULLTERM | UTF8PROC_STABLE);
    if (n < 0)
        return NULL;
    char *copy = arena_try_alloc(arena, (size_t)n + 1);
    if (copy)
        memcpy(copy, out, (size_t)n);
    free(out);
    return copy;
}

char *utf8_nfc(struct arena *arena, const char *text)
{
    return normalise(arena, text, UTF8PROC_COMPOSE);
}

char *utf8_nfkc(struct arena *arena, const char *text)
{
    return normalise(arena, text, UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
}

/* Characters that are one column in Western fonts and two in Chinese ones, as far as plans use them: punctuation and enclosed
 * numbers. utf8proc has no "ambiguous" class. */
static bool is_ambiguous(uint32_t c)
{
    static const uint32_t ranges[][2] = {{0xB7, 0xB7},     {0x2014, 0x2016}, {0x2018, 0x2019}, {0x201C, 0x201D}, {0x2022, 0x2022},
                                         {0x2025, 0x2026}, {0x2030, 0x2030}, {0x203B, 0x203B}, {0x2103, 0x2103}, {0x2160, 0x217F},
                                         {0x2190, 0x2199}, {0x2460, 0x24FF}, {0x25A0, 0x25FF}, {0x2605, 0x2606}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return true;
    return false;
}

/* Length and width of the character at text; a malformed byte counts as the U+FFFD it is shown as. */
static size_t char_measure(const char *text, size_t bytes, bool ambiguous_wide, size_t *width)
{
    uint32_t code = 0xFFFD;
    size_t n = utf8_next(text, bytes, &code);
    if (n == 0) {
        n = 1;
        code = 0xFFFD;
    }
    int columns = utf8proc_charwidth((utf8proc_int32_t)code);
    *width = ambiguous_wide && is_ambiguous(code) ? 2 : columns > 0 ? (size_t)columns : 0;
    return n;
}

size_t utf8_width(const char *text, size_t bytes, bool ambiguous_wide)
{
    size_t width = 0;
    for (size_t i = 0, w; i < bytes; width += w)
        i += char_measure(text + i, bytes - i, ambiguous_wide, &w);
    return width;
}

size_t utf8_fit(const char *text, size_t bytes, size_t columns, bool ambiguous_wide)
{
    size_t i = 0;
    for (size_t width = 0, n, w; i < bytes; i += n, width += w) {
        n = char_measure(text + i, bytes - i, ambiguous_wide, &w);
        if (width + w > columns)
            break;
    }
    return i;
}

static bool is_bidi_control(uint32_t c)
{
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0x061C;
}

/* U+FFFE and U+FFFF of every plane: no characters, and not allowed in XML. */
static bool is_noncharacter(uint32_t c)
{
    return (c & 0xFFFE) == 0xFFFE;
}

static bool is_line_break(uint32_t c)
{
    return c == '\n' || c == 0x2028 || c == 0x2029;
}

void utf8_put_safe(struct buf *out, const char *text, size_t bytes, bool keep_newlines)
{
    static const char replacement[] = "\xEF\xBF\xBD";
    for (size_t i = 0, n; i < bytes; i += n) {
        uint32_t code = 0;
        n = utf8_next(text + i, bytes - i, &code);
        if (n == 0) {
            n = 1;
            buf_puts(out, replacement);
        } else if (is_line_break(code) || code == '\t' || code == '\r') {
            if (code != '\r')
                buf_putc(out, keep_newlines && code != '\t' ? '\n' : ' ');
        } else if (code < 0x20 || (code >= 0x7F && code < 0xA0) || is_noncharacter(code)) {
            buf_puts(out, replacement);
        } else if (!is_bidi_control(code)) {
            buf_put(out, text + i, n);
        }
    }
}

char *utf8_safe(struct arena *arena, const char *text)
{
    struct buf out;
    buf_init(&out, 0);
    utf8_put_safe(&out, text, strlen(text), false);
    char *copy = arena_strndup(arena, buf_text(&out), out.len_bytes);
    buf_done(&out);
    return copy;
}
