/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/facts.h"

#include <string.h>

#include "common/domain/zh_number.h"

#define FEN_PER_YUAN INT64_C(100)
#define FEN_MAX (INT64_C(1000000000) * FEN_PER_YUAN)
#define PEOPLE_MAX 1000000

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

#define CLAUSE_BYTES 90 /* how far back a clause is searched: thirty characters */

/* Does one of the words stand before s + at, without the end of a clause, or one of the marks, between? */
static bool words_before(const char *s, size_t at, const char *const *words, const char *const *marks)
{
    size_t from = at;
    while (from > 0 && at - from < CLAUSE_BYTES) {
        size_t before = text_before(s, from);
        if (text_begins_any(s + before, marks))
            break;
        from = before;
    }
    for (size_t i = from; i < at; i += text_char(s + i)) {
        size_t n = text_begins_any(s + i, words);
        if (n && i + n <= at)
            return true;
    }
    return false;
}

static bool clause_has(const char *s, size_t at, const char *const *words)
{
    return words_before(s, at, words, (const char *const[]){",", ";", "(", "。", "、", "  ", NULL});
}

/* 3,000 · 0.5 · 三千: value in fen of one 元. Bytes read, 0 when none. */
static size_t parse_number(const char *s, int64_t *fen)
{
    int64_t whole = 0, part = 0;
    if (!is_digit(s[0])) {
        size_t n = zh_number_parse(s, &whole);
        *fen = whole * FEN_PER_YUAN;
        return whole <= FEN_MAX / FEN_PER_YUAN ? n : 0;
    }
    size_t n = 0;
    while (is_digit(s[n]) || (s[n] == ',' && is_digit(s[n + 1]) && is_digit(s[n + 2]) && is_digit(s[n + 3]))) {
        if (s[n] != ',')
            whole = whole * 10 + (s[n] - '0');
        if (whole > FEN_MAX)
            return 0;
        n++;
    }
    if (s[n] == '.' && is_digit(s[n + 1])) {
        n++;
        for (int64_t scale = 1000; is_digit(s[n]); n++, scale /= 10)
            part += (s[n] - '0') * scale; /* ten-thousandths */
    }
    *fen = whole * FEN_PER_YUAN + part / 100;
    /* 0.125万元 keeps its four digits */
    if (text_begins(s + text_skip_space(s, n), "万"))
        *fen = whole * FEN_PER_YUAN * 10000 + part * FEN_PER_YUAN;
    return *fen >= 0 && *fen <= FEN_MAX ? n : 0;
}

struct amount {
    int64_t fen;
    size_t at, end;
    bool per_head, total, named;
};

static bool amount_per_head(const char *s, const struct amount *a)
{
    static const char *const before[] = {"每人", "人均", "每名", "每位", "每户", "每份", "每组", "每节",
                                         "每月", "每场", "单价", "每套", "每个", "每队", NULL};
    static const char *const after[] = {"/人", "/份",  "/名",  "/位", "/月",   "/套", "/节", "/户",
                                        "/场", "每人", "一人", "/组", "/课时", "/个", NULL};
    static const char *const times[] = {"×", "*", "x", "X", NULL}; /* 98人×600元 */
    size_t back = a->at;
    while (back > 0 && s[back - 1] == ' ')
        back--;
    if ((back && text_begins_any(s + text_before(s, back), times)) || text_begins_any(s + text_skip_space(s, a->end), times))
        return true;
    bool each = a->at && text_begins(s + text_before(s, a->at), "各"); /* 慰问金各500元 */
    return each || clause_has(s, a->at, before) || text_begins_any(s + text_skip_space(s, a->end), after) != 0;
}

