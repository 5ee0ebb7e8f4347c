/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/facts.h"
#include "client/import/owner_name.h"

/* Where a value that begins at `at` ends: at the end of its clause, or before the next fact. */
static size_t value_end(const char *s, size_t at)
{
    static const char *const stops[] = {")",    "]",    ";",    "。",   "预算",   "经费",   "参加", "人数", "时间",
                                        "地点", "协办", "配合", "协助", "责任人", "负责人", "主办", "承办", NULL};
    size_t i = at;
    while (s[i] && !text_begins_any(s + i, stops)) {
        size_t next = i + 1, end;
        if (s[i] == ',' && (!owner_next_name(s, &next, &end) || !owner_is_any(s + next, end - next))) /* 赵燕，约70人 */
            break;
        i += text_char(s + i);
    }
    while (i > at) {
        size_t before = text_before(s, i);
        if (s[before] != ' ' && s[before] != ',' && !text_begins(s + before, "、"))
            break;
        i = before;
    }
    return i;
}

enum role { ROLE_OWNER, ROLE_POST, ROLE_LEAD, ROLE_ASSIST }; /* a post may stand before its name without a colon */

static const struct {
    const char *word;
    enum role role;
} keys[] = {
#define OWNER_ENDING(text)
#define OWNER_KEY(role, text) {text, ROLE_##role},
#include "client/import/owner.def"
#undef OWNER_KEY
#undef OWNER_ENDING
};

static void store(struct arena *arena, const struct text *text, size_t from, size_t to, enum role role, struct facts *f)
{
    struct text value = text_part(arena, text, from, to);
    if (value.n == 0 || text_length(value.s) > 40)
        return;
    if (role == ROLE_ASSIST) {
        if (!f->assist)
            f->assist = value.raw;
    } else if (!f->lead && !f->person) {
        bool person = facts_is_person(value.s) || (role <= ROLE_POST && !facts_is_department(value.s));
        *(person ? &f->person : &f->lead) = value.raw;
    } else if (!f->person && role <= ROLE_POST) {
        f->person = value.raw;
    } else if (!f->lead && role == ROLE_LEAD && facts_is_department(value.s)) { /* 分管领导：副校长安宁，承办：语文组 */
        f->lead = value.raw;
    }
}

/* Is s[from, to) nothing but names of departments, posts and persons? */
static bool span_is_owner(struct arena *arena, const struct text *text, size_t from, size_t to, bool (*is)(const char *, size_t))
{
    struct text value = text_part(arena, text, from, to);
    return value.n > 0 && text_length(value.s) <= 24 && owner_all_names(value.s, is);
}

/* 教导处协办：读书会: the two characters at offset i are what somebody does, not a key. */
static bool is_verb(struct arena *arena, const struct text *text, size_t i, size_t bytes)
{
    static const char *const marks[] = {",", ";", "(", "。", " ", ":", NULL};
    size_t from = i;
    while (from > 0 && !text_begins_any(text->s + text_before(text->s, from), marks))
        from = text_before(text->s, from);
    return bytes == strlen("协办") && from < i && span_is_owner(arena, text, from, i, owner_is_department);
}

/* 负责人：张三；协办：团委 */
static void read_keys(struct arena *arena, const struct text *text, struct facts *f)
{
    const char *s = text->s;
    for (size_t i = 0; s[i]; i += text_char(s + i)) {
        for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
            size_t n = text_begins(s + i, keys[k].word), at = n ? text_skip_space(s, i + n) : 0;
            if (!n || (keys[k].role != ROLE_POST && is_verb(arena, text, i, n)))
                continue;
            if (text_begins(s + at, "(") && strstr(s + at, "):")) /* 责任部门（人）：… */
                at = (size_t)(strstr(s + at, "):") - s) + 1;
            bool gap = at > i + n && keys[k].role != ROLE_ASSIST && keys[k].role != ROLE_POST &&
                       owner_all_names(s + at, owner_is_any);                                /* 责任人 李强 */
            bool joined = at == i + n && n > strlen("负责") && keys[k].role == ROLE_OWNER && /* 负责人孟婷 */
                          span_is_owner(arena, text, at, value_end(s, at), owner_is_person);
            gap |= joined;
            if (s[at] != ':' && !gap)
                break;
            at = gap ? at : text_skip_space(s, at + 1);
            size_t end = value_end(s, at);
            store(arena, text, at, end, keys[k].role, f);
            if (end > i)
                i = text_before(s, end);
            break;
        }
    }
}

