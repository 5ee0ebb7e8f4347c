/* SPDX-License-Identifier: Apache-2.0
 *
 * No line is lost: every line of a text document stands in what its plans are exported as, or a doubt names it; and its sections
 * stand there in the document's order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/base/encoding.h"
#include "common/base/utf8.h"
#include "tests/harness/paper.h"
#include "tests/harness/samples.h"

struct fixture {
    struct cmd cmd;
    size_t documents, lines, reported, lost;
};

static int set_up(void **state)
{
    static struct fixture f;
    f = (struct fixture){0};
    paper_open(&f.cmd);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    paper_close(&f->cmd);
    return 0;
}

/* In NFKC without white space, quotes and the marks of tables and Markdown. */
static char *plain(struct arena *arena, const char *text)
{
    static const char *const quotes[] = {"“", "”", "「", "」"};
    char *folded = utf8_nfkc(arena, text), *out = folded;
    for (const char *p = folded; *p;) {
        size_t quote = 0;
        for (size_t i = 0; i < sizeof quotes / sizeof quotes[0]; i++)
            quote += strncmp(p, quotes[i], strlen(quotes[i])) == 0 ? strlen(quotes[i]) : 0;
        if (quote)
            p += quote;
        else if (strchr(" \t\r\n|*#>-`\"", *p))
            p++;
        else
            *out++ = *p++;
    }
    *out = '\0';
    return folded;
}

/* The plans of the document as they are exported to text, one behind the other; and the titles of their columns, which an export
 * has of its own. */
static const char *export_all(struct fixture *f, const struct import_file *file)
{
    const char *all = "";
    for (uint32_t i = 0; i < file->result.plan_count; i++) {
        struct import_fresh fresh;
        struct buf out;
        assert_true(paper_store(&f->cmd, file, i, paper_first_month(&f->cmd, file, i), &fresh));
        paper_write(&f->cmd, &fresh, "txt", &out);
        const char *columns = file->result.plans[i].columns;
        all = arena_printf(&f->cmd.arena, "%s%s%s", all, buf_text(&out), columns ? columns : "");
        buf_done(&out);
    }
    return plain(&f->cmd.arena, all);
}

/* By its number; a cell, which stands for its row, by what was read. */
static bool is_reported(struct arena *arena, const struct import_result *result, uint32_t number, const char *line)
{
    for (size_t i = 0; i < result->doubt_count; i++)
        if (result->doubts[i].line == number || strstr(plain(arena, result->doubts[i].read), plain(arena, line)))
            return true;
    return false;
}

static bool is_one_of(const char *text, const char *const *words, size_t n, size_t *bytes)
{
    for (size_t i = 0; i < n; i++)
        if (strncmp(text, words[i], *bytes = strlen(words[i])) == 0)
            return true;
    return false;
}

/* Items are numbered anew, headers and items that shared a line stand apart, columns in columns, keys are the columns' titles;
 * times, counts and money are read, not kept: then each clause between those is found. */
static bool is_found(struct arena *arena, const char *line, const char *all)
{
    static const char *const ends[] = {
        "0",  "1",    "2",    "3",  "4",  "5",  "6",    "7",    "8",    "9",    "一",   "二",   "三",     "四",     "五", "六",
        "七", "八",   "九",   "十", " ",  "\t", "|",    ":",    ",",    ";",    ".",    "(",    ")",      "、",     "。", "“",
        "”",  "~",    "-",    "¥",  "—",  "\r", "*",    "#",    ">",    "\"",   "★",    "◎",    "月",     "份",     "元", "万",
        "千", "牵头", "配合", "约", "余", "人", "左右", "时间", "内容", "月份", "日期", "主题", "同上",   "〃",     "◆",  "◇",
        "●",  "○",    "▲",    "□",  "☑",  "•",  "→",    "=",    "i",    "v",    "I",    "V",    "\uFE0F", "\u20E3", "✅",
    };
    if (strstr(all, plain(arena, line)))
        return true;
    const char *at = utf8_nfkc(arena, line), *begin = at;
    for (size_t bytes = 0;; at += bytes) {
        bool end = !*at || is_one_of(at, ends, sizeof ends / sizeof ends[0], &bytes);
        if (end && at > begin && !strstr(all, plain(arena, arena_strndup(arena, begin, (size_t)(at - begin)))))
            return false;
        if (!*at)
            return true;
        if (end)
            begin = at + bytes;
        else
            bytes = 1;
    }
}

