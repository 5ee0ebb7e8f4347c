/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/owner_parts.h"

enum told {
    TOLD_NOTHING, /* what is not understood: a bare name beside it may be anything */
    TOLD_OTHER,   /* counts, money, who helps, who teaches, 地点：… */
    TOLD_NAMES,   /* names alone */
    TOLD_OWNER,   /* names with what they do */
};

/* Two or three characters, as behind a post only a name has. */
static bool is_short(const char *s, size_t bytes)
{
    return (bytes == strlen("墨白") || bytes == strlen("买买提")) && text_is_han(s) && !owner_is_department(s, bytes);
}

/* 教导处：左明, 生活委员：吕芳, 工会：主席吕芳: what stands before a name is its department, or a post. */
static enum told read_pair(struct arena *arena, const struct text *text, size_t from, size_t colon, size_t to, struct facts *f)
{
    const char *s = text->s;
    if (!owner_span(s, from, colon, owner_is_department))
        return TOLD_OTHER;
    if (owner_span(s, from, colon, owner_is_post) && owner_span(s, colon + 1, to, is_short)) { /* 书法社社长：墨白 */
        f->person = text_part(arena, text, colon + 1, to).raw;
        return TOLD_OWNER;
    }
    if (!owner_span(s, colon + 1, to, owner_is_any))
        return TOLD_OTHER;
    bool person = owner_span(s, colon + 1, to, owner_is_person);
    if (person && !owner_span(s, from, colon, owner_is_post)) {
        f->lead = text_part(arena, text, from, colon).raw;
        f->person = text_part(arena, text, colon + 1, to).raw;
        return TOLD_OWNER;
    }
    if (!person && !owner_span(s, colon + 1, to, owner_names_person))
        return TOLD_OTHER;
    owner_set(arena, text, colon + 1, to, f);
    return TOLD_OWNER;
}

