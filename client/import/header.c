/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/header.h"

#include <string.h>

#include "client/import/when_parts.h"
#include "common/domain/zh_number.h"

/* 1月“送温暖”主题月: the theme in quotes names the month. */
static size_t skip_theme(const char *s, size_t at)
{
    static const char *const words[] = {"主题月", "活动月", "主题", "月", NULL};
    const char *close = s[at] == '"' ? strchr(s + at + 1, '"') : NULL;
    size_t end = close ? (size_t)(close - s) + 1 : 0, word = close ? text_begins_any(s + end, words) : 0;
    size_t q = text_skip_space(s, end + word);
    return word && (s[q] == '\0' || s[q] == ':' || text_begins(s + q, "。")) ? end + word : at;
}

/* Words a header carries behind its time: 三月份主要工作安排. */
static size_t skip_suffix(const char *s, size_t at)
{
    static const char *const words[] = {"主题教育", "教育",   "工会", "女工", "女职工", "学校", "本月", "主要", "重点", "中心",
                                        "具体",     "常规",   "活动", "工作", "计划",   "安排", "要点", "内容", "任务", "事项",
                                        "日程",     "主题月", "主题", "的",   "份",     "度",   "月",   "有",   "如下", NULL};
    size_t p = at, n;
    while ((n = text_begins_any(s + p, words)) != 0)
        p += n;
    size_t q = text_skip_space(s, p);
    bool closes = s[q] == '\0' || s[q] == ':' || s[q] == '(' || s[q] == ']' || s[q] == ')' || (s[q] == '-' && s[q + 1] == '-');
    return closes ? p : at;
}

/* 9.10 教师节, 3.8 活动 in a cell: the day's name. */
static size_t skip_day_name(const char *s, size_t at)
{
    struct when day = {0};
    static const char *const ends[] = {"活动", "节", NULL};
    size_t p = text_skip_space(s, at), named = when_parse_festival(s + p, &day) ? day.end : 0, end = skip_suffix(s, p + named);
    if (p > at && text_length(s + p) <= 8 && text_ends_any(s + p, ends)) /* 1.1 新年活动 */
        return strlen(s);
    return named || end > p ? end : skip_suffix(s, at);
}

static bool holds_all(const struct when *outer, const struct when *inner)
{
    for (size_t i = 0; i < inner->count; i++)
        if (!memchr(outer->months, inner->months[i], outer->count))
            return false;
    return true;
}

/* ★ 一季度 ★ 元月 */
static size_t skip_ornaments(const char *s, size_t at)
{
    static const char *const ornaments[] = {"★", "☆", "◆", "◇", "■", "□", "●", "○", " ", NULL};
    for (size_t n; (n = text_begins_any(s + at, ornaments)) != 0;)
        at += n;
    return at;
}

/* Further times behind the first: 九月 第一周, 9月（9.16-9.20）. */
static size_t skip_times(const char *s, size_t at, struct when *w)
{
    for (int i = 0; i < 2; i++) {
        struct when more = {0};
        size_t p = skip_ornaments(s, at);
        if (!when_parse(s + p, WHEN_NO_FESTIVAL, &more) ||
            (more.kind != WHEN_PART && more.kind != WHEN_DATE && more.kind != WHEN_MONTH))
            break;
        at = p + more.end;
        bool narrower = more.count &&
                        (w->kind == WHEN_QUARTER || w->kind == WHEN_HALF || w->kind == WHEN_SEASON || w->kind == WHEN_TERM ||
                         w->kind == WHEN_YEAR) &&
                        holds_all(w, &more);
        if (narrower || (more.count > w->count && holds_all(&more, w))) { /* 一季度 3月8日, 6月 5月下旬至6月上旬 */
            more.end = w->end;
            more.year = more.year ? more.year : w->year;
            *w = more;
        }
    }
    return at;
}

