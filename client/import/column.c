/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/header.h"
#include "client/import/month_table.h"
#include "common/base/words.h"

#define TITLE_CHARACTERS 14
#define CELL_TIME_BYTES 200 /* a longer cell is no time */
#define NAMED_CHARACTERS 24 /* a longer one is not called after its month */

static const char *const title_texts[] = {
#define COLUMN(role, title) title,
#include "client/import/column.def"
};

static const uint8_t title_firsts[] = {
#define COLUMN(role, title) WORDS_FIRST(title),
#include "client/import/column.def"
#undef COLUMN
};

static const uint8_t title_lasts[] = {
#define COLUMN(role, title) WORDS_LAST(title),
#include "client/import/column.def"
#undef COLUMN
};

static const enum column_role title_roles[] = {
#define COLUMN(role, title) COLUMN_##role,
#include "client/import/column.def"
#undef COLUMN
};

static const struct words by_first = WORDS(title_texts, title_firsts), by_last = WORDS(title_texts, title_lasts);

/* ---- titles ---- */

/* Month 月份: beside Chinese words the English ones say the same. */
static void squeeze(const char *s, char *out, size_t size)
{
    size_t n = 0;
    bool latin = s[0] >= 'A' && s[0] <= 'Z' && strlen(s) > text_length(s);
    for (; *s && n + 1 < size; s++)
        if (*s != ' ' && *s != ':' && *s != '"' && *s != '*' && !(latin && ((*s >= 'A' && *s <= 'Z') || (*s >= 'a' && *s <= 'z'))))
            out[n++] = *s;
    out[n] = '\0';
}

/* The longest title that s ends or begins with, the first of several: its index, or their number. */
static size_t find_part(const char *s)
{
    size_t best = 0, found = by_first.count, n = strlen(s), length = text_length(s);
    bool ends = false; /* 项目类别 is a 类别 */
    size_t first = words_find_first(&by_first, s, 0), last = words_find_last(&by_last, s, n, 0);
    while (first < by_first.count || last < by_last.count) {
        size_t i = first < last ? first : last, bytes = strlen(title_texts[i]);
        if ((bytes > best || (bytes == best && i == last && !ends)) && bytes >= 2 * strlen("月") &&
            length <= text_length(title_texts[i]) + 4) {
            best = bytes;
            found = i;
            ends = i == last;
        }
        first = first == i ? words_find_first(&by_first, s, i + 1) : first;
        last = last == i ? words_find_last(&by_last, s, n, i + 1) : last;
    }
    return found;
}

/* 具体事项与责任人: what stands first; the number of titles when that is none. */
static size_t find_head(const char *s)
{
    static const char *const marks[] = {"与", "及", "和", "、", NULL};
    char head[96];
    size_t n = 0;
    while (s[n] && (n == 0 || !text_begins_any(s + n, marks)))
        n += text_char(s + n);
    if (!s[n] || n >= sizeof head)
        return by_first.count;
    memcpy(head, s, n);
    head[n] = '\0';
    size_t found = words_find_whole(&by_first, head, 0);
    return found < by_first.count ? found : find_part(head);
}

/* Characters that no folding takes away. */
static size_t count_han(const char *s, size_t bytes)
{
    size_t n = 0;
    for (size_t i = 0; i < bytes; i++)
        n += (unsigned char)s[i] >= 0xE4 && (unsigned char)s[i] <= 0xE9;
    return n;
}

/* 协助责任人, 督查责任人: who helps or inspects is not who is responsible. */
static enum column_role role_behind(const char *s, enum column_role role)
{
    static const char *const helps[] = {"协助", "配合", "协办", "协同", NULL};
    static const char *const inspects[] = {"督", "监督", "检查", "审核", "验收", NULL};
    if (role != COLUMN_LEAD && role != COLUMN_PERSON && role != COLUMN_LEADER)
        return role;
    return text_begins_any(s, helps) ? COLUMN_ASSIST : text_begins_any(s, inspects) ? COLUMN_NOTE : role;
}

