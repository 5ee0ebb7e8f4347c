/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "client/import/line.h"
#include "common/base/words.h"

enum where { BEGINS, WHOLE, HAS, ENDS };

static const char *const chrome_texts[] = {
#define CHROME(where, words) words,
#include "client/import/chrome.def"
#undef CHROME
};

static const uint8_t chrome_marks[] = {
#define CHROME(where, words) WORDS_FIRST(words),
#include "client/import/chrome.def"
#undef CHROME
};

static const uint8_t chrome_wheres[] = {
#define CHROME(where, words) where,
#include "client/import/chrome.def"
#undef CHROME
};

static const struct words chrome = WORDS(chrome_texts, chrome_marks);

/* Does s begin with words that stand so? */
static bool begins(const char *s, enum where where)
{
    for (size_t i = 0; (i = words_find_first(&chrome, s, i)) < chrome.count; i++)
        if (chrome_wheres[i] == where)
            return true;
    return false;
}

static bool has(const char *s, enum where where)
{
    const uint8_t *first = memchr(chrome_wheres, where, sizeof chrome_wheres);
    for (; *s; s += text_char(s))
        for (size_t i = (size_t)(first - chrome_wheres); (i = words_find_first(&chrome, s, i)) < chrome.count; i++)
            if (chrome_wheres[i] == where)
                return true;
    return false;
}

static bool is_whole(const char *s)
{
    for (size_t i = 0; (i = words_find_whole(&chrome, s, i)) < chrome.count; i++)
        if (chrome_wheres[i] == WHOLE)
            return true;
    return false;
}

bool line_names_file(const char *s)
{
    static const char *const endings[] = {".doc", ".docx", ".xls", ".xlsx", ".pdf", ".rar", ".zip", NULL};
    return text_ends_any(s, endings) && text_length(s) <= 60;
}

/* 2025-08-10 08:29:01: when the page was made. */
static bool is_stamp(const char *s)
{
    size_t year = strspn(s, "0123456789"), date = strspn(s, "0123456789-/."), clock = text_skip_space(s, date);
    size_t n = strspn(s + clock, "0123456789:");
    return year == 4 && date >= 8 && clock > date && n >= 4 && memchr(s + clock, ':', n) && !s[clock + n];
}

/* 上一页 [1] [2] 下一页, 共2页: the way to the other pages. */
static bool is_pager(const char *s)
{
    static const char *const words[] = {"上一页", "下一页", "首页", "尾页", "末页", "第", "页", "共", "、", "·", NULL};
    size_t n = 0, pages = 0;
    while (s[n]) {
        size_t word = text_begins_any(s + n, words);
        pages += word >= strlen("页") && text_begins(s + n + word - strlen("页"), "页");
        if (!word && !strchr(" []()<>|/:,.-0123456789", s[n]))
            return false;
        n += word ? word : 1;
    }
    return pages > 0;
}

/* 一、指导思想……1: a table of contents. */
static bool is_contents(const char *s)
{
    size_t left = strlen(s);
    while (left > 0 && (s[left - 1] == ' ' || (s[left - 1] >= '0' && s[left - 1] <= '9')))
        left--;
    char leaders[16] = "";
    if (!s[left] || left < sizeof leaders)
        return false;
    memcpy(leaders, s + left - sizeof leaders + 1, sizeof leaders - 1);
    return text_ends_any(leaders, (const char *const[]){"……", "...", "···", "•••", NULL});
}

/* - 3 -: the number of a page. */
static bool is_page_number(const char *s)
{
    size_t dash = strspn(s, "- "), digits = strspn(s + dash, "0123456789");
    return digits >= 1 && digits <= 3 && s[dash + digits + strspn(s + dash + digits, "- ")] == '\0';
}

/* 时间：2023-04-07 11:01 来源：… 点击：…: about the page. */
static bool is_about_page(const char *s)
{
    static const char *const sources[] = {"来源:", "作者:", "点击:", "阅读:", "我要投稿", NULL};
    bool dated = text_begins(s, "时间:20") && strlen(s) > 16 && strchr("-/.", s[11]) && strchr(s + 12, s[11]);
    return (dated && text_length(s) <= 40) || (text_has_any(s, sources) && text_length(s) <= 60) ||
           (text_begins(s, "第") && text_has(s, "页") && text_length(s) <= 14);
}

bool line_is_chrome(const char *s)
{
    if (is_contents(s) || line_names_file(s) || is_stamp(s) || is_page_number(s) || is_pager(s))
        return true;
    char plain[64] = "";
    for (size_t i = 0, n = 0; strlen(s) < sizeof plain && s[i]; i++)
        if (s[i] != ' ')
            plain[n++] = s[i];
    return is_whole(plain) || is_about_page(s) || begins(s, BEGINS) || has(s, HAS);
}

#define ENDS_CHARACTERS 60 /* a line that leads to other pages is no longer */

bool line_ends_document(const char *s)
{
    return text_length(s) <= ENDS_CHARACTERS && has(s, ENDS);
}
