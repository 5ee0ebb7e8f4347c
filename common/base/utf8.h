/* SPDX-License-Identifier: Apache-2.0
 *
 * UTF-8 text: checking, folding, width, and the one function through which foreign text reaches a terminal or a log. */
#ifndef COMMON_BASE_UTF8_H
#define COMMON_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/buf.h"

/* Well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms) without NUL? *at (may be NULL): the first bad byte. */
bool utf8_check(const char *text, size_t bytes, size_t *at);
/* The part of utf8_next() for all other code points. */
size_t utf8_next_rare(const char *text, size_t bytes, uint32_t *code);
/* Decodes one code point at text (bytes > 0 left); returns its length 1..4, or 0 when malformed. */
static inline size_t utf8_next(const char *text, size_t bytes, uint32_t *code)
{
    const unsigned char *u = (const unsigned char *)text;
    if (bytes && u[0] < 0x80) {
        *code = u[0];
        return 1;
    }
    /* Chinese: of the leads of three bytes the first and the last ones need a closer look */
    if (bytes >= 3 && u[0] >= 0xE1 && u[0] <= 0xEC && (u[1] & 0xC0) == 0x80 && (u[2] & 0xC0) == 0x80) {
        *code = (u[0] & 0x0Fu) << 12 | (u[1] & 0x3Fu) << 6 | (u[2] & 0x3Fu);
        return 3;
    }
    return utf8_next_rare(text, bytes, code);
}
/* Encodes one code point into out (4 bytes of room); returns the length. */
size_t utf8_put(uint32_t code, char out[4]);

/* NFC: what is stored. NFKC, folded for matching only: full width → half width, compatibility forms → plain. NULL when the
 * text is not UTF-8 or the arena's budget is spent. */
char *utf8_nfc(struct arena *arena, const char *text) MUST_CHECK;
char *utf8_nfkc(struct arena *arena, const char *text) MUST_CHECK;

/* Terminal columns of a text: 2 for East Asian wide and full width, 0 for combining and control characters (UAX #11, by
 * utf8proc); ambiguous characters such as “ … · count as 2 when wide is set (Chinese terminals), else 1. */
size_t utf8_width(const char *text, size_t bytes, bool ambiguous_wide);

/* The length in bytes of the longest beginning of text that is not wider than columns. Combining marks stay with the
 * character they follow. */
size_t utf8_fit(const char *text, size_t bytes, size_t columns, bool ambiguous_wide);

/* Appends text made harmless for a terminal or a log line: C0/C1 controls and ESC become U+FFFD or a space (TAB, newline),
 * bidirectional overrides and isolates (U+202A–202E, U+2066–2069, U+200E/F, U+061C) are dropped, malformed bytes become
 * U+FFFD. keep_newlines: for multi-line text. */
void utf8_put_safe(struct buf *out, const char *text, size_t bytes, bool keep_newlines);
/* The same into an arena. */
char *utf8_safe(struct arena *arena, const char *text) __attribute__((returns_nonnull));

#endif
