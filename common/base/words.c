/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/words.h"

#include <string.h>

/* The next word with this mark; words->count when there is none. */
static size_t next(const struct words *words, uint8_t mark, size_t from)
{
    const uint8_t *at = memchr(words->marks + from, mark, words->count - from);
    return at ? (size_t)(at - words->marks) : words->count;
}

static uint8_t first_mark(const char *s)
{
    unsigned char first = WORDS_BYTE(s, 0), second = first ? WORDS_BYTE(s, 1) : 0;
    if (first < 0x80)
        return first;
    return first < 0xE0 || !second ? second : (uint8_t)(second * 4 + WORDS_BYTE(s, 2));
}

size_t words_find_first(const struct words *words, const char *s, size_t from)
{
    const uint8_t *at = words->marks + from, *end = words->marks + words->count;
    uint8_t mark = first_mark(s);
    for (; (at = memchr(at, mark, (size_t)(end - at))) != NULL; at++) {
        const char *word = words->texts[at - words->marks];
        size_t n = 0;
        while (word[n] && s[n] == word[n])
            n++;
        if (!word[n])
            return (size_t)(at - words->marks);
    }
    return words->count;
}

size_t words_find_whole(const struct words *words, const char *s, size_t from)
{
    uint8_t mark = first_mark(s);
    size_t i = next(words, mark, from);
    while (i < words->count && strcmp(words->texts[i], s) != 0)
        i = next(words, mark, i + 1);
    return i;
}

size_t words_find_last(const struct words *words, const char *s, size_t n, size_t from)
{
    if (n < 2)
        return words->count;
    uint8_t mark = (uint8_t)(WORDS_BYTE(s, n - 2) * 4 + WORDS_BYTE(s, n - 1));
    size_t i = next(words, mark, from);
    for (; i < words->count; i = next(words, mark, i + 1)) {
        size_t length = strlen(words->texts[i]);
        if (length <= n && memcmp(s + n - length, words->texts[i], length) == 0)
            break;
    }
    return i;
}