bool facts_begins_owner(const char *s)
{
    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
        size_t n = text_begins(s, keys[k].word);
        if (n && s[text_skip_space(s, n)] == ':')
            return true;
    }
    return false;
}

bool facts_begins_key(const char *s)
{
    static const char *const others[] = {"经费预算", "经费", "预算", "人数", "参加人数", "参加人员", "地点", "活动地点", NULL};
    size_t n = text_begins_any(s, others);
    return (n && s[text_skip_space(s, n)] == ':') || facts_begins_owner(s);
}

/* （女工委负责）, 由女工委负责, （工会委员会、各工会小组）: offsets of the name in [from, to). */
static bool bare_owner(const char *s, size_t from, size_t to, size_t *end)
{
    static const char *const verbs[] = {"具体负责", "牵头负责", "负责组织", "联合承办", "联合主办", "联合举办", "联合组织",
                                        "共同承办", "共同举办", "共同组织", "共同负责", "负责落实", "具体组织", "组织实施",
                                        "具体落实", "负责",     "牵头",     "主办",     "承办",     "举办",     "组织",
                                        "落实",     "实施",     "汇总",     "统筹",     "主持",     NULL};
    char part[160];
    if (to <= from || to - from >= sizeof part)
        return false;
    memcpy(part, s + from, to - from);
    part[to - from] = '\0';
    for (size_t i = 0; verbs[i]; i++)
        if (text_ends(part, verbs[i]) && strlen(part) > strlen(verbs[i])) {
            size_t n = strlen(part) - strlen(verbs[i]);
            part[n] = '\0';
            *end = from + n;
            return text_length(part) <= 20 && !strchr(part, ':') && (facts_is_department(part) || facts_is_person(part));
        }
    *end = to;
    return !strchr(part, ':') && owner_all_names(part, owner_is_any); /* 地点：会议室 */
}

static void set_owner(struct arena *arena, const struct text *text, size_t from, size_t to, struct facts *f)
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

/* 歌咏比赛——文体组, 制订计划——工会主席 张华  预算800元 */
static void read_dash(struct arena *arena, const struct text *text, struct facts *f)
{
    const char *s = text->s, *dash = NULL;
    for (const char *at = s; (at = strstr(at, "--")) != NULL; at += 2)
        dash = at;
    size_t from = dash ? (size_t)(dash - s) + strspn(dash, "- ") : 0, to = gap_end(s, from);
    if (!dash || dash == s || !span_is_owner(arena, text, from, to, owner_is_any))
        return;
    struct text value = text_part(arena, text, from, to);
    if (facts_is_person(value.s)) /* ——高一组建 */
        return;
    f->lead = value.raw;
    f->owner_guessed = true;
}

#define OWN_WORDS 4 /* an item has at least so many characters before who does it */

/* 教工歌咏会　　音乐组: behind a wide gap as in a column; a department also behind a single space. */
static void read_gap(struct arena *arena, const struct text *text, struct facts *f)
{
    const char *s = text->s;
    for (size_t at = gap_end(s, 0); s[at]; at = gap_end(s, text_skip_space(s, at))) {
        size_t from = text_skip_space(s, at), to = gap_end(s, from);
        if (!span_is_owner(arena, text, from, to, owner_is_any))
            continue;
        set_owner(arena, text, from, to, f);
        f->text_end = s[to] ? 0 : at;
        f->owner_guessed = true;
        return;
    }
    const char *space = strrchr(s, ' ');
    struct text own = text_part(arena, text, 0, space ? (size_t)(space - s) : 0);
    if (!space || text_length(own.s) < OWN_WORDS || strstr(s, "  ") ||
        text_ends_any(own.s, (const char *const[]){":", ",", "-", NULL}) ||
        !span_is_owner(arena, text, (size_t)(space - s), text->n, owner_is_department))
        return;
    set_owner(arena, text, (size_t)(space - s), text->n, f);
    f->text_end = (size_t)(space - s);
    f->owner_guessed = true;
}

