/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/text.h"

#include <limits.h>
#include <string.h>

#include "common/base/utf8.h"

struct range_fold {
    uint32_t first, last;
    const char *to; /* "" drops the character */
};

/* Ascending; all characters of a range fold to the same text. */
static const struct range_fold punctuation[] = {
    {0x00, 0x08, ""},        {0x09, 0x0D, " "},      {0x0E, 0x1F, ""},       {0x7F, 0x9F, ""},        {0xA0, 0xA0, " "},
    {0xAD, 0xAD, ""},        {0xB7, 0xB7, "·"},      {0x2000, 0x200A, " "},  {0x200B, 0x200F, ""},    {0x2010, 0x2015, "-"},
    {0x2018, 0x201F, "\""},  {0x2022, 0x2022, "·"},  {0x2024, 0x2024, "."},  {0x2027, 0x2027, "·"},   {0x2028, 0x202E, ""},
    {0x202F, 0x202F, " "},   {0x2060, 0x206F, ""},   {0x20E3, 0x20E3, "."},  {0x2212, 0x2212, "-"},   {0x2219, 0x2219, "·"},
    {0x22C5, 0x22C5, "·"},   {0x23E9, 0x23FA, "◆"},  {0x2500, 0x2501, "-"},  {0x2600, 0x2604, "◆"},   {0x2614, 0x2615, "◆"},
    {0x2618, 0x2618, "◆"},   {0x2639, 0x263B, "◆"},  {0x26A1, 0x26A1, "◆"},  {0x26BD, 0x26BE, "◆"},   {0x26C4, 0x26C5, "◆"},
    {0x26F0, 0x26F5, "◆"},   {0x2702, 0x2704, "◆"},  {0x2706, 0x270D, "◆"},  {0x270F, 0x2712, "◆"},   {0x2744, 0x2747, "◆"},
    {0x2763, 0x2764, "◆"},   {0x3000, 0x3000, " "},  {0x300C, 0x300F, "\""}, {0x3010, 0x3010, "["},   {0x3011, 0x3011, "]"},
    {0x3014, 0x3014, "["},   {0x3015, 0x3015, "]"},  {0x3016, 0x3016, "["},  {0x3017, 0x3017, "]"},   {0x301C, 0x301C, "~"},
    {0x301D, 0x301F, "\""},  {0x30FB, 0x30FB, "·"},  {0xFE00, 0xFE0F, ""},   {0xFE30, 0xFE32, "-"},   {0xFE35, 0xFE35, "("},
    {0xFE36, 0xFE36, ")"},   {0xFE50, 0xFE50, ","},  {0xFE52, 0xFE52, "."},  {0xFE54, 0xFE54, ";"},   {0xFE55, 0xFE55, ":"},
    {0xFE59, 0xFE59, "("},   {0xFE5A, 0xFE5A, ")"},  {0xFEFF, 0xFEFF, ""},   {0xFF02, 0xFF02, "\""},  {0xFF07, 0xFF07, "\""},
    {0xFF61, 0xFF61, "。"},  {0xFF64, 0xFF64, "、"}, {0xFF65, 0xFF65, "·"},  {0x1F300, 0x1F51E, "◆"}, {0x1F51F, 0x1F51F, "10."},
    {0x1F520, 0x1FAFF, "◆"},
};

#define HAN_FIRST 0x4E00
#define HAN_LAST 0x9FFF

/* By the character written; 0 for itself. */
static const uint16_t simplified[HAN_LAST - HAN_FIRST + 1] = {
#define VARIANT(written, simplified) [written - HAN_FIRST] = simplified,
#include "client/import/variant.def"
#undef VARIANT
};

