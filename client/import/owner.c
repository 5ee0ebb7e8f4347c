/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/owner_parts.h"

#define OWN_WORDS 4 /* an item has at least so many characters before who does it */

void owner_set(struct arena *arena, const struct text *text, size_t from, size_t to, struct facts *f)
{
    struct text value = text_part(arena, text, from, to);
    *(facts_is_person(value.s) ? &f->person : &f->lead) = value.raw;
}

/* Where the piece of a line that begins at `at` ends: before the next wide gap. */
static size_t gap_end(const char *s, size_t at)
{
    const char *gap = strstr(s + at, "  ");
    return gap ? (size_t)(gap - s) : strlen(s);
}

static size_t trim_end(const char *s, size_t to)
{
    while (to > 0 && (strchr(" ;,", s[to - 1]) || text_begins(s + text_before(s, to), "。")))
        to = text_before(s, to);
    return to;
}

/* The dash, arrow or row of dots at s: its bytes, 0 when there is none. */
static size_t dash_at(const char *s)
{
    static const char *const marks[] = {"-", "→", "=>", "⇒", "…", "....", NULL};
    size_t n = 0, m;
    while ((m = text_begins_any(s + n, marks)) != 0 || (n && s[n] == '>'))
        n += m ? m : 1;
    return n;
}

/* May s[from, to) behind a dash of so many bytes be who is responsible? No: ——高一组建; 2-李明 */
static bool is_dashed_owner(const char *s, size_t from, size_t to, size_t dash)
{
    size_t at = from, end = from;
    if (!owner_span(s, from, to, owner_is_any))
        return false;
    bool one = owner_next_name(s, &at, &end) && end >= to;
    return !(one && owner_span(s, from, to, owner_is_person)) && (dash > 1 || owner_span(s, from, to, owner_is_department));
}

/* 歌咏比赛——文体组, 制订计划——工会主席 张华  预算800元, 团拜会———工会———48人, 登山 → 生活委员 */
static void read_dash(struct arena *arena, const struct text *text, struct facts *f)
{
    const char *s = text->s;
    size_t from = 0, to = 0;
    for (size_t i = strcspn(s, "-=.\xE2"), n; s[i]; i += n ? n : text_char(s + i)) { /* marks begin so */
        n = dash_at(s + i);
        if (!n)
            continue;
        size_t begin = text_skip_space(s, i + n), end = begin;
        while (s[end] && !dash_at(s + end))
            end += text_char(s + end);
        end = trim_end(s, gap_end(s, begin) < end ? gap_end(s, begin) : end);
        if (i >= OWN_WORDS && is_dashed_owner(s, begin, end, n)) {
            from = begin;
            to = end;
        } else if (!owner_is_count(s, begin, end)) {
            to = 0; /* 总结-表彰会-工会 is told at the end only */
        }
    }
    if (to == 0)
        return;
    owner_set(arena, text, from, to, f);
    f->owner_guessed = true;
}

/* 教工歌咏会　　音乐组: behind a wide gap as in a column. */
static void read_gap(struct arena *arena, const struct text *text, struct facts *f)
{
    const char *s = text->s;
    for (size_t at = gap_end(s, 0); s[at]; at = gap_end(s, text_skip_space(s, at))) {
        size_t from = text_skip_space(s, at), to = gap_end(s, from);
        if (!owner_span(s, from, to, owner_is_any))
            continue;
        owner_set(arena, text, from, to, f);
        f->text_end = s[to] ? 0 : at;
        f->owner_guessed = true;
        return;
    }
}

/* 教代会 工会办公室: a department behind a single space. */
static void read_space(struct arena *arena, const struct text *text, struct facts *f)
{
    const char *s = text->s;
    const char *space = strrchr(s, ' ');
    struct text own = text_part(arena, text, 0, space ? (size_t)(space - s) : 0);
    if (!space || text_length(own.s) < OWN_WORDS || strstr(s, "  ") ||
        text_ends_any(own.s, (const char *const[]){":", ",", "-", "→", "…", ">", NULL}) ||
        !owner_span(s, (size_t)(space - s), text->n, owner_is_department))
        return;
    owner_set(arena, text, (size_t)(space - s), text->n, f);
    f->text_end = (size_t)(space - s);
    f->owner_guessed = true;
}

/* …，体育组协办 behind the one who leads. */
static void read_helper(struct arena *arena, const struct text *text, size_t at, struct facts *f)
{
    const char *comma = strpbrk(text->s + at, ",;");
    struct owner_clause clause;
    if (!comma || f->assist)
        return;
    size_t from = (size_t)(comma - text->s) + 1;
    if (owner_clause(text->s, from, owner_clause_end(text->s, from), &clause) && clause.verb == OWNER_HELPS &&
        owner_span(text->s, from, clause.names_end, owner_is_department))
        f->assist = text_part(arena, text, from, clause.names_end).raw;
}

#define FEW_CHARACTERS 2 /* behind a verb inside a sentence: 联系医院, 负责编排 */

/* Do the names and the verb of a clause of text tell who is responsible? What merely happens at the beginning of an item
 * (工会组织教师…) does only beside a person or a post's person (女工委员贺兰组织…), or where several do it together. */
