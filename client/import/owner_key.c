/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/owner_parts.h"
#include "common/base/words.h"

enum role {
    ROLE_OWNER,
    ROLE_POST,
    ROLE_LEAD,
    ROLE_ASSIST,
    ROLE_HOST,
    ROLE_OTHER
}; /* a post may stand before its name without a colon */

static const char *const key_texts[] = {
#define OWNER_KEY(role, text) text,
#include "client/import/owner.def"
};

static const uint8_t key_marks[] = {
#define OWNER_KEY(role, text) WORDS_FIRST(text),
#include "client/import/owner.def"
};

static const enum role key_roles[] = {
#define OWNER_KEY(role, text) ROLE_##role,
#include "client/import/owner.def"
};

static const struct words keys = WORDS(key_texts, key_marks);

/* Where the value begins behind the key s[i, i + n) when a mark tells it: 负责人：…, [责任人]…, 责任部门（人）：…; 0 when none
 * does. */
static size_t marked_value(const char *s, size_t i, size_t n)
{
    size_t at = text_skip_space(s, i + n);
    if (s[at] == ']' && i > 0 && s[i - 1] == '[') {
        at = text_skip_space(s, at + 1);
        return s[at] == ':' ? text_skip_space(s, at + 1) : at;
    }
    if (s[at] == '(' && strstr(s + at, "):"))
        at = (size_t)(strstr(s + at, "):") - s) + 1;
    return s[at] == ':' ? text_skip_space(s, at + 1) : 0;
}

/* The key that begins at s + i with its value marked: its role; ROLE_OTHER and *n = 0 when there is none. */
static enum role key_at(const char *s, size_t i, size_t *n)
{
    for (size_t k = 0; (k = words_find_first(&keys, s + i, k)) < keys.count; k++) {
        *n = strlen(keys.texts[k]);
        if (marked_value(s, i, *n))
            return key_roles[k];
    }
    *n = 0;
    return ROLE_OTHER;
}

bool facts_begins_owner(const char *s)
{
    size_t n, open = s[0] == '[' ? 1 : 0;
    enum role role = key_at(s, open, &n);
    return n && role != ROLE_OTHER;
}

bool facts_names_owner(const char *s)
{
    size_t n, open = s[0] == '[' ? 1 : 0, at, end;
    enum role role = key_at(s, open, &n);
    at = n ? marked_value(s, open, n) : 0;
    return n && role != ROLE_OTHER && role != ROLE_POST && owner_next_name(s, &at, &end) && owner_is_any(s + at, end - at);
}

bool facts_begins_key(const char *s)
{
    size_t n;
    key_at(s, s[0] == '[' ? 1 : 0, &n);
    return n > 0;
}

/* Where the last name of s[from, to) begins. */
static size_t last_name(const char *s, size_t from, size_t to)
{
    size_t at = from, end = from, last = from;
    while (owner_next_name(s, &at, &end) && at < to && end > at) {
        last = at;
        at = end;
    }
    return last;
}

/* Does the value go on behind the mark at s + i: with the next name of a list, 赵燕，钱进? */
static bool goes_on(const char *s, size_t from, size_t i)
{
    size_t next = i + 1, end, first = from, first_end;
    if (facts_begins_key(s + text_skip_space(s, next)) || !owner_next_name(s, &next, &end))
        return false;
    if (owner_is_any(s + next, end - next))
        return true;
    bool post = owner_is_post(s + last_name(s, from, i), i - last_name(s, from, i)); /* 组织委员 章程 */
    size_t count = end - next;
    if (s[i] == ' ' && post && text_is_han(s + next) && (count == strlen("章程") || count == strlen("买买提")))
        return true;
    bool unknown = owner_next_name(s, &first, &first_end) && !owner_is_any(s + first, first_end - first);
    bool name = end - next <= 4 * strlen("名") && text_is_han(s + next); /* 阿不都 热合曼 */
    return s[i] == ' ' && unknown && name && (!s[end] || strchr(",;) ", s[end]));
}

