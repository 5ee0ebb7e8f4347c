/* SPDX-License-Identifier: Apache-2.0 */
#include "client/import/label.h"

#include <string.h>

#include "client/import/text.h"
#include "common/domain/zh_number.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool set(struct label *out, enum label_style style, int64_t value, const char *s, size_t end)
{
    *out = (struct label){.style = style, .value = (int)value, .end = text_skip_space(s, end)};
    return true;
}

static bool parse_chapter(const char *s, struct label *out)
{
    static const char *const units[] = {"部分", "章", "节", "条", NULL};
    size_t n = text_begins(s, "第"), m;
    int64_t value;
    if (!n || (m = zh_number_parse(s + n, &value)) == 0 || value < 1 || value > 99)
        return false;
    size_t unit = text_begins_any(s + n + m, units);
    if (!unit)
        return false;
    size_t end = text_skip_space(s, n + m + unit);
    end += text_begins(s + end, "、") + text_begins(s + end, ":");
    return set(out, LABEL_CHAPTER, value, s, end);
}

static bool parse_paren(const char *s, struct label *out)
{
    if (s[0] != '(' && s[0] != '[')
        return false;
    char close = s[0] == '(' ? ')' : ']';
    size_t at = text_skip_space(s, 1);
    int64_t value;
    size_t n = zh_number_parse(s + at, &value);
    if (!n || value < 1 || value > 99)
        return false;
    enum label_style style = is_digit(s[at]) ? LABEL_DIGIT_PAREN : LABEL_ZH_PAREN;
    at = text_skip_space(s, at + n);
    if (s[at] != close)
        return false;
    at++;
    at += text_begins(s + at, "、") + text_begins(s + at, ".");
    return set(out, style, value, s, at);
}

/* ①–⑳ ㉑–㉟ ❶–❿ ➀–➓ ⓫–⓴ ⓵–⓾. */
static bool parse_circled(const char *s, struct label *out)
{
    const unsigned char *u = (const unsigned char *)s;
    if ((u[0] & 0xF0) != 0xE0)
        return false;
    unsigned c = (u[0] & 0x0Fu) << 12 | (u[1] & 0x3Fu) << 6 | (u[2] & 0x3Fu);
    int value = c >= 0x2460 && c <= 0x2473   ? (int)(c - 0x2460 + 1)
                : c >= 0x3251 && c <= 0x325F ? (int)(c - 0x3251 + 21)
                : c >= 0x2776 && c <= 0x2793 ? (int)((c - 0x2776) % 10 + 1)
                : c >= 0x24EB && c <= 0x24F4 ? (int)(c - 0x24EB + 11)
                : c >= 0x24F5 && c <= 0x24FE ? (int)(c - 0x24F5 + 1)
                                             : 0;
    if (!value)
        return false;
    size_t end = 3;
    end += text_begins(s + end, "、") + text_begins(s + end, ".");
    return set(out, LABEL_CIRCLED, value, s, end);
}

/* After "3." stands a digit: a date (9.16), a festival (3.8) or an item that begins with a number (1.168行动, 2.2024年…)? */
static bool digit_after_dot_is_text(const char *s, size_t at, int64_t value, int expected)
{
    size_t n = 0;
    while (is_digit(s[at + n]))
        n++;
    size_t range = at + n + text_begins(s + at + n, "、");
    while (s[range] == '-' || s[range] == '~')
        range++;
    while (range > at + n && is_digit(s[range]))
        range++;
    if (range > at + n && text_begins(s + range, "月")) /* 1.7-8月 */
        return true;
    if (n >= 3 || text_begins(s + at + n, "年") || text_begins(s + text_skip_space(s, at + n), "月"))
        return true;
    return expected > 0 && value == expected && s[at + n] != '-' && s[at + n] != '~' && !text_begins(s + at + n, "日");
}

/* 2,000元: what stands behind the comma are its thousands. */
static bool is_thousands(const char *s, size_t comma)
{
    static const char *const behind[] = {"元", "余", "多", ",", ".", ")", NULL};
    size_t at = comma + 1, digits = 0;
    while (is_digit(s[at + digits]))
        digits++;
    return digits == 3 && text_begins_any(s + at + digits, behind) != 0;
}

/* 16个班级 behind "2 ": how many, no time. */
static bool counts_something(const char *s)
{
    static const char *const units[] = {"个", "名", "位", "场", "项", "次", "对", "所", "份", "篇", "节", "支", "级", "班", NULL};
    size_t digits = strspn(s, "0123456789");
    return digits && text_begins_any(s + digits, units);
}