/* …，体育组协办 behind the one who leads. */
static void read_helper(struct arena *arena, const struct text *text, size_t at, struct facts *f)
{
    static const char *const verbs[] = {"协办", "协助", "配合", NULL};
    const char *comma = strpbrk(text->s + at, ",;");
    if (!comma || f->assist)
        return;
    size_t from = (size_t)(comma - text->s) + 1;
    for (size_t i = from; text->s[i] && i - from < 60; i += text_char(text->s + i))
        if (i > from && text_begins_any(text->s + i, verbs)) {
            struct text value = text_part(arena, text, from, i);
            if (facts_is_department(value.s))
                f->assist = value.raw;
            return;
        }
}

/* …，女工委负责。 behind a comma, a gap or a bracket. */
static void read_verb(struct arena *arena, const struct text *text, struct facts *f)
{
    static const char *const verbs[] = {"具体负责", "牵头负责", "负责", "牵头", "主办", "承办", NULL};
    static const char *const marks[] = {",", ";", "(", ")", "。", " ", ":", NULL};
    const char *s = text->s;
    for (size_t i = 0, from = 0; s[i]; i += text_char(s + i)) {
        size_t n = text_begins_any(s + i, verbs);
        if (text_begins_any(s + i, marks)) {
            from = i + text_char(s + i);
        } else if (n && i > from && (from == 0 || !s[i + n] || text_begins_any(s + i + n, marks)) &&
                   span_is_owner(arena, text, from, i, owner_is_any)) { /* 文体委员赵刚负责… begins with it */
            set_owner(arena, text, from, i, f);
            read_helper(arena, text, i, f);
            return;
        }
    }
}

/* 女工委 60人 600元, 党办 全体: where the names before the counts end; 0 when there are none. */
static size_t owner_before_counts(struct arena *arena, const struct text *text, size_t from, size_t to)
{
    const char *s = text->s;
    static const char *const counts[] = {"约", "全体", "共", "预计", "预算", "经费", "费用", NULL};
    for (size_t i = from; i < to; i++)
        if (s[i] == ' ' && ((s[i + 1] >= '0' && s[i + 1] <= '9') || text_begins_any(s + i + 1, counts)))
            return span_is_owner(arena, text, from, i, owner_is_department) ? i : 0;
    return 0;
}

#define COUNT_CHARACTERS 12 /* 教代会（工会主席）代表52人: what may stand behind the bracket */

static void read_bracket(struct arena *arena, const struct text *text, struct facts *f)
{
    const char *s = text->s;
    size_t to = text->n;
    while (to > 0 && (s[to - 1] == ' ' || s[to - 1] == ';' || s[to - 1] == ',' || text_ends(s, "。")) && s[to - 1] != ')') {
        size_t before = text_before(s, to);
        if (s[before] != ' ' && s[before] != ';' && s[before] != ',' && !text_begins(s + before, "。"))
            break;
        to = before;
    }
    const char *close = strrchr(s, ')');
    bool counts = close && text_length(close) <= COUNT_CHARACTERS &&
                  text_ends_any(s, (const char *const[]){"元", "人", "元。", "人。", NULL});
    to = counts ? (size_t)(close - s) + 1 : to;
    if (to == 0 || (s[to - 1] != ')' && s[to - 1] != ']'))
        return;
    char begin = s[to - 1] == ')' ? '(' : '[';
    size_t open = to - 1;
    while (open > 0 && s[open] != begin)
        open--;
    size_t end;
    if (s[open] != begin)
        return;
    size_t first = open + 1 + strcspn(s + open + 1, ",;)]");
    bool counted = text_begins_any(s + text_before(s, to - 1), (const char *const[]){"元", "人", NULL}) > 0;
    bool pair = first < to - 1 && bare_owner(s, open + 1, first, &end) &&
                (end < first || counted); /* 教研组承办，工会协办; 女工委；约90人 */
    if (pair)
        read_helper(arena, text, open + 1, f);
    else if (!bare_owner(s, open + 1, to - 1, &end) && !(end = owner_before_counts(arena, text, open + 1, to - 1)))
        return;
    struct text value = text_part(arena, text, open + 1, end);
    *(facts_is_person(value.s) ? &f->person : &f->lead) = value.raw;
    f->owner_guessed = !pair && end == to - 1;
}

