/* SPDX-License-Identifier: Apache-2.0 */
#include "common/table/table_line.h"

#include <string.h>

#include "common/base/utf8.h"

/* How far a line end is moved back for the sake of punctuation, in characters. */
#define MOVES_MAX 3

static bool is_one_of(const char *at, const char *const *signs)
{
    for (; *signs; signs++)
        if (strncmp(at, *signs, strlen(*signs)) == 0)
            return true;
    return false;
}

static bool may_not_begin(const char *at)
{
    static const char *const signs[] = {"，", "。", "、", "；", "：", "？", "！", "）", "》", "」", "』", "】", "〉", "”",
                                        "’",  "…",  "·",  "%",  ")",  ",",  ".",  ";",  ":",  "?",  "!",  "]",  NULL};
    return is_one_of(at, signs);
}

static bool may_not_end(const char *at)
{
    static const char *const signs[] = {"（", "《", "「", "『", "【", "〈", "“", "‘", "(", "[", NULL};
    return is_one_of(at, signs);
}

static size_t step_back(const char *text, size_t at)
{
    do
        at--;
    while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80);
    return at;
}

static size_t one_character(const char *text, size_t bytes)
{
    uint32_t code;
    size_t n = utf8_next(text, bytes, &code);
    return n ? n : 1;
}

static bool is_ascii(char c)
{
    return (unsigned char)c < 0x80;
}

size_t table_line_bytes(const char *text, size_t width, bool ambiguous_wide)
{
    size_t bytes = strlen(text), fit = utf8_fit(text, bytes, width, ambiguous_wide);
    if (fit == bytes)
        return bytes;
    if (fit == 0) /* narrower than one character: it goes over rather than being lost */
        return one_character(text, bytes);
    size_t end = fit;
    if (is_ascii(text[fit]) && text[fit] != ' ' && is_ascii(text[fit - 1]))
        while (end > 0 && text[end - 1] != ' ' && is_ascii(text[end - 1]))
            end--;
    if (end == 0) /* one word longer than the line */
        return fit;
    for (int moves = 0; moves < MOVES_MAX; moves++) {
        size_t before = step_back(text, end);
        if (!may_not_begin(text + end) && !may_not_end(text + before))
            return end;
        if (before == 0)
            return fit;
        end = before;
    }
    return may_not_begin(text + end) ? fit : end;
}