static void check_line(struct fixture *f, const char *name, const struct import_result *result, const char *all, const char *line,
                       uint32_t number)
{
    if (!*plain(&f->cmd.arena, line))
        return;
    f->lines++;
    if (is_found(&f->cmd.arena, line, all))
        return;
    if (is_reported(&f->cmd.arena, result, number, line)) {
        f->reported++;
        return;
    }
    f->lost++;
    print_error("%s, line %u is neither exported nor reported: %s\n", name, number, line);
}

/* Sections in order: each stands behind the one before it. */
static void check_order(struct fixture *f, const char *name, const struct import_file *file, const char *all)
{
    struct arena *arena = &f->cmd.arena;
    const char *at = all;
    for (size_t p = 0; p < file->result.plan_count; p++)
        for (size_t i = 0; i < file->result.plans[p].section_count; i++) {
            const struct import_section *s = &file->result.plans[p].sections[i];
            const char *words =
                plain(arena, arena_printf(arena, "%s%s", s->label ? s->label : "", s->heading ? s->heading : s->text));
            const char *found = strstr(at, words);
            if (!found)
                fail_msg("%s: the section of line %u is not behind those before it: %s", name, s->line, words);
            at = found + strlen(words);
        }
}

static void check_document(const char *path, const char *name, void *context)
{
    struct fixture *f = context;
    struct import_file file;
    struct err err = {0};
    struct buf bytes;
    const char *text, *dot = strrchr(name, '.');
    size_t text_bytes;
    uint32_t number = 1;
    if (strcmp(dot, ".docx") == 0 || strcmp(dot, ".xlsx") == 0)
        return;
    samples_read(path, &bytes);
    paper_read(&f->cmd, name, buf_text(&bytes), bytes.len_bytes, &file);
    assert_int_equal(encoding_to_utf8(&f->cmd.arena, buf_text(&bytes), bytes.len_bytes, &text, &text_bytes, &err), STATUS_OK);
    const char *all = export_all(f, &file);
    for (const char *at = text; *at; number++) {
        size_t n = strcspn(at, "\n");
        check_line(f, name, &file.result, all, arena_strndup(&f->cmd.arena, at, n), number);
        at += n + (at[n] == '\n');
    }
    check_order(f, name, &file, all);
    f->documents++;
    buf_done(&bytes);
}

static void check_folder(struct fixture *f, const char *folder)
{
    samples_each(folder, check_document, f);
    print_message("%s: %zu documents, %zu lines, %zu of them only reported\n", folder, f->documents, f->lines, f->reported);
    if (f->lost)
        fail_msg("%zu lines are lost", f->lost);
}

static void every_line_of_the_samples_is_exported_or_reported(void **state)
{
    check_folder(*state, SAMPLES_PLANS);
}

static void every_line_of_the_demonstration_is_exported_or_reported(void **state)
{
    check_folder(*state, SAMPLES_DEMO);
}

static void every_line_of_the_seeds_is_exported_or_reported(void **state)
{
    if (!samples_exist(SAMPLES_SEEDS))
        skip();
    check_folder(*state, SAMPLES_SEEDS);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(every_line_of_the_samples_is_exported_or_reported),
        TEST(every_line_of_the_demonstration_is_exported_or_reported),
        TEST(every_line_of_the_seeds_is_exported_or_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