/* 由女工委负责, 由工会和教导处共同负责, 由工会主席周平主持 */
static void read_by(struct arena *arena, const struct text *text, struct facts *f)
{
    static const char *const verbs[] = {"共同", "联合", "具体", "负责", "牵头", "主办", "承办", "组织", "主持", "实施", NULL};
    const char *by = text->s;
    while ((by = strstr(by, "由")) != NULL) {
        by += strlen("由");
        size_t from = (size_t)(by - text->s), i = from;
        while (text->s[i] && text->s[i] != ',' && i - from < 60 && (i == from || !text_begins_any(text->s + i, verbs)))
            i += text_char(text->s + i);
        if (!text_begins_any(text->s + i, verbs) || !span_is_owner(arena, text, from, i, owner_is_any))
            continue;
        set_owner(arena, text, from, i, f);
        read_helper(arena, text, i, f);
        return;
    }
}

struct facts facts_roles(struct arena *arena, const struct text *text)
{
    struct facts f = {0};
    size_t end, first = strcspn(text->s, ",;");
    read_keys(arena, text, &f);
    if (!f.assist && text->s[first] && bare_owner(text->s, 0, first, &end) && end < first) {
        f = (struct facts){0};
        set_owner(arena, text, 0, end, &f);
        read_helper(arena, text, 0, &f);
    }
    bool keyed = strchr(text->s, ':') && (f.lead || f.person); /* 负责人：工会 */
    return keyed || (f.assist && (f.lead || f.person)) ? f : (struct facts){0};
}

/* 生活委员：吕芳, 工会：主席吕芳 behind a mark: a post, then its name. */
static void read_post(struct arena *arena, const struct text *text, struct facts *f)
{
    static const char *const marks[] = {",", ";", "(", "[", " ", "。", NULL};
    const char *s = text->s;
    for (size_t i = 0, from = 0; s[i]; i += text_char(s + i)) {
        if (text_begins_any(s + i, marks))
            from = i + 1;
        if (s[i] != ':' || from == 0 || !span_is_owner(arena, text, from, i, owner_is_department))
            continue;
        size_t end = value_end(s, i + 1);
        if (span_is_owner(arena, text, i + 1, end, owner_names_person)) {
            set_owner(arena, text, i + 1, end, f);
            return;
        }
    }
}

/* 生活组：看望退休教师: a department or a post before what it does. A bare 宣传 or 文体 is a theme. */
static void read_front(struct arena *arena, const struct text *text, struct facts *f)
{
    static const char *const ends[] = {"组", "委员", "会", "处", "室", "部", "委", "主席", "主任", "支部", NULL};
    const char *colon = strchr(text->s, ':');
    size_t n = colon ? (size_t)(colon - text->s) : 0;
    if (!n || !span_is_owner(arena, text, 0, n, owner_is_any))
        return;
    struct text value = text_part(arena, text, 0, n);
    bool named = text_length(value.s) >= 3 && text_ends_any(value.s, ends);
    if (!named && !owner_all_names(value.s, owner_names_person))
        return;
    set_owner(arena, text, 0, n, f);
    f->owner_guessed = true;
}

void facts_owner_read(struct arena *arena, const struct text *text, struct facts *f)
{
    read_keys(arena, text, f);
    if (!f->lead && !f->person)
        read_post(arena, text, f);
    if (!f->lead && !f->person)
        read_bracket(arena, text, f);
    if (!f->lead && !f->person)
        read_by(arena, text, f);
    if (!f->lead && !f->person)
        read_verb(arena, text, f);
    if (!f->lead && !f->person)
        read_gap(arena, text, f);
    if (!f->lead && !f->person)
        read_dash(arena, text, f);
    if (!f->lead && !f->person)
        read_front(arena, text, f);
}