/* The amount at s + i; false when there is none. */
static bool parse_amount(const char *s, size_t i, struct amount *out)
{
    static const char *const totals[] = {"=", "合计", "共计", "总计", "总额", "共", NULL};
    static const char *const names[] = {"预算", "经费", "费用", "资金", "开支", "支出", "花费",
                                        "金额", "需",   "投入", "列支", "预计", "费",   NULL};
    size_t sign = text_begins(s + i, "¥"), n;
    sign = sign ? sign : text_begins(s + i, "￥");
    int64_t fen;
    size_t start = text_skip_space(s, i + sign);
    n = parse_number(s + start, &fen);
    if (!n)
        return false;
    size_t at = text_skip_space(s, start + n);
    size_t wan = is_digit(s[start]) ? text_begins(s + at, "万") : 0;
    int64_t scale = 1;
    size_t unit = wan;
    if (!wan && is_digit(s[start])) {
        unit = text_begins(s + at, "千");
        scale = unit ? 1000 : 1;
    }
    at += unit;
    at += text_begins(s + at, "余");
    size_t yuan = text_begins(s + at, "元");
    bool keyed = i > 0 && s[i - 1] == ':' && clause_has(s, i, (const char *const[]){"经费:", "预算:", "费用:", NULL}) &&
                 (s[at] == '\0' || text_begins_any(s + at, (const char *const[]){")", ",", ";", "。", " ", NULL}));
    if (!yuan && !sign && !keyed &&
        !(wan && (s[at] == '\0' || text_begins_any(s + at, (const char *const[]){"左右", ")", ",", ";", "。", " ", NULL}))))
        return false;
    if (!is_digit(s[start]) && fen < 10 * FEN_PER_YUAN) /* 一元复始 */
        return false;
    *out = (struct amount){.fen = fen * scale, .at = i, .end = at + yuan};
    out->per_head = amount_per_head(s, out);
    size_t back = i ? text_before(s, i) : 0;
    out->total = clause_has(s, i, totals) || (i && text_begins(s + back, "计")); /* 计4920元 */
    out->named = clause_has(s, i, names);
    return true;
}

static bool begins_number(const char *s, size_t i)
{
    unsigned d;
    int64_t v;
    if (!zh_number_parse(s + i, &v) && !text_begins(s + i, "¥") && !text_begins(s + i, "￥"))
        return false;
    if (i >= strlen("第") && text_begins(s + i - strlen("第"), "第"))
        return false;
    if (i > 0 && (is_digit(s[i - 1]) || (s[i - 1] == '.' && i > 1 && is_digit(s[i - 2]))))
        return false;
    if (i == 0 || is_digit(s[i]))
        return true;
    size_t before = text_before(s, i); /* inside a Chinese number? */
    return !zh_digit_parse(s + before, &d) &&
           !text_begins_any(s + before, (const char *const[]){"十", "百", "千", "万", "第", NULL});
}

/* The first place where a number begins; the end when there is none. */
static size_t first_number(const char *s)
{
    size_t i = 0;
    while (s[i] && !begins_number(s, i))
        i += text_char(s + i);
    return i;
}

#define AMOUNTS 32 /* more in one item are not looked at */

/* from: of the first number. */
static int64_t read_budget(const char *s, size_t from, bool *per_head)
{
    size_t seen = 0;
    int64_t best = -1;
    int rank = 0;
    *per_head = false;
    for (size_t i = from; s[i] && seen < AMOUNTS; i += text_char(s + i)) {
        struct amount a;
        if (!begins_number(s, i) || !parse_amount(s, i, &a))
            continue;
        seen++;
        if (a.per_head && !a.total) {
            *per_head = true;
        } else {
            int r = a.total ? 3 : a.named ? 2 : 1;
            if (r > rank) {
                rank = r;
                best = a.fen;
            }
        }
        i = a.end - text_char(s + text_before(s, a.end));
    }
    return best;
}

/* 98人×150元, 98×150: what they make; -1 when s is no such product of two, or tells a sum itself. */
static int64_t read_product(const char *s)
{
    static const char *const units[] = {"人", "名", "份", "个", "套", "盒", "元/人", "元/份", "元/名", "元", NULL};
    int64_t factor[2];
    size_t at = 0;
    for (size_t i = 0; i < 2; i++) {
        size_t n = is_digit(s[at]) ? parse_number(s + at, &factor[i]) : 0;
        if (!n)
            return -1;
        at = text_skip_space(s, at + n);
        at = text_skip_space(s, at + text_begins_any(s + at, units));
        size_t times = i == 0 ? text_begins_any(s + at, (const char *const[]){"×", "*", "x", "X", NULL}) : 0;
        if (i == 0 && !times)
            return -1;
        at = text_skip_space(s, at + times);
    }
    bool small = factor[0] <= FEN_MAX / FEN_PER_YUAN && factor[1] <= FEN_MAX / FEN_PER_YUAN;
    return s[at] == '\0' && small ? factor[0] / FEN_PER_YUAN * factor[1] : -1;
}

