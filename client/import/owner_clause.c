/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/owner_parts.h"
#include "common/base/words.h"

static const char *const verb_texts[] = {
#define OWNER_VERB(kind, text) text,
#include "client/import/owner.def"
};

static const uint8_t verb_marks[] = {
#define OWNER_VERB(kind, text) WORDS_FIRST(text),
#include "client/import/owner.def"
};

static const enum owner_verb verb_kinds[] = {
#define OWNER_VERB(kind, text) OWNER_##kind,
#include "client/import/owner.def"
};

static const char *const adverb_texts[] = {
#define OWNER_ADVERB(text) text,
#include "client/import/owner.def"
};

static const uint8_t adverb_marks[] = {
#define OWNER_ADVERB(text) WORDS_FIRST(text),
#include "client/import/owner.def"
};

static size_t skip_adverbs(const char *s)
{
    static const struct words adverbs = WORDS(adverb_texts, adverb_marks);
    size_t at = 0, i;
    while ((i = words_find_first(&adverbs, s + at, 0)) < adverbs.count)
        at += strlen(adverbs.texts[i]);
    return at;
}

static size_t one_verb(const char *s, enum owner_verb *kind)
{
    static const struct words verbs = WORDS(verb_texts, verb_marks);
    for (size_t i = 0; (i = words_find_first(&verbs, s, i)) < verbs.count; i++) {
        size_t n = strlen(verbs.texts[i]);
        if (text_begins(s + n, "人") || text_begins(s + n, "者")) /* 负责人 */
            continue;
        *kind = verb_kinds[i];
        return n;
    }
    return 0;
}

size_t owner_verb(const char *s, enum owner_verb *kind)
{
    size_t adverbs = skip_adverbs(s), at = adverbs, n = one_verb(s + at, kind);
    enum owner_verb next;
    while (n) {
        at += n;
        n = one_verb(s + at, &next);
        if (n && next == OWNER_LEADS)
            *kind = next;
    }
    if (at > adverbs)
        return at;
    *kind = OWNER_DOES;
    return text_begins_any(s, (const char *const[]){"联合", "共同", NULL}); /* 校工会、后勤处联合走访 */
}

bool owner_clause(const char *s, size_t from, size_t to, struct owner_clause *out)
{
    if (text_begins_any(s + from, (const char *const[]){"与", "和", "同", "会同", NULL})) /* 与南山小学工会联合… */
        return false;
    for (size_t i = from; i < to && i - from < OWNER_NAMES_BYTES; i += text_char(s + i)) {
        enum owner_verb kind;
        size_t n = i > from ? owner_verb(s + i, &kind) : 0;
        if (!n || i + n > to || !owner_span(s, from, i, owner_is_any))
            continue;
        *out = (struct owner_clause){.verb = kind, .names_end = i, .end = i + n};
        return true;
    }
    return false;
}

size_t owner_clause_end(const char *s, size_t at)
{
    while (s[at] && !strchr(",;()[]", s[at]) && !text_begins(s + at, "。"))
        at += text_char(s + at);
    return at;
}

bool owner_is_count(const char *s, size_t from, size_t to)
{
    static const char *const words[] = {"约",   "全体", "共",   "预计", "预算", "经费", "费用",     "每人", "人均",
                                        "合计", "自愿", "每周", "每月", "周一", "周二", "周三",     "周四", "周五",
                                        "周末", "上午", "下午", "各",   "限",   "奖品", "费用自理", "计",   NULL};
    static const char *const units[] = {"人", "元", "名", "位", "份", "户", "队", "组", "左右", "人次", "万", "件", "套", NULL};
    char part[OWNER_NAMES_BYTES];
    from = text_skip_space(s, from);
    if (to <= from)
        return true;
    if (to - from >= sizeof part)
        return false;
    memcpy(part, s + from, to - from);
    part[to - from] = '\0';
    bool digits = strpbrk(part, "0123456789") != NULL;
    if (digits && text_has_any(part, (const char *const[]){"月", "日", "点", "号", "周", NULL})) /* 12月20日前 */
        return true;
    return (digits && text_length(part) <= 16 && text_ends_any(part, units)) || text_begins_any(part, words) != 0;
}

/* 年级组推荐: names, and at most three characters of what they do. */
static bool names_do(const char *s, size_t at, size_t end)
{
    size_t i = end;
    for (size_t n = 0; n < 3 && i > at; n++) {
        i = text_before(s, i);
        if (owner_span(s, at, i, owner_is_any))
            return true;
    }
    return false;
}

bool facts_tells_owner(const char *s)
{
    size_t told = 0;
    for (size_t at = 0;;) {
        struct owner_clause clause;
        size_t end = owner_clause_end(s, at);
        bool whole = owner_clause(s, at, end, &clause) && clause.end == end && clause.verb != OWNER_TEACHES;
        if (!whole && !names_do(s, at, end))
            return false;
        told += whole && clause.verb != OWNER_HELPS;
        if (s[end] != ',')
            return told && (!s[end] || s[end] == ';' || text_begins(s + end, "。"));
        at = end + 1;
    }
}

size_t facts_owner_line(const char *s)
{
    size_t from = strspn(s, "- "), n = strlen(s);
    return from < n && owner_span(s, from, n, owner_is_any) ? from : n;
}