size_t owner_value_end(const char *s, size_t at)
{
    static const char *const stops[] = {"预算", "经费", "参加", "人数", "时间", "地点",
                                        "协办", "配合", "协助", "主办", "承办", NULL};
    size_t i = at, depth = 0;
    for (; s[i]; i += text_char(s + i)) {
        depth += s[i] == '(';
        if (s[i] == ')' && depth-- == 0)
            break;
        if (depth)
            continue;
        if (s[i] == '[' || s[i] == ']' || s[i] == ';' || text_begins(s + i, "。") || text_begins_any(s + i, stops) ||
            (i > at && facts_begins_key(s + i)))
            break;
        if ((s[i] == ',' || s[i] == ' ' || s[i] == '/') && !(s[i] == '/' && !facts_begins_key(s + i + 1)) && !goes_on(s, at, i))
            break;
    }
    while (i > at) {
        size_t before = text_before(s, i);
        if (s[before] != ' ' && s[before] != ',' && s[before] != '/' && !text_begins(s + before, "、"))
            break;
        i = before;
    }
    return i;
}

/* Where the value begins behind a key that no mark follows: 责任人 李强, 负责人孟婷, 责任部门为工会. 0 when what follows is no
 * name. */
static size_t bare_value(const char *s, size_t i, size_t n, enum role role)
{
    static const char *const are[] = {"为", "是", NULL};
    static const char *const persons[] = {"责任人", "负责人", NULL};
    static const char *const parts[] = {"部门", "单位", "处室", "科室", NULL};
    size_t at = text_skip_space(s, i + n), is = text_begins_any(s + at, are);
    if (role == ROLE_POST || role >= ROLE_HOST)
        return 0;
    if (is && owner_span(s, at + is, owner_value_end(s, at + is), owner_is_any))
        return at + is;
    if (role == ROLE_ASSIST)
        return 0;
    if (at > i + n)
        return owner_span(s, at, owner_value_end(s, at), owner_is_any) ? at : 0;
    char key[40] = "";
    memcpy(key, s + i, n < sizeof key ? n : 0);
    bool unit = text_ends_any(key, parts), person = role == ROLE_OWNER && n > strlen("负责");
    bool all = text_ends_any(key, persons); /* 责任人女工委员 */
    if (!unit && !person)
        return 0;
    return owner_span(s, at, owner_value_end(s, at), unit ? owner_is_department : all ? owner_is_any : owner_is_person) ? at : 0;
}

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
    } else if (!f->person && (role <= ROLE_POST || owner_all_names(value.s, owner_names_person))) {
        f->person = value.raw;
    } else if (!f->lead && role == ROLE_LEAD && facts_is_department(value.s)) { /* 分管领导：副校长安宁，承办：语文组 */
        f->lead = value.raw;
    }
}

/* 教导处协办：读书会: the two characters at offset i are what somebody does, not a key. */
static bool is_verb(const char *s, size_t i, size_t bytes)
{
    static const char *const marks[] = {",", ";", "(", "。", " ", ":", NULL};
    size_t from = i;
    while (from > 0 && !text_begins_any(s + text_before(s, from), marks))
        from = text_before(s, from);
    return bytes == strlen("协办") && from < i && owner_span(s, from, i, owner_is_department);
}

/* Takes the values of the keys of hosts, or of all others, in order. */
static void take_values(struct arena *arena, const struct text *text, bool hosts, struct facts *f)
{
    const char *s = text->s;
    for (size_t i = 0; s[i]; i += text_char(s + i)) {
        for (size_t k = 0; (k = words_find_first(&keys, s + i, k)) < keys.count; k++) {
            size_t n = strlen(keys.texts[k]);
            enum role role = key_roles[k];
            f->hosts |= role == ROLE_HOST;
            if (role != ROLE_POST && is_verb(s, i, n))
                continue;
            size_t at = marked_value(s, i, n);
            at = at ? at : bare_value(s, i, n, role);
            if (!at)
                continue;
            size_t end = owner_value_end(s, at);
            if (hosts && role == ROLE_HOST && owner_span(s, at, end, owner_is_any))
                store(arena, text, at, end, ROLE_OWNER, f);
            else if (!hosts && role < ROLE_HOST)
                store(arena, text, at, end, role, f);
            if (end > i)
                i = text_before(s, end);
            break;
        }
    }
}

void owner_read_keys(struct arena *arena, const struct text *text, struct facts *f)
{
    take_values(arena, text, false, f);
}

void owner_read_hosts(struct arena *arena, const struct text *text, struct facts *f)
{
    if (f->hosts)
        take_values(arena, text, true, f);
}