static const char *find_punctuation(uint32_t c)
{
    size_t low = 0, high = sizeof punctuation / sizeof punctuation[0];
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > punctuation[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    bool hit = low < sizeof punctuation / sizeof punctuation[0] && c >= punctuation[low].first;
    return hit ? punctuation[low].to : NULL;
}

/* Characters that stand for several or for another by Unicode compatibility: ⑴ ⒈ ㈠ ㋀, Kangxi radicals, compatibility
 * ideographs, Roman numerals. */
static bool is_compatibility(uint32_t c)
{
    return (c >= 0x2160 && c <= 0x217F) || (c >= 0x2474 && c <= 0x249B) || (c >= 0x2E80 && c <= 0x2FDF) ||
           (c >= 0x3220 && c <= 0x3229) || (c >= 0x32C0 && c <= 0x32CB) || (c >= 0xF900 && c <= 0xFAFF);
}

/* Writes the fold of c (from its raw bytes) to out; returns bytes written, at most FOLD_BYTES. */
#define FOLD_BYTES 12
static size_t fold_char(struct arena *arena, uint32_t c, const char *raw, size_t bytes, char *out)
{
    if (c >= HAN_FIRST && c <= HAN_LAST) {
        uint16_t to = simplified[c - HAN_FIRST];
        if (to)
            return utf8_put(to, out);
        memcpy(out, raw, bytes);
        return bytes;
    }
    const char *to = find_punctuation(c);
    if (!to && is_compatibility(c)) {
        char one[5] = {0};
        memcpy(one, raw, bytes);
        to = utf8_nfkc(arena, one);
        if (to && strlen(to) > FOLD_BYTES)
            to = NULL;
    }
    if (to) {
        size_t n = strlen(to);
        memcpy(out, to, n);
        return n;
    }
    if (c >= 0xFF01 && c <= 0xFF5E)
        c -= 0xFF01 - 0x21;
    if (c == '\'')
        c = '"';
    return utf8_put(c, out);
}

static bool is_space_code(uint32_t c)
{
    const char *to = c < HAN_FIRST || c > HAN_LAST ? find_punctuation(c) : NULL;
    return c == ' ' || (to && (to[0] == ' ' || to[0] == '\0'));
}

/* Shrinks [*raw, *raw + *bytes) by the white space at its ends. */
static void trim(const char **raw, size_t *bytes)
{
    uint32_t c = 0;
    while (*bytes) {
        size_t n = utf8_next(*raw, *bytes, &c);
        if (n == 0 || !is_space_code(c))
            break;
        *raw += n;
        *bytes -= n;
    }
    while (*bytes) {
        size_t at = *bytes - 1;
        while (at > 0 && ((unsigned char)(*raw)[at] & 0xC0) == 0x80)
            at--;
        if (utf8_next(*raw + at, *bytes - at, &c) == 0 || !is_space_code(c))
            break;
        *bytes = at;
    }
}

/* A fold is never longer than its original, but for compatibility characters. */
static size_t fold_size(const char *raw, size_t bytes)
{
    static const uint8_t more[UCHAR_MAX + 1] = {[0xE2] = FOLD_BYTES, [0xE3] = FOLD_BYTES, [0xEF] = FOLD_BYTES};
    size_t size = bytes + 1;
    for (size_t i = 0; i < bytes; i++)
        size += more[(unsigned char)raw[i]];
    return size;
}

/* 一 月 份 ：: a line in which no two Chinese characters stand side by side is set wide. */
static bool is_set_wide(const char *s)
{
    size_t han = 0;
    bool beside = false;
    for (; *s && !beside; s += text_char(s)) {
        bool is_han = text_is_han(s);
        han += is_han;
        beside = is_han && text_is_han(s + text_char(s));
    }
    return han >= 3 && !beside;
}

/* Takes single spaces out of the fold of a line that is set wide; wider gaps stay. */
static size_t close_up(char *s, uint16_t *map, size_t n)
{
    size_t out = 0;
    for (size_t i = 0; i < n; i++) {
        bool single = s[i] == ' ' && (i == 0 || s[i - 1] != ' ') && s[i + 1] != ' ';
        if (single)
            continue;
        s[out] = s[i];
        map[out++] = map[i];
    }
    s[out] = '\0';
    map[out] = map[n];
    return out;
}

/* 計畫 is 计划, which no character tells alone. */
static void fold_plan(char *s)
{
    static const char written[] = "计画", *const plan = "计划";
    for (char *at = s; (at = strstr(at, written)) != NULL; at += sizeof written - 1)
        memcpy(at, plan, sizeof written - 1);
}

struct text text_fold(struct arena *arena, const char *raw, size_t bytes)
{
    trim(&raw, &bytes);
    const char *copy = arena_strndup(arena, raw, bytes);
    size_t size = fold_size(copy, bytes);
    char *s = ARENA_ARRAY(arena, size, char);
    uint16_t *map = ARENA_ARRAY(arena, size, uint16_t);
    size_t out = 0;
    for (size_t i = 0, n; i < bytes; i += n) {
        uint32_t c = 0xFFFD;
        if (copy[i] > ' ' && copy[i] < 0x7F && copy[i] != '\'') {
            n = 1;
            s[out] = copy[i];
            map[out++] = (uint16_t)i;
            continue;
        }
        n = utf8_next(copy + i, bytes - i, &c);
        if (n == 0)
            n = 1;
        size_t put = fold_char(arena, c, copy + i, n, s + out);
        for (size_t k = 0; k < put; k++)
            map[out + k] = (uint16_t)i;
        out += put;
    }
    s[out] = '\0';
    map[out] = (uint16_t)bytes;
    fold_plan(s);
    if (memchr(s, ' ', out) && is_set_wide(s))
        out = close_up(s, map, out);
    return (struct text){.raw = copy, .s = s, .map = map, .raw_bytes = (uint32_t)bytes, .n = (uint32_t)out};
}

/* Where a cut at fold offset at falls in raw: never inside a character that folded to several. */
static size_t raw_offset(const struct text *text, size_t at)
{
    return text->map[at < text->n ? at : text->n];
}

char *text_cut(struct arena *arena, const struct text *text, size_t from, size_t to)
{
    size_t begin = raw_offset(text, from), end = raw_offset(text, to);
    const char *raw = text->raw + begin;
    size_t bytes = end > begin ? end - begin : 0;
    trim(&raw, &bytes);
    return arena_strndup(arena, raw, bytes);
}

struct text text_part(struct arena *arena, const struct text *text, size_t from, size_t to)
{
    size_t begin = raw_offset(text, from), end = raw_offset(text, to);
    return text_fold(arena, text->raw + begin, end > begin ? end - begin : 0);
}

size_t text_length(const char *s)
{
    size_t bytes = strlen(s), n = bytes, i = 0; /* less the bytes 10xxxxxx, eight at a time */
    for (uint64_t eight; i + sizeof eight <= bytes; i += sizeof eight) {
        memcpy(&eight, s + i, sizeof eight);
        n -= (eight >> 7 & ~(eight >> 6) & UINT64_C(0x0101010101010101)) * UINT64_C(0x0101010101010101) >> 56;
    }
    for (; i < bytes; i++)
        n -= ((unsigned char)s[i] & 0xC0) == 0x80;
    return n;
}

size_t text_skip_space(const char *s, size_t at)
{
    while (s[at] == ' ')
        at++;
    return at;
}

bool text_ends(const char *s, const char *word)
{
    size_t n = strlen(s), m = strlen(word);
    return n >= m && memcmp(s + n - m, word, m) == 0;
}

bool text_has(const char *s, const char *word)
{
    return strstr(s, word) != NULL;
}

size_t text_begins_any(const char *s, const char *const *words)
{
    for (; *words; words++) {
        if (**words != *s)
            continue;
        size_t n = text_begins(s, *words);
        if (n)
            return n;
    }
    return 0;
}

bool text_has_any(const char *s, const char *const *words)
{
    for (; *words; words++)
        if (text_has(s, *words))
            return true;
    return false;
}

bool text_ends_any(const char *s, const char *const *words)
{
    size_t n = strlen(s);
    for (; *words; words++) {
        size_t m = strlen(*words);
        if (n >= m && s[n - 1] == (*words)[m - 1] && memcmp(s + n - m, *words, m) == 0)
            return true;
    }
    return false;
}

bool text_is_han(const char *s)
{
    uint32_t c = 0;
    return utf8_next(s, strnlen(s, 4), &c) && (c == 0x3007 || (c >= 0x3400 && c <= 0x9FFF) || (c >= 0x20000 && c <= 0x3FFFF));
}

size_t text_before(const char *s, size_t at)
{
    do
        at--;
    while (at > 0 && ((unsigned char)s[at] & 0xC0) == 0x80);
    return at;
}