static bool parse_digit(const char *s, int expected, struct label *out)
{
    static const char *const unit_words[] = {"月", "年", "日", "号", "名", "人", "个", "次", "周", "届", "级", "班", "元",
                                             "万", "位", "场", "天", "点", "时", "分", "期", "季", "对", "所", "份", "项",
                                             "条", "千", "百", "+",  "%",  "-",  "~",  "至", "/",  "·",  NULL};
    int64_t value;
    if (!is_digit(s[0]))
        return false;
    size_t n = zh_number_parse(s, &value);
    if (!n || n > 3 || value < 1)
        return false;
    size_t at = text_skip_space(s, n);
    size_t mark = text_begins(s + at, "、");
    bool open = s[at] && is_digit(s[at + (mark ? mark : 1)]) && value != expected;
    if (n > 2 && (open || !(mark || s[at] == '.'))) /* 430．四月份, but no 168行动 */
        return false;
    if (mark)
        return set(out, LABEL_DIGIT, value, s, at + mark);
    if (s[at] == ')')
        return set(out, LABEL_DIGIT_PAREN, value, s, at + 1 + text_begins(s + at + 1, "、"));
    if (s[at] == ',' && is_thousands(s, at))
        return false;
    if (s[at] == '.' || s[at] == ',') {
        size_t next = at + 1;
        next += text_begins(s + next, "、");
        if (is_digit(s[next]) && !digit_after_dot_is_text(s, next, value, expected))
            return false;
        return set(out, LABEL_DIGIT, value, s, next);
    }
    size_t stop = text_begins(s + at, "。"); /* 5。 for 5. */
    if (stop && at == n && s[at + stop])
        return set(out, LABEL_DIGIT, value, s, at + stop);
    static const char *const times[] = {"月", "年", "日", "号", "周", NULL};
    bool unit = text_begins_any(s + at, at > n ? times : unit_words) != 0; /* 2 期末总结 is no 2期 */
    bool counts = at > n && counts_something(s + at);
    if (expected > 0 && value == expected && s[at] && (text_is_han(s + at) || s[at] == '"' || counts) && !unit)
        return set(out, LABEL_DIGIT, value, s, at);
    return false;
}

/* 任务1：, 事项二、: a number with what it counts. */
static bool parse_task(const char *s, struct label *out)
{
    static const char *const words[] = {"任务", "事项", "工作", NULL};
    int64_t value;
    size_t word = text_begins_any(s, words), number = word ? zh_number_parse(s + word, &value) : 0, at = word + number;
    size_t mark = s[at] == ':' || s[at] == '.' ? 1 : text_begins(s + at, "、");
    return number && mark && value >= 1 && value <= 99 ? set(out, LABEL_DIGIT, value, s, at + mark) : false;
}

/* l、 is 1、 taken for a letter. */
static bool parse_scanned(const char *s, struct label *out)
{
    size_t mark = s[0] == 'l' || s[0] == 'I' ? text_begins(s + 1, "、") : 0;
    return mark ? set(out, LABEL_DIGIT, 1, s, 1 + mark) : false;
}

/* 一、二、三年级…: grades, no number. */
static bool names_grades(const char *s)
{
    static const char *const grades[] = {"年级", "年段", NULL};
    int64_t value;
    size_t at = 0, n, mark = 1;
    while (mark && (n = zh_number_parse(s + at, &value)) != 0) {
        at += n;
        mark = text_begins(s + at, "、");
        at += mark;
    }
    return at > 0 && !mark && text_begins_any(s + at, grades);
}

static bool parse_zh(const char *s, struct label *out)
{
    int64_t value;
    if (is_digit(s[0]))
        return false;
    size_t n = zh_number_parse(s, &value);
    if (!n || value < 1 || value > 99 || names_grades(s))
        return false;
    size_t at = text_skip_space(s, n);
    size_t mark = text_begins(s + at, "、");
    if (!mark && (s[at] == '.' || s[at] == ',' || s[at] == ':'))
        mark = 1;
    int64_t more;                                                                  /* 十 一 月: a number set wide */
    if (!mark && at > n && text_is_han(s + at) && !zh_number_parse(s + at, &more)) /* 一 指导思想: a space instead of the mark */
        return set(out, LABEL_ZH, value, s, at);
    return mark ? set(out, LABEL_ZH, value, s, at + mark) : false;
}