static bool clause_tells(const char *s, size_t from, size_t end, const struct owner_clause *clause)
{
    bool whole = trim_end(s, end) <= clause->end || strchr(" :", s[clause->end]) != NULL;
    size_t rest = text_length(s + clause->end) - text_length(s + end);
    bool person = owner_span(s, from, clause->names_end, owner_is_person);
    if (clause->verb != OWNER_LEADS && clause->verb != OWNER_DOES)
        return false;
    if (text_begins_any(s + clause->names_end, (const char *const[]){"联合", "共同", NULL}))
        return true;
    if (clause->verb == OWNER_LEADS)
        return from == 0 || whole || rest <= 2 * FEW_CHARACTERS;
    return !person &&
           ((from > 0 && (whole || rest <= FEW_CHARACTERS)) || owner_span(s, from, clause->names_end, owner_names_person));
}

/* …，女工委负责。 in a clause behind a comma or a gap, or 文体委员赵刚负责… at the beginning. */
static void read_verb(struct arena *arena, const struct text *text, struct facts *f)
{
    static const char *const marks[] = {",", ";", "(", ")", "。", " ", ":", NULL};
    const char *s = text->s;
    for (size_t from = 0; s[from];) {
        size_t end = owner_clause_end(s, from);
        struct owner_clause clause;
        if (owner_clause(s, from, end, &clause) && clause_tells(s, from, end, &clause)) {
            owner_set(arena, text, from, clause.names_end, f);
            read_helper(arena, text, clause.end, f);
            return;
        }
        while (s[from] && !text_begins_any(s + from, marks))
            from += text_char(s + from);
        from += s[from] ? text_char(s + from) : 0;
    }
}

static bool take_clause(struct arena *arena, const struct text *text, size_t from, struct facts *f)
{
    struct owner_clause clause;
    if (!owner_clause(text->s, from, owner_clause_end(text->s, from), &clause) || clause.verb == OWNER_HELPS)
        return false;
    owner_set(arena, text, from, clause.names_end, f);
    read_helper(arena, text, clause.end, f);
    return true;
}

/* 由女工委负责, 由工会和教导处共同负责, 由工会主席周平主持; 请语文组牵头 in front */
static void read_by(struct arena *arena, const struct text *text, struct facts *f)
{
    const char *by = text->s;
    if (text_begins(by, "请") && take_clause(arena, text, strlen("请"), f))
        return;
    while ((by = strstr(by, "由")) != NULL) {
        by += strlen("由");
        if (take_clause(arena, text, (size_t)(by - text->s), f))
            return;
    }
}

struct facts facts_roles(struct arena *arena, const struct text *text)
{
    struct facts f = {0};
    size_t first = strcspn(text->s, ",;");
    struct owner_clause clause;
    owner_read_keys(arena, text, &f);
    if (!f.assist && text->s[first] && owner_clause(text->s, 0, first, &clause) && clause.end == first) {
        f = (struct facts){0};
        owner_set(arena, text, 0, clause.names_end, &f);
        read_helper(arena, text, 0, &f);
    }
    bool keyed = strchr(text->s, ':') && (f.lead || f.person); /* 负责人：工会 */
    return keyed || (f.assist && (f.lead || f.person)) ? f : (struct facts){0};
}

/* 生活委员：吕芳, 工会：主席吕芳 behind a mark: a post, then its name. */
static void read_post(struct arena *arena, const struct text *text, struct facts *f)
{
    static const char *const marks[] = {",", ";", " ", "。", NULL};
    const char *s = text->s, *colon = strrchr(s, ':');
    for (size_t i = 0, from = 0; colon && s + i <= colon; i += text_char(s + i)) {
        if (text_begins_any(s + i, marks))
            from = i + text_char(s + i);
        if (s[i] != ':' || from == 0 || !owner_span(s, from, i, owner_is_department))
            continue;
        size_t end = owner_value_end(s, i + 1);
        if (owner_span(s, i + 1, end, owner_names_person)) {
            owner_set(arena, text, i + 1, end, f);
            return;
        }
    }
}

/* 生活组：看望退休教师: a department or a post before what it does. A bare 宣传 or 文体 is a theme. */
static void read_front(struct arena *arena, const struct text *text, struct facts *f)
{
    static const char *const ends[] = {"组", "委员", "会", "处", "室", "部", "委", "办", "主席", "主任", "支部", NULL};
    const char *colon = strchr(text->s, ':');
    size_t n = colon ? (size_t)(colon - text->s) : 0;
    if (!n || !owner_span(text->s, 0, n, owner_is_any))
        return;
    struct text value = text_part(arena, text, 0, n);
    bool named = text_ends_any(value.s, ends) && (text_length(value.s) >= 3 || owner_is_department(value.s, value.n));
    if (!named && !owner_all_names(value.s, owner_names_person))
        return;
    owner_set(arena, text, 0, n, f);
    f->owner_guessed = true;
}

void facts_owner_read(struct arena *arena, const struct text *text, struct facts *f)
{
    static void (*const readers[])(struct arena *, const struct text *,
                                   struct facts *) = {owner_read_keys,  owner_read_bracket,
                                                      read_post,        read_by,
                                                      read_verb,        read_gap,
                                                      read_dash,        read_space,
                                                      owner_read_hosts, owner_read_inner_bracket,
                                                      read_front,       owner_read_front_bracket};
    for (size_t i = 0; i < sizeof readers / sizeof readers[0] && !f->lead && !f->person; i++)
        readers[i](arena, text, f);
}
