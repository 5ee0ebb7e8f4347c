/* SPDX-License-Identifier: Apache-2.0
 *
 * Long lists of words, fixed when the program is compiled. Beside the words stands an array of marks, one byte for each, made of
 * its first or its last character: memchr() passes over the marks of hundreds of words faster than a few words are compared.
 * Words have two bytes at least. Texts end with NUL. */
#ifndef COMMON_BASE_WORDS_H
#define COMMON_BASE_WORDS_H

#include <stddef.h>
#include <stdint.h>

struct words {
    const char *const *texts;
    const uint8_t *marks; /* WORDS_FIRST or WORDS_LAST of each */
    size_t count;
};

#define WORDS(texts, marks)                                                                                                        \
    {                                                                                                                              \
        texts, marks, sizeof(marks)                                                                                                \
    }
#define WORDS_BYTE(text, i) ((unsigned char)(text)[i])
/* The marks of a literal. */
#define WORDS_FIRST(text)                                                                                                          \
    (uint8_t)(WORDS_BYTE(text, 0) < 0x80   ? WORDS_BYTE(text, 0)                                                                   \
              : WORDS_BYTE(text, 0) < 0xE0 ? WORDS_BYTE(text, 1)                                                                   \
                                           : WORDS_BYTE(text, 1) * 4 + WORDS_BYTE(text, sizeof(text) > 3 ? 2 : 0))
#define WORDS_LAST(text) (uint8_t)(WORDS_BYTE(text, sizeof(text) - 3) * 4 + WORDS_BYTE(text, sizeof(text) - 2))

/* The index of the first word, not before `from`, that s begins with or is (marks: WORDS_FIRST), or that s, n bytes long, ends
 * with (marks: WORDS_LAST). words->count when there is none. */
size_t words_find_first(const struct words *words, const char *s, size_t from);
size_t words_find_whole(const struct words *words, const char *s, size_t from);
size_t words_find_last(const struct words *words, const char *s, size_t n, size_t from);

#endif
