/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/split.h"

#include <string.h>

#include "client/import/facts.h"

static bool may_precede(const char *s, size_t at)
{
    static const char *const closers[] = {")", "\"", "]", "》", "。", ".", ";", "!", " ", ",", "、", ":", "…", NULL};
    size_t before = text_before(s, at);
    return text_is_han(s + before) || text_begins_any(s + before, closers) != 0;
}

/* Can a label of the style begin with the character at s? A cheap look before the parser. */
static bool may_begin(const char *s, enum label_style style)
{
    bool digit = *s >= '0' && *s <= '9', open = *s == '(' || *s == '[';
    switch (style) {
    case LABEL_DIGIT:
        return digit;
    case LABEL_DIGIT_PAREN:
        return digit || open;
    case LABEL_ZH_PAREN:
        return open;
    case LABEL_ZH:
    case LABEL_CIRCLED:
    case LABEL_CHAPTER:
        return (unsigned char)*s >= 0xE2;
    case LABEL_NONE:
    case LABEL_LETTER:
    case LABEL_BULLET:
    case LABEL_LOST:
        break;
    }
    return true;
}

/* bare: the list's numbers carry no mark, 1召开总结会2慰问. The next label in [at, …) with the style and value wanted; false when
 * there is none. */
static bool find_next(const char *s, size_t at, enum label_style style, int value, bool bare, size_t *where, struct label *label)
{
    for (size_t i = at; s[i]; i += text_char(s + i)) {
        struct label l;
        if (!may_begin(s + i, style) || !may_precede(s, i) || !label_parse(s + i, bare ? value : 0, &l) || l.style != style ||
            l.value != value || !s[i + l.end])
            continue;
        if (style == LABEL_ZH) { /* 慰问一、二号院: only after the end of a sentence */
            size_t before = text_before(s, i);
            if (text_is_han(s + before) || text_begins(s + before, "、"))
                continue;
        }
        *where = i;
        *label = l;
        return true;
    }
    return false;
}

/* ◆开学会议　◆教师节: at the same bullet behind a space. */
static size_t split_bullets(const struct text *text, size_t from, struct piece out[SPLIT_MAX])
{
    const char *s = text->s;
    size_t bullet = text_char(s), n = 0;
    out[n++] = (struct piece){.label_at = 0, .from = from, .to = text->n, .style = LABEL_BULLET};
    if (bullet < 3) /* - and * stand inside texts */
        return n;
    for (size_t i = from; s[i] && n < SPLIT_MAX; i += text_char(s + i)) {
        bool glued = !text_begins(s, "○") && (s[i - 1] == ')' || text_is_han(s + text_before(s, i)));
        if (strncmp(s + i, s, bullet) != 0 || (s[i - 1] != ' ' && !(glued && text_is_han(s + i + bullet))))
            continue;
        out[n - 1].to = i;
        out[n++] = (struct piece){.label_at = i, .from = text_skip_space(s, i + bullet), .to = text->n, .style = LABEL_BULLET};
    }
    return n;
}

/* 、召开教代会。、慰问退休教师: the numbers of a list were lost, their marks are left. */
static size_t split_lost(const struct text *text, size_t from, struct piece out[SPLIT_MAX])
{
    static const char *const ends[] = {"。、", ";、", "!、", NULL};
    size_t n = 0;
    out[n++] = (struct piece){.label_at = 0, .from = from, .to = text->n, .style = LABEL_LOST};
    for (size_t i = from; text->s[i] && n < SPLIT_MAX; i += text_char(text->s + i)) {
        size_t mark = text_begins_any(text->s + i, ends), at = i + mark - strlen("、");
        if (!mark || !text->s[i + mark])
            continue;
        out[n - 1].to = at;
        out[n++] = (struct piece){.label_at = at, .from = i + mark, .to = text->n, .style = LABEL_LOST};
    }
    return n;
}

static bool has_next(const char *s, enum label_style style, int value)
{
    size_t where;
    struct label next;
    return find_next(s, 1, style, value, false, &where, &next);
}

/* Cuts what follows the piece out[0], numbered value, at the next numbers of its style. */
static size_t go_on(const struct text *text, enum label_style style, int value, bool bare, struct piece out[SPLIT_MAX])
{
    size_t n = 1, where;
    struct label next;
    while (n < SPLIT_MAX && find_next(text->s, out[n - 1].from + 1, style, value + 1, bare, &where, &next)) {
        out[n - 1].to = where;
        out[n++] =
            (struct piece){.label_at = where, .from = where + next.end, .to = text->n, .style = next.style, .value = next.value};
        value = next.value;
    }
    return n;
}