int64_t facts_budget_cell(const struct text *text, int64_t unit_fen, bool *per_head)
{
    const char *s = text->s;
    int64_t fen = read_product(s);
    *per_head = false;
    if (fen >= 0)
        return fen;
    fen = read_budget(s, 0, per_head);
    if (fen >= 0 || *per_head)
        return fen;
    if (clause_has(s, text->n, (const char *const[]){"每", "人均", "/", NULL})) {
        *per_head = true;
        return -1;
    }
    const char *sum = strrchr(s, '='), *all = strstr(s, "共"); /* 20*30=600; 服装2880,裁判费600,共3480 */
    if (all && (!sum || all > sum))
        sum = all + strlen("共") - 1;
    size_t at = sum ? (size_t)(sum - s) + 1 : 0, n;
    while (text_is_han(s + at) && !parse_number(s + at, &fen)) /* 约800, 奖品600 */
        at = text_skip_space(s, at + text_char(s + at));
    n = parse_number(s + at, &fen);
    if (!n)
        return -1;
    size_t end = text_skip_space(s, at + n);
    if (text_begins(s + end, "万"))
        return fen;
    return s[end] == '\0' || s[end] == '(' || text_begins_any(s + end, (const char *const[]){"左右", "以内", NULL})
               ? fen / FEN_PER_YUAN * unit_fen + fen % FEN_PER_YUAN * unit_fen / FEN_PER_YUAN
               : -1;
}

/* ---- people ---- */

static size_t people_unit(const char *s, bool *doubtful)
{
    static const char *const units[] = {"人次", "人", "名", "位", NULL};
    static const char *const not_people[] = {"均",     "一组", "为一组", "组",  "小组", "制", "/组",  "一队", "队",
                                             "次以上", "一",   "以内",   "民",  "才",   "员", "三足", "两足", "额",
                                             "单",     "篮球", "足球",   "次/", "心",   "大", NULL};
    size_t more = text_begins(s, "余") + text_begins(s, "多") + text_begins(s, "来");
    size_t n = text_begins_any(s + more, units);
    if (!n)
        return 0;
    *doubtful = text_begins_any(s + more + n, not_people) != 0;
    return more + n;
}

static bool is_award_count(const char *s, size_t at)
{
    static const char *const awards[] = {"评选", "评出", "评", "表彰", "奖励",   "选出",   "推荐",   "推选", "选树", "名额", "邀请",
                                         "聘请", "每",   "各", "限额", "一等奖", "二等奖", "三等奖", "奖",   "前",   NULL};
    /* 评选优秀2名、积极分子6名: the word stands for the whole list, also for a number in brackets behind it */
    static const char *const elects[] = {"评选", "评出", "表彰", "推荐", "推选", NULL};
    size_t from = at > 0 && s[at - 1] == '(' ? at - 1 : at;
    return clause_has(s, at, awards) || words_before(s, from, elects, (const char *const[]){",", ";", "(", "。", NULL});
}

/* Is s[from, to) a 、 and a few words that name the next group? */
static bool continues_list(const char *s, size_t from, size_t to)
{
    static const char *const kinds[] = {"男", "女", "在职", "退休", "离退休", "特邀", "列席", NULL};
    size_t n = text_begins(s + from, "、"), mark = s[from] == ',' || s[from] == ' ';
    bool group = text_begins_any(s + from + mark, kinds) != 0; /* 男子32人，女子24人; 男10人女12人 */
    n = group ? mark : n;
    if ((!n && !group) || to - from > 30)
        return false;
    for (size_t i = from + n; i < to; i += text_char(s + i))
        if ((!text_is_han(s + i) && s[i] != ' ') || text_begins(s + i, "共"))
            return false;
    return true;
}