/* 3月7日（周五）下午 15:00, 5月9日 星期五: the day of the week and the hour. */
static size_t skip_weekday(const char *s, size_t at)
{
    static const char *const weeks[] = {"星期", "礼拜", "周", NULL};
    static const char *const days[] = {"一", "二", "三", "四", "五", "六", "日", "天", NULL};
    static const char *const hours[] = {"上午", "下午", "中午", "晚上", "傍晚", "晚", NULL};
    size_t p = text_skip_space(s, at), paren = s[p] == '(', week = text_begins_any(s + p + paren, weeks);
    size_t day = week ? text_begins_any(s + p + paren + week, days) : 0, end = p + paren + week + day;
    if (!day || (paren && s[end] != ')'))
        return at;
    end += paren;
    size_t hour = text_skip_space(s, end);
    hour += text_begins_any(s + hour, hours);
    size_t clock = strspn(s + hour, "0123456789:-");
    hour += clock >= 4 && memchr(s + hour, ':', clock) ? clock : 0;
    return hour > text_skip_space(s, end) ? hour : end;
}

static size_t skip_paren(const char *s, size_t at)
{
    const char *close = strchr(s + at, ')');
    return close && text_length(s + at) - text_length(close) <= 40 ? (size_t)(close - s) + 1 : 0;
}

static size_t skip_dashes(const char *s, size_t at)
{
    while (s[at] == '-' || s[at] == ' ' || s[at] == '~')
        at++;
    return at;
}

/* Classifies what stands behind the time at `at`; fills end, rest, mark and strength. */
static void classify_tail(const char *s, size_t at, struct header *h)
{
    struct label label;
    size_t p = text_skip_space(s, at);
    h->end = at;
    h->rest = p;
    if (s[p] == '(' && !label_parse(s + p, 0, &label)) {
        size_t close = skip_paren(s, p), q = close ? text_skip_space(s, close) : 0;
        if (close && (s[q] == '\0' || s[q] == ':' || label_parse(s + q, 1, &label))) {
            h->end = close;
            h->mark = '(';
            p = q;
        }
    }
    h->rest = p;
    h->strength = HEADER_STRONG;
    if (s[p] == '\0')
        return;
    if (s[p] == ':' || text_begins(s + p, "。") || (s[p] == ';' && s[p + 1] == '\0')) {
        h->rest = text_skip_space(s, p + text_char(s + p));
        h->mark = ':';
    } else if (text_begins(s + p, "·")) { /* 1月 · 暖冬 */
        h->rest = text_skip_space(s, p + strlen("·"));
        h->mark = '-';
    } else if (s[p] == '|') { /* 3月 ｜ 三八节活动 ｜ 植树 */
        h->rest = text_skip_space(s, p + 1);
        h->mark = '|';
    } else if (s[p] == '-') {
        h->rest = skip_dashes(s, p);
        h->mark = '-';
    } else if (label_parse(s + p, 1, &label) && label.style != LABEL_LOST && label.style != LABEL_ZH && label.value <= 1) {
        h->mark = '1';
    } else if (h->mark != '(') {
        bool comma = s[p] == ',' && h->when.kind == WHEN_MONTH && s[p + 1];    /* 10月，组建… */
        bool gap = p > at || s[p] == '"' || comma || text_begins(s + p, "、"); /* 四月、参加… */
        h->strength = gap || h->brackets ? HEADER_MEDIUM : HEADER_WEAK;
        h->mark = gap ? ' ' : 0;
        bool lost = text_begins(s + p, "、") && strstr(s + p, "。、"); /* the marks of a list without its numbers */
        if (s[p] == ',' || (text_begins(s + p, "、") && !lost))
            h->rest = text_skip_space(s, p + text_char(s + p));
    }
}