static bool parse_letter(const char *s, struct label *out)
{
    char c = s[0];
    bool letter = (c >= 'A' && c <= 'H') || (c >= 'a' && c <= 'h');
    if (!letter || (s[1] != '.' && s[1] != ')' && !text_begins(s + 1, "、")))
        return false;
    size_t end = 1 + (text_begins(s + 1, "、") ? strlen("、") : 1);
    return set(out, LABEL_LETTER, (c | 0x20) - 'a' + 1, s, end);
}

/* (i) (ii) … (xii), iv. V、 */
static bool parse_roman(const char *s, struct label *out)
{
    static const char *const numbers[] = {"viii", "xii", "vii", "iii", "xi", "ix", "vi", "iv", "ii", "x", "v", "i", NULL};
    static const int values[] = {8, 12, 7, 3, 11, 9, 6, 4, 2, 10, 5, 1};
    char word[6] = "";
    size_t open = s[0] == '(', n = 0;
    while (n + 1 < sizeof word && s[open + n] && strchr("ivxIVX", s[open + n])) {
        word[n] = (char)(s[open + n] | 0x20);
        n++;
    }
    size_t end = open + n, mark = open ? s[end] == ')' : s[end] == '.' || s[end] == ')' ? 1 : text_begins(s + end, "、");
    for (size_t i = 0; n && mark && numbers[i]; i++)
        if (strcmp(word, numbers[i]) == 0)
            return set(out, LABEL_LETTER, values[i], s, end + mark);
    return false;
}

static bool parse_bullet(const char *s, struct label *out)
{
    static const char *const bullets[] = {"·",
                                          "●",
                                          "○",
                                          "◆",
                                          "◇",
                                          "■",
                                          "□",
                                          "★",
                                          "☆",
                                          "▲",
                                          "△",
                                          "▶",
                                          "►",
                                          "◎",
                                          "⊙",
                                          "➢",
                                          "➤",
                                          "✓",
                                          "✔",
                                          "√",
                                          "→",
                                          "♦",
                                          "◼",
                                          "▪",
                                          "❖",
                                          "✅",
                                          "✨",
                                          "⭐",
                                          "☑",
                                          "❀",
                                          "✿",
                                          "✦",
                                          "\xEF\x81\xAC",
                                          "\xEF\x81\xAE",
                                          "\xEF\x81\xB5",
                                          "\xEF\x82\xA7",
                                          "\xEF\x82\xB2",
                                          "\xEF\x82\xB7",
                                          "\xEF\x83\x98",
                                          "\xEF\x83\xBC",
                                          NULL};
    static const char *const arrows[] = {"->", "=>", ">>", ">", NULL};
    size_t n = text_begins_any(s, bullets);
    n = n ? n : text_begins_any(s, arrows);
    if (!n && (s[0] == '-' || s[0] == '*' || s[0] == '+')) {
        size_t run = strspn(s, "-");
        n = 1;
        if (run >= 2 && (text_is_han(s + run) || s[run] == '"')) /* ——女职工运动会 */
            n = run;
        else if (s[1] == s[0] || (s[0] == '-' && is_digit(s[1])))
            n = 0;
    }
    size_t box = n ? text_skip_space(s, n) : 0; /* - [x] of a list to tick off */
    if (n && s[box] == '[' && s[box + 1] && strchr(" xX", s[box + 1]) && s[box + 2] == ']')
        n = box + 3;
    return n ? set(out, LABEL_BULLET, 0, s, n) : false;
}

bool label_parse(const char *s, int expected, struct label *out)
{
    if (parse_chapter(s, out) || parse_paren(s, out) || parse_circled(s, out) || parse_digit(s, expected, out) ||
        parse_task(s, out) || parse_scanned(s, out) || parse_zh(s, out) || parse_letter(s, out) || parse_roman(s, out) ||
        parse_bullet(s, out))
        return true;
    size_t lost = text_begins(s, "、");
    if (lost)
        return set(out, LABEL_LOST, 0, s, lost);
    *out = (struct label){0};
    return false;
}

int label_level(enum label_style style)
{
    switch (style) {
    case LABEL_CHAPTER:
    case LABEL_ZH:
        return 1;
    case LABEL_ZH_PAREN:
        return 2;
    case LABEL_DIGIT:
        return 3;
    case LABEL_DIGIT_PAREN:
    case LABEL_LETTER:
        return 4;
    case LABEL_CIRCLED:
        return 5;
    case LABEL_NONE:
    case LABEL_BULLET:
    case LABEL_LOST:
        return 0;
    }
    return 0;
}