enum column_role column_role_of(struct arena *arena, const char *title, size_t bytes, int64_t *unit_fen)
{
    if (count_han(title, bytes) > TITLE_CHARACTERS) /* as most lines that are asked have */
        return COLUMN_NONE;
    struct text t = text_fold(arena, title, bytes);
    if (t.n == 0 || text_length(t.s) > TITLE_CHARACTERS)
        return COLUMN_NONE;
    const char *colon = strchr(t.s, ':'); /* 时间：三月 is no title */
    if (colon && colon[1])
        return COLUMN_NONE;
    char s[96];
    squeeze(t.s, s, sizeof s);
    if (unit_fen)
        *unit_fen = strstr(s, "万") ? 1000000 : strstr(s, "千元") ? 100000 : 100;
    size_t found = words_find_whole(&by_first, s, 0);
    if (found < by_first.count)
        return title_roles[found];
    char *paren = strpbrk(s, "(/");
    if (paren && paren > s)
        *paren = '\0';
    found = words_find_whole(&by_first, s, 0);
    found = found < by_first.count ? found : find_head(s);
    found = found < by_first.count ? found : find_part(s);
    struct when when;
    bool title_is_time = found < by_first.count && cell_is_time(arena, t.raw, &when) && when.count > 0;
    return found < by_first.count && !title_is_time ? role_behind(s, title_roles[found]) : COLUMN_NONE;
}

bool column_is_content(enum column_role role)
{
    return role == COLUMN_CONTENT || role == COLUMN_NAME || role == COLUMN_TOPIC;
}

/* ---- cells ---- */

bool cell_is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

const char *cell_join(struct arena *arena, const char *text, const char *between)
{
    char *out = arena_alloc(arena, strlen(text) * (strlen(between) + 1) + 1);
    size_t n = 0;
    for (const char *p = text; *p; p++) {
        if (*p == '\n' || *p == '\r') {
            if (p[1] != '\n' && p[1] != '\0' && n > 0) {
                memcpy(out + n, between, strlen(between));
                n += strlen(between);
            }
        } else {
            out[n++] = *p;
        }
    }
    out[n] = '\0';
    return out;
}

static bool times_only(const char *s, struct when *out)
{
    struct header h;
    if (!header_parse(s, WHEN_IN_CELL, &h) || h.rest < strlen(s))
        return false;
    *out = h.when;
    return true;
}

/* 开学前 2月26日: a time without months, and the one that tells them. */
static bool two_times(struct arena *arena, const struct text *text, struct when *out)
{
    const char *space = strchr(text->s, ' ');
    if (!space)
        return false;
    size_t at = (size_t)(space - text->s);
    struct text first = text_part(arena, text, 0, at), second = text_part(arena, text, at, text->n);
    struct when when;
    bool week = times_only(first.s, &when) && (when.count == 0 || when.bare); /* 四 9/23-9/27 */
    return week && times_only(second.s, out) && out->count > 0 && (when.count == 0 || out->kind == WHEN_DATE);
}

bool cell_is_time(struct arena *arena, const char *text, struct when *out)
{
    if (cell_is_blank(text) || strlen(text) > CELL_TIME_BYTES)
        return false;
    const char *plain = cell_join(arena, text, "");
    struct text t = text_fold(arena, plain, strlen(plain));
    if (times_only(t.s, out) || two_times(arena, &t, out))
        return true;
    if (!strchr(text, '\n'))
        return false;
    plain = cell_join(arena, text, "、");
    t = text_fold(arena, plain, strlen(plain));
    if (times_only(t.s, out))
        return true;
    plain = cell_join(arena, text, " ");
    t = text_fold(arena, plain, strlen(plain));
    return times_only(t.s, out);
}

/* 春之序·二月工会活动, 2026年3月9日下午（周一）: the first month a short text names. */
static bool names_month(const char *s, struct when *out)
{
    struct when when;
    if (text_length(s) > NAMED_CHARACTERS)
        return false;
    for (; *s; s += text_char(s))
        if (when_parse(s, WHEN_NO_FESTIVAL, &when)) {
            *out = when;
            return (when.kind == WHEN_MONTH || when.kind == WHEN_DATE) && when.count && !when.bare;
        }
    return false;
}

bool cell_has_time(struct arena *arena, const char *text, struct when *out)
{
    struct header header;
    if (cell_is_time(arena, text, out))
        return true;
    if (strlen(text) > CELL_TIME_BYTES)
        return false;
    const char *plain = cell_join(arena, text, " ");
    struct text t = text_fold(arena, plain, strlen(plain));
    size_t week = strspn(t.s, "0123456789");
    if (week && t.s[week] == ' ' && times_only(t.s + week + 1, out)) /* 3 3.3-3.7: the third week */
        return true;
    size_t last = strcspn(t.s, " "), behind = t.s[last] ? strspn(t.s + last + 1, "0123456789") : 0;
    if (behind && behind <= 2 && !t.s[last + 1 + behind] && times_only(text_part(arena, &t, 0, last).s, out)) /* 3.3-3.7 3 */
        return true;
    if (!header_parse(t.s, 0, &header) || header.strength < HEADER_MEDIUM || !header.when.count || header.when.bare)
        return names_month(t.s, out);
    *out = header.when;
    return true;
}