/* 暑期（七、八月）, 期末（1月）: the brackets say which months are meant. */
static void take_months_in_paren(const char *s, size_t at, struct when *w)
{
    struct when inner = {0};
    size_t open = text_skip_space(s, at);
    bool soft = w->kind == WHEN_FESTIVAL || w->kind == WHEN_SEASON || w->kind == WHEN_TERM_BEGIN || w->kind == WHEN_TERM_MIDDLE ||
                w->kind == WHEN_TERM_END;
    bool named = at >= strlen("活动") && text_begins(s + at - strlen("活动"), "活动"); /* 教师节活动（9月）: an activity */
    if (!soft || named || s[open] != '(' || !when_parse(s + open + 1, WHEN_NO_FESTIVAL, &inner) ||
        (inner.kind != WHEN_MONTH && inner.kind != WHEN_DATE) || s[text_skip_space(s, open + 1 + inner.end)] != ')')
        return;
    inner.end = w->end;
    *w = inner;
}

/* 【幸福三月】: the month at the end of a name in brackets. Bytes up to it, 0 when there is none. */
static size_t skip_name(const char *s, struct when *out)
{
    size_t at = 0;
    for (int i = 0; i < 4 && text_is_han(s + at); i++) {
        at += text_char(s + at);
        if (when_parse(s + at, WHEN_NO_FESTIVAL, out) && out->kind == WHEN_MONTH && out->count && !out->year)
            return s[at + out->end] == ']' ? at : 0;
    }
    return 0;
}

/* 3月底前完成…, 9月10日之前上报…: the word that makes a time an end belongs to it. Its bytes. */
static size_t ends_before(const char *s, size_t at, const struct when *when)
{
    static const char *const words[] = {"之前", "以前", "前", NULL};
    static const char *const others[] = {"夕", "期", "后", "往", "来", "台", "半", "沿", NULL};
    size_t n = text_begins_any(s + at, words);
    bool month = when->kind == WHEN_MONTH || when->kind == WHEN_DATE;
    return month && when->count && text_is_han(s + at + n) && !text_begins_any(s + at + n, others) ? n : 0;
}

/* A time at s + at, bare or in brackets, and its tail. */
static bool parse_time(const char *s, size_t at, unsigned flags, struct header *h)
{
    struct when festival = {0}; /* “三八”妇女节: the quotes are part of it */
    bool quoted = s[at] == '"' && !(flags & WHEN_NO_FESTIVAL) && when_parse_festival(s + at, &festival) &&
                  memchr(s + at + 1, '"', festival.end - 1);
    bool bracket = s[at] == '[' || s[at] == '(' || (s[at] == '"' && !quoted);
    char close = s[at] == '[' ? ']' : s[at] == '(' ? ')' : '"';
    size_t inner = bracket ? text_skip_space(s, at + 1) : at;
    if (!when_parse(s + inner, flags, &h->when)) {
        size_t name = bracket && s[at] == '[' ? skip_name(s + inner, &h->when) : 0;
        if (!name)
            return false;
        inner += name;
    }
    size_t end = inner + h->when.end;
    if (h->when.count || h->when.kind == WHEN_PART)
        end = skip_times(s, end, &h->when);
    if (h->when.kind == WHEN_DATE)
        end = skip_weekday(s, end);
    size_t share = text_skip_space(s, end), behind = share + text_begins(s + share, "份");
    if (h->when.kind == WHEN_MONTH && behind > share && (s[behind] == '\0' || strchr(" :", s[behind]))) /* 十一 月 份 */
        end = behind;
    if (h->when.kind == WHEN_MONTH && h->when.count)
        end = skip_theme(s, end);
    end = (flags & WHEN_IN_CELL) && h->when.bare ? skip_day_name(s, end) : skip_suffix(s, end);
    static const char *const about[] = {"之前", "以前", "前后", "左右", "期间", "开始", "全月",
                                        "底前", "以内", "起",   "内",   "前",   "后",   NULL}; /* 1月10日前, 4月起 */
    size_t near = text_begins_any(s + end, about);
    if (near && (s[end + near] == ' ' || s[end + near] == ':' || s[end + near] == '\0' || s[end + near] == ','))
        end += near;
    end += ends_before(s, end, &h->when);
    if (bracket) {
        size_t p = text_skip_space(s, end);
        if (s[p] != close) {
            const char *found = strchr(s + p, close);
            if (!found || text_length(s + p) - text_length(found) > 20)
                return false;
            p = (size_t)(found - s);
        }
        end = p + 1;
        h->brackets = true;
        end = skip_suffix(s, end);
    }
    classify_tail(s, end, h);
    if (s[at] == '[' && h->strength == HEADER_MEDIUM && h->when.kind == WHEN_MONTH && h->when.count) /* 【三月】岁暖迎新 */
        h->strength = HEADER_STRONG;
    if (h->mark == '(' || h->mark == ':')
        take_months_in_paren(s, end, &h->when);
    return true;
}