size_t split_numbered(const struct text *text, int expected, struct piece out[SPLIT_MAX])
{
    const char *s = text->s;
    struct label label;
    if (!label_parse(s, expected, &label))
        label = (struct label){0};
    size_t n = 0;
    out[n++] = (struct piece){.label_at = 0, .from = label.end, .to = text->n, .style = label.style, .value = label.value};
    if (label.style == LABEL_BULLET)
        return split_bullets(text, label.end, out);
    if (label.style == LABEL_LOST)
        return split_lost(text, label.end, out);
    if (label.style == LABEL_LETTER || (label.style == LABEL_NONE && expected == 0))
        return n;
    /* An unnumbered start may be item 1 of a list whose 2 follows on the line. */
    enum label_style style = label.style;
    int value = label.style == LABEL_NONE ? 1 : label.value;
    static const enum label_style guesses[] = {LABEL_DIGIT, LABEL_DIGIT_PAREN, LABEL_CIRCLED};
    for (size_t i = 0; style == LABEL_NONE && i < sizeof guesses / sizeof guesses[0]; i++)
        if (!has_next(s, guesses[i], 1) && has_next(s, guesses[i], 2))
            style = guesses[i]; /* with its own 1 inside, the list belongs to the sentence */
    if (style == LABEL_NONE)
        return n;
    bool bare = style == LABEL_DIGIT && label.end == strspn(s, "0123456789");
    return go_on(text, style, value, bare, out);
}

size_t split_continued(const struct text *text, enum label_style style, int value, struct piece out[SPLIT_MAX])
{
    out[0] = (struct piece){.to = text->n, .style = style, .value = value};
    return style == LABEL_DIGIT || style == LABEL_DIGIT_PAREN || style == LABEL_CIRCLED ? go_on(text, style, value, false, out) : 1;
}

size_t split_brackets(const struct text *text, struct piece out[SPLIT_MAX])
{
    const char *s = text->s;
    size_t n = 0, begin = 0;
    for (size_t i = 0; i < text->n && n < SPLIT_MAX; i++) {
        size_t next = text_skip_space(s, i + 1);
        if (s[i] != ')' || (s[i + 1] != ' ' && s[i + 1] != '\0'))
            continue;
        const char *open = memchr(s + begin, '(', i - begin);
        static const char *const sentence[] = {"。", ";", "!", ":", NULL};
        if (!open || open < s + begin + 2 * strlen("月") || (!text_is_han(s + begin) && s[begin] != '"'))
            return 0;
        for (size_t k = begin; s + k < open; k += text_char(s + k))
            if (text_begins_any(s + k, sentence))
                return 0;
        out[n++] = (struct piece){.label_at = begin, .from = begin, .to = i + 1};
        begin = next;
    }
    return begin == text->n && n > 1 ? n : 0;
}

/* Bytes of the gap, or of the bar or stroke with its blanks, that begins at s. */
static size_t gap_at(const char *s)
{
    size_t n = text_skip_space(s, 0);
    if (s[n] == '|' || (n && s[n] == '/' && s[n + 1] == ' '))
        return text_skip_space(s, n + 1);
    return n >= 2 ? n : 0;
}

size_t split_gaps(const struct text *text, struct piece out[SPLIT_MAX])
{
    size_t n = 0, begin = 0;
    for (size_t i = 0; i < text->n && n + 1 < SPLIT_MAX;) {
        size_t gap = gap_at(text->s + i);
        if (gap)
            out[n++] = (struct piece){.label_at = begin, .from = begin, .to = i};
        i += gap ? gap : text_char(text->s + i);
        begin = gap ? i : begin;
    }
    out[n++] = (struct piece){.label_at = begin, .from = begin, .to = text->n};
    return n;
}

size_t split_sentences(const struct text *text, size_t from, size_t to, struct piece out[SPLIT_MAX])
{
    const char *s = text->s;
    size_t n = 0, begin = from;
    int depth = 0;
    for (size_t i = from; i < to;) {
        size_t step = text_char(s + i);
        if (s[i] == '(' || s[i] == '[' || text_begins(s + i, "《"))
            depth++;
        else if ((s[i] == ')' || s[i] == ']' || text_begins(s + i, "》")) && depth > 0)
            depth--;
        bool end = text_begins(s + i, "。") || s[i] == ';' || s[i] == '!';
        i += step;
        if (!end || depth)
            continue;
        while (i < to && (s[i] == ';' || s[i] == '!' || text_begins(s + i, "。")))
            i += text_char(s + i);
        size_t next = text_skip_space(s, i);
        struct label label;
        if (label_parse(s + next, 0, &label) && label.value > 1) /* ①…；②…: a list inside the sentence */
            continue;
        if ((s[next] == '(' && label.style == LABEL_NONE) || facts_begins_key(s + next) ||
            facts_tells_owner(s + next)) /* 体检。（费用2.4万元）, 责任部门：工会, 德育处负责 */
            continue;
        if (next >= to || n + 1 >= SPLIT_MAX)
            break;
        if (s[next] == '"' && text_char(s + next) == 1 && next + 1 >= to)
            break;
        out[n++] = (struct piece){.label_at = begin, .from = begin, .to = i};
        begin = next;
        i = next;
    }
    if (begin < to)
        out[n++] = (struct piece){.label_at = begin, .from = begin, .to = to};
    return n;
}
