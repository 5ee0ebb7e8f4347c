/* SPDX-License-Identifier: Apache-2.0
 *
 * One line of a document as written, and folded for matching: full width → half width, traditional → simplified, all kinds of
 * dashes, quotes, brackets and spaces → one of each. Every byte of the folded text knows where it came from, so that what
 * was matched in the fold is cut out of the original.
 *
 * Folded forms to match against: - ~ , : ; ! ? ( ) for their wide forms; [ ] for 【】〔〕［］; " for all quotes; < > for
 * 《》〈〉 stays 《》; · for all middle dots; ◆ for pictures (emoji), 1. for 1 in a key; 。 and 、 stay. ①… and Chinese numerals
 * stay; ⑴ becomes (1), ⒈ 1., ㈠ (一). */
#ifndef CLIENT_IMPORT_TEXT_H
#define CLIENT_IMPORT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"

struct text {
    const char *raw;     /* as written, raw_bytes long, NUL-terminated when made by text_fold */
    const char *s;       /* folded, n bytes, NUL-terminated */
    const uint16_t *map; /* map[i]: offset in raw of the character that gave s[i]; map[n] = raw_bytes */
    uint32_t raw_bytes, n;
};

/* Folds a line of at most IMPORT_MAX_LINE_BYTES, trimmed of white space at both ends. */
struct text text_fold(struct arena *arena, const char *raw, size_t bytes);
/* The part [from, to) of the fold as a text of its own, trimmed; shares memory except for the folded copy. */
struct text text_part(struct arena *arena, const struct text *text, size_t from, size_t to);
/* The part [from, to) of the fold, as written, trimmed; "" when empty. */
char *text_cut(struct arena *arena, const struct text *text, size_t from, size_t to);

/* On folded strings. Characters, not bytes. */
size_t text_length(const char *s);
size_t text_skip_space(const char *s, size_t at);
/* Does s begin with word? Returns its length or 0. */
static inline size_t text_begins(const char *s, const char *word)
{
    size_t n = 0;
    while (word[n] && s[n] == word[n])
        n++;
    return word[n] ? 0 : n;
}
bool text_ends(const char *s, const char *word);
bool text_has(const char *s, const char *word);
/* The word of the NULL-ended list s begins with: its length or 0. The list has the longest first where one begins another. */
size_t text_begins_any(const char *s, const char *const *words);
bool text_has_any(const char *s, const char *const *words);
bool text_ends_any(const char *s, const char *const *words);
/* Length in bytes of the character at s (1 at least, unless *s is NUL). */
static inline size_t text_char(const char *s)
{
    size_t n = *s != '\0';
    while (n && ((unsigned char)s[n] & 0xC0) == 0x80)
        n++;
    return n;
}
/* Is the character at s a Chinese one (ideographs and 〇)? */
bool text_is_han(const char *s);
/* Start of the character before offset at > 0. */
size_t text_before(const char *s, size_t at);

#endif