/* 5、九月 is a list number and a month; 九、十月 two months; 5、6月 either. */
static bool prefer_label(const struct label *label, const struct when *both, const struct when *alone)
{
    if (both->count < 2)
        return true;
    if (both->digits != alone->digits || (label->style == LABEL_DIGIT && alone->kind == WHEN_DATE)) /* 2、3月8日 */
        return true;
    return both->months[1] != both->months[0] % 12 + 1 && label->style == LABEL_DIGIT;
}

/* 第一次：9月12日，社团成立: the number of a meeting stands before its date. Bytes up to the date, 0 when there is none. */
static size_t skip_ordinal(const char *s)
{
    static const char *const units[] = {"次", "期", "场", "讲", "站", "课", NULL};
    int64_t value;
    size_t n = text_begins(s, "第"), number = n ? zh_number_parse(s + n, &value) : 0;
    size_t unit = number ? text_begins_any(s + n + number, units) : 0, at = n + number + unit;
    struct when when;
    if (!unit)
        return 0;
    at += text_begins(s + at, "活动");
    at = text_skip_space(s, at);
    at = text_skip_space(s, at + (s[at] == ':' || s[at] == ',' ? 1 : text_begins(s + at, "、")));
    bool dated = when_parse(s + at + (s[at] == '('), WHEN_NO_FESTIVAL, &when) && when.kind == WHEN_DATE && !when.bare;
    return dated ? at : 0;
}

#define FRAMED_BYTES 64 /* a header in a frame is no longer */

/* ==三月==, ★ 三月 ★: a time between two runs of ornaments. */
static bool parse_framed(const char *s, unsigned flags, struct header *out)
{
    static const char *const ornaments[] = {"=", "-", "*", "~", "#", "+", "★", "☆", "◆", "◇", "■", "□", "●", "○", " ", NULL};
    size_t begin = 0, end = strlen(s), n;
    char inner[FRAMED_BYTES];
    struct header header = {0};
    while ((n = text_begins_any(s + begin, ornaments)) != 0)
        begin += n;
    for (size_t before; begin > 0 && end > begin && text_begins_any(s + (before = text_before(s, end)), ornaments);)
        end = before;
    if (begin == 0 || end == begin || !s[end] || end - begin >= sizeof inner)
        return false;
    memcpy(inner, s + begin, end - begin);
    inner[end - begin] = '\0';
    if (!parse_time(inner, 0, flags, &header) || inner[header.rest] || header.when.count == 0)
        return false;
    *out = header;
    out->end = out->rest = strlen(s);
    return true;
}

/* 金秋九月: words that only decorate a month. */
static size_t skip_poetry(const char *s)
{
    static const char *const words[] = {"人间最美", "阳春", "早春", "暖春", "人间", "最美", "火红", "火热", "初夏", "盛夏", "仲夏",
                                        "炎炎",     "金秋", "深秋", "初冬", "寒冬", "隆冬", "岁末", "辞旧", "迎新", NULL};
    return text_begins_any(s, words);
}