static int64_t read_people(const char *s, size_t from)
{
    static const char *const names[] = {"人数", "参加", "参与", "预计", "约", "共", "规模", "到场", NULL};
    int64_t best = -1;
    int rank = 0;
    size_t counted = 0, seen = 0; /* counted: end of the count taken last */
    for (size_t i = from; s[i] && seen < AMOUNTS; i += text_char(s + i)) {
        int64_t v;
        size_t n = begins_number(s, i) ? zh_number_parse(s + i, &v) : 0;
        if (!n || v < 1 || v > PEOPLE_MAX)
            continue;
        seen++;
        bool doubtful = false, small_zh = !is_digit(s[i]) && v < 10;
        size_t at = text_skip_space(s, i + n), unit = people_unit(s + at, &doubtful);
        bool named = clause_has(s, i, names);
        bool bare =
            !unit && i >= strlen("人数") && clause_has(s, i, (const char *const[]){"人数", NULL}) &&
            text_begins_any(s + at, (const char *const[]){")", "]", ",", ";", "。", "左右", "/", NULL}) + (s[at] == '\0') > 0;
        if ((unit && !doubtful && !small_zh && !is_award_count(s, i)) || bare) {
            int r = named || bare ? 2 : 1;
            if (r > rank) {
                rank = r;
                best = v;
                counted = at + unit;
            } else if (r == rank && continues_list(s, counted, i)) { /* 教师组40人、行政组20人 */
                best += v;
                counted = at + unit;
            }
        }
        i += n - text_char(s + text_before(s, i + n));
    }
    return best;
}

int64_t facts_people_cell(const struct text *text)
{
    const char *s = text->s;
    int64_t v = read_people(s, 0);
    if (v >= 0)
        return v;
    int64_t men, women;
    size_t m = text_begins(s, "男") ? zh_number_parse(s + strlen("男"), &men) : 0, w = strlen("男") + m;
    size_t f = m ? text_begins(s + text_skip_space(s, w), "女") : 0;
    if (f && zh_number_parse(s + text_skip_space(s, w) + f, &women) && men <= PEOPLE_MAX && women <= PEOPLE_MAX) /* 男0女35 */
        return men + women;
    static const char *const lead[] = {"约", "共", "预计", "全体", "教师", "教职工", NULL};
    size_t at = 0, n;
    while ((n = text_begins_any(s + at, lead)) != 0 || (text_is_han(s + at) && !zh_number_parse(s + at, &v))) /* 女教职工 56 */
        at = text_skip_space(s, at + (n ? n : text_char(s + at)));
    n = zh_number_parse(s + at, &v);
    if (!n || v < 0 || v > PEOPLE_MAX)
        return -1;
    at = text_skip_space(s, at + n);
    at += text_begins(s + at, "余") + text_begins(s + at, "人") + text_begins(s + at, "名") + text_begins(s + at, "次");
    return s[at] == '\0' || s[at] == '(' || text_begins(s + at, "左右") || s[at] == '+' ? v : -1;
}

/* 2000-3000元, 20至30人, 2万~3万元: two figures with a mark between them and the unit behind. */
static bool holds_range(const char *s, const char *const *units)
{
    static const char *const marks[] = {"-", "~", "—", "–", "至", "到", NULL};
    static const char *const scales[] = {"万元", "万", "千", "百", "元", "人", NULL};
    for (size_t i = strcspn(s, "0123456789"); s[i]; i += strcspn(s + i, "0123456789")) {
        i += strspn(s + i, "0123456789.");
        size_t at = i + text_begins_any(s + i, scales), mark = text_begins_any(s + at, marks);
        size_t digits = mark ? strspn(s + at + mark, "0123456789.") : 0;
        if (digits && text_begins_any(s + at + mark + digits, units))
            return true;
    }
    return false;
}

/* The text with bars between its parts as if they were semicolons: 沙龙｜负责人：兰心｜人数：45. */
static struct text without_bars(struct arena *arena, const struct text *text)
{
    struct text plain = *text;
    char *s = arena_strndup(arena, text->s, text->n);
    for (char *bar = s; (bar = strchr(bar, '|')) != NULL;)
        *bar = ';';
    plain.s = s;
    return plain;
}

struct facts facts_read(struct arena *arena, const struct text *text)
{
    struct text plain;
    if (text->n <= FACTS_TEXT_BYTES && strchr(text->s, '|')) {
        plain = without_bars(arena, text);
        text = &plain;
    }
    static const char *const money[] = {"元", "万", "千元", NULL}, *const people[] = {"人", "名", "位", NULL};
    struct facts f = {.budget_fen = -1, .participants = -1};
    if (text->n > FACTS_TEXT_BYTES)
        return f;
    size_t number = first_number(text->s);
    f.participants = read_people(text->s, number);
    f.budget_fen = read_budget(text->s, number, &f.per_head);
    f.budget_range = f.budget_fen >= 0 && holds_range(text->s + number, money);
    f.people_range = f.participants >= 0 && holds_range(text->s + number, people);
    facts_owner_read(arena, text, &f);
    return f;
}