/* 工会牵头, 奚文负责买蛋糕, 女工委 冯洁主讲 */
static enum told read_doing(struct arena *arena, const struct text *text, size_t from, size_t to, const struct owner_clause *clause,
                            struct facts *f)
{
    const char *s = text->s;
    bool whole = clause->end == to;
    switch (clause->verb) {
    case OWNER_LEADS:
        break;
    case OWNER_DOES:
        if (!whole && text_length(text_part(arena, text, clause->end, to).s) > 4) /* 奚文联系场地 */
            return TOLD_NOTHING;
        break;
    case OWNER_HELPS:
        if (whole && !f->assist)
            f->assist = text_part(arena, text, from, clause->names_end).raw;
        return TOLD_OTHER;
    case OWNER_TEACHES:
        if (!whole || owner_span(s, from, clause->names_end, owner_names_person) ||
            owner_span(s, from, clause->names_end, owner_is_post))
            return TOLD_OTHER;
        break;
    }
    if (!f->lead && !f->person)
        owner_set(arena, text, from, clause->names_end, f);
    return TOLD_OWNER;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Where the names of a clause end, before a count that is no clause of its own: 女工委 60人 600元, 何平、范丽2人. */
static size_t names_before_count(const char *s, size_t from, size_t to)
{
    for (size_t i = from; i < to && !owner_span(s, from, to, owner_is_any); i += text_char(s + i))
        if (i > from && (s[i] == ' ' || is_digit(s[i])) && owner_is_count(s, i, to))
            return owner_span(s, from, i, s[i] == ' ' ? owner_is_any : owner_is_person) ? i : from;
    return to;
}

static enum told read_clause(struct arena *arena, const struct text *text, size_t from, size_t to, struct facts *f)
{
    const char *s = text->s, *colon = memchr(s + from, ':', to - from);
    struct owner_clause clause;
    if (colon)
        return read_pair(arena, text, from, (size_t)(colon - s), to, f);
    const char *by = strstr(s + from, "由"); /* 名单由工会审核 */
    size_t doer = by && (size_t)(by - s) < to ? (size_t)(by - s) + strlen("由") : from;
    if (owner_clause(s, doer, to, &clause))
        return read_doing(arena, text, doer, to, &clause, f);
    size_t end = names_before_count(s, from, to);
    if (end > from && owner_span(s, from, end, owner_is_any)) {
        if (!f->lead && !f->person)
            owner_set(arena, text, from, end, f);
        return TOLD_NAMES;
    }
    return owner_is_count(s, from, to) ? TOLD_OTHER : TOLD_NOTHING;
}

/* What the bracket around s[from, to) tells; false when it is not about who is responsible. */
static bool read_inside(struct arena *arena, const struct text *text, size_t from, size_t to, struct facts *f)
{
    struct facts told = {0}, named = {0};
    bool unknown = false, owner = false, first = false; /* first: （语文组，自备书籍） begins with its names */
    size_t clauses = 0, run = 0;                        /* run: of names the bracket begins with */
    if (memchr(text->s + from, ',', to - from) && owner_span(text->s, from, to, owner_is_any)) { /* 工会，教导处 */
        owner_set(arena, text, from, to, f);
        f->owner_guessed = true;
        return true;
    }
    for (size_t at = from; at < to; clauses++) {
        size_t end = at;
        while (end < to && text->s[end] != ',' && text->s[end] != ';')
            end++;
        struct facts one = {.assist = told.assist};
        enum told kind = read_clause(arena, text, text_skip_space(text->s, at), end, &one);
        told.assist = one.assist;
        if (kind == TOLD_OWNER && !owner) {
            told.lead = one.lead;
            told.person = one.person;
            owner = true;
        } else if (kind == TOLD_NAMES && clauses == run) { /* 人事处，工会，8月底前完成 */
            named = (struct facts){0};
            owner_set(arena, text, from, names_before_count(text->s, text_skip_space(text->s, at), end), &named);
            first = named.lead;
            run++;
        } else if (kind == TOLD_NAMES && !named.lead && !named.person) {
            named = one;
        }
        unknown |= kind == TOLD_NOTHING;
        at = end + 1;
    }
    const struct facts *best = owner ? &told : &named;
    if (!owner && ((unknown && !first) || (!named.lead && !named.person)))
        return false;
    f->lead = best->lead;
    f->person = best->person;
    f->assist = f->assist ? f->assist : told.assist;
    f->owner_guessed = !owner && (clauses == 1 || unknown) && names_before_count(text->s, from, to) == to;
    return true;
}

/* Is what stands behind the bracket nothing but counts: 教代会（工会主席）代表52人? */
static bool counts_follow(const char *s, size_t at)
{
    while (s[at]) {
        size_t end = owner_clause_end(s, at), from = text_skip_space(s, at);
        bool voters = text_begins(s + from, "代表") > 0; /* 代表52人 */
        if (!voters && !owner_is_count(s, from, end))
            return false;
        if (s[end] && !strchr(",;", s[end]) && !text_begins(s + end, "。"))
            return false;
        at = s[end] ? end + text_char(s + end) : end;
    }
    return true;
}

void owner_read_inner_bracket(struct arena *arena, const struct text *text, struct facts *f)
{
    const char *s = text->s;
    for (size_t i = 1; i < text->n; i++) {
        const char *close = s[i] == '(' ? strchr(s + i, ')') : NULL;
        if (!close || (close[1] != ',' && close[1] != ';' && !text_begins(close + 1, "。")))
            continue;
        if (read_inside(arena, text, i + 1, (size_t)(close - s), f))
            return;
    }
}

void owner_read_bracket(struct arena *arena, const struct text *text, struct facts *f)
{
    const char *s = text->s;
    size_t close = text->n;
    while (close > 0 && s[close - 1] != ')' && s[close - 1] != ']')
        close--;
    if (close == 0 || !counts_follow(s, close))
        return;
    for (;;) {
        char begin = s[close - 1] == ')' ? '(' : '[';
        size_t open = close - 1;
        for (size_t depth = 0; open > 0 && (s[open] != begin || --depth > 0); open--) /* （张明华（组长）、李娜） */
            depth += s[open] == s[close - 1];
        if (s[open] != begin || (open == 0 && close < text->n) || read_inside(arena, text, open + 1, close - 1, f))
            return;
        close = open; /* （离退休支部）（约40人） */
        if (close == 0 || (s[close - 1] != ')' && s[close - 1] != ']'))
            return;
    }
}

void owner_read_front_bracket(struct arena *arena, const struct text *text, struct facts *f)
{
    const char *s = text->s, *close = s[0] == '(' ? strchr(s, ')') : s[0] == '[' ? strchr(s, ']') : NULL;
    size_t to = close ? (size_t)(close - s) : 0;
    if (to > strlen("(团委") && close[1] && owner_span(s, 1, to, owner_is_department)) {
        owner_set(arena, text, 1, to, f);
        f->owner_guessed = true;
    }
}