bool header_parse_stage(const char *s, bool any_name, struct header *out)
{
    static const char *const words[] = {"阶段", "行动", "时期", NULL};
    struct header header = {.strength = HEADER_STRONG};
    const char *paren = strchr(s, '(') == s ? strchr(s + 1, '(') : strchr(s, '(');
    size_t open = paren ? (size_t)(paren - s) : 0, at = text_skip_space(s, open + 1);
    char name[FRAMED_BYTES];
    label_parse(s, 0, &header.label);
    if (!open || open >= sizeof name || !when_parse(s + at, WHEN_NO_FESTIVAL, &header.when) || !header_names_months(&header))
        return false;
    memcpy(name, s, open);
    name[open] = '\0';
    size_t close = text_skip_space(s, at + header.when.end), end = close + (s[close] == ')');
    header.end = end;
    header.rest = end + (s[end] == ':');
    if (end == close || s[header.rest] || (!any_name && !text_ends_any(name, words)))
        return false;
    *out = header;
    return true;
}

bool header_parse(const char *s, unsigned when_flags, struct header *out)
{
    if (parse_framed(s, when_flags, out) || ((when_flags & WHEN_IN_CELL) && header_parse_stage(s, false, out)))
        return true;
    struct header plain = {0}, labelled = {0};
    struct label label;
    size_t ordinal = skip_ordinal(s), poetry = skip_poetry(s);
    if (poetry && parse_time(s, poetry, when_flags, &plain) && plain.when.kind == WHEN_MONTH && plain.rest >= strlen(s)) {
        *out = plain;
        return true;
    }
    plain = (struct header){0};
    if (ordinal && parse_time(s, ordinal, when_flags, &plain)) {
        *out = plain;
        out->strength = out->strength == HEADER_WEAK ? HEADER_MEDIUM : out->strength;
        return true;
    }
    plain = (struct header){0};
    bool is_plain = parse_time(s, 0, when_flags, &plain);
    bool has_label = label_parse(s, 0, &label) && label.end > 0;
    bool is_labelled = has_label && parse_time(s, label.end, when_flags, &labelled);
    if (is_labelled)
        labelled.label = label;
    bool year_behind = is_labelled && labelled.when.year != 0 && plain.when.year == 0; /* 2、20xx年3月 */
    if (is_plain && is_labelled && plain.when.count && !year_behind &&
        (plain.when.kind == WHEN_MONTH || (plain.when.kind == WHEN_DATE && plain.when.count >= 2))) { /* 1、三月上旬 too */
        *out = labelled;
        out->either = label.style == LABEL_DIGIT || label.style == LABEL_ZH;
        out->list = label;
        out->alone = labelled.when;
        out->both = plain.when;
        header_choose(out, prefer_label(&label, &plain.when, &labelled.when));
        return true;
    }
    if (!is_plain && !is_labelled) {
        *out = (struct header){0};
        return false;
    }
    bool dotted = is_plain && is_labelled && plain.when.bare; /* 1．7—8月 is no day in January */
    bool twice = is_plain && is_labelled && plain.when.count == 1 && plain.when.end > label.end; /* 3、三月下旬 names March once */
    *out = is_plain && !dotted && !year_behind && !twice ? plain : labelled;
    return true;
}

void header_choose(struct header *header, bool list_number)
{
    header->label = list_number ? header->list : (struct label){0};
    header->when = list_number ? header->alone : header->both;
}

bool header_names_occasion(const struct header *header, const char *s)
{
    static const char *const tails[] = {"期间", "前夕", "前后", "之际", "节前", "节日", "当天", NULL};
    char word[FRAMED_BYTES];
    if (header->when.kind != WHEN_FESTIVAL || header->end >= sizeof word || s[header->end] != ',')
        return false;
    memcpy(word, s, header->end);
    word[header->end] = '\0';
    return text_ends_any(word, tails);
}

bool header_names_months(const struct header *header)
{
    return header->when.count > 0 && (header->when.kind == WHEN_MONTH || header->when.kind == WHEN_DATE);
}
