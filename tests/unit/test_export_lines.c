/* SPDX-License-Identifier: Apache-2.0
 *
 * No line is lost: every line of a text document stands in what its plans are exported as, or a doubt names it; and its sections
 * stand there in the document's order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "client/import/label.h"
#include "client/import/text.h"
#include "client/import/when.h"
#include "common/base/encoding.h"
#include "common/domain/zh_number.h"
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

/* As the importer folds it, without white space. */
static char *plain(struct arena *arena, const char *text)
{
    char *all = arena_alloc(arena, 4 * strlen(text) + 1), *out = all; /* no character's fold is longer than that */
    for (const char *at = text; *at; at += strcspn(at, "\n"), at += *at == '\n') {
        const struct text folded = text_fold(arena, at, strcspn(at, "\n"));
        for (const char *p = folded.s; *p; p++)
            if (!strchr(" \t\\", *p))
                *out++ = *p;
    }
    *out = '\0';
    return all;
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

#define WORD_CHARACTERS 4 /* so many in a row, or a word between two marks, stand in the export by no chance */

static bool is_word(const char *s)
{
    return text_is_han(s) || (*s >= '0' && *s <= '9') || (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z');
}

/* The number of an item, which the export gives anew; anywhere in a line where items were glued. */
static size_t skip_label(const char *s)
{
    struct label label;
    return label_parse(s, 1, &label) || (*s >= '1' && *s <= '9' && label_parse(s, (int)strtol(s, NULL, 10), &label)) ? label.end
                                                                                                                     : 0;
}

/* The title of a column, where the export has a column of its own for what is behind it. */
static size_t skip_key(const char *s)
{
    static const char *const keys[] = {
        "活动时间:", "时间:",     "月份:",     "日期:",     "内容:",   "活动内容:", "工作内容:", "主要工作:", "主题:",
        "活动名称:", "任务:",     "活动:",     "经费:",     "预算:",   "人数:",     "经费预算:", "责任部门:", "责任人:",
        "负责人:",   "牵头部门:", "负责部门:", "责任单位:", "组织者:", "协助部门:", "配合部门:", NULL};
    size_t n = text_begins(s, "活动"), number = n ? zh_number_parse(s + n, &(int64_t){0}) : 0; /* 活动一：… */
    return number && s[n + number] == ':' ? n + number + 1 : text_begins_any(s, keys);
}

/* What is said of who leads, who helps, how many and how much; the cell above. */
static size_t skip_role(const char *s)
{
    static const char *const words[] = {"牵头", "配合", "负责", "协助", "主办", "协办", "万元", "万", "千", "元",
                                        "人",   "名",   "约",   "余",   "左右", "共",   "同上", "份", "br", NULL};
    return text_begins_any(s, words);
}

/* 2.4万 is 24000 in its column. */
static size_t skip_amount(struct arena *arena, const char *s, const char *all)
{
    char *end, digits[32];
    size_t n = 0;
    for (const char *p = s; n + 1 < sizeof digits && ((*p >= '0' && *p <= '9') || *p == '.' || *p == ','); p++)
        if (*p != ',')
            digits[n++] = *p;
    digits[n] = '\0';
    size_t written = strspn(s, "0123456789.,");
    double value = strtod(digits, &end);
    value *= text_begins(s + written, "万") ? 10000 : text_begins(s + written, "千") ? 1000 : 1;
    return n && strstr(all, arena_printf(arena, "%g", value)) ? written : 0;
}

/* The bytes of the longest beginning of s that the export has, white space apart. */
static size_t longest_found(struct arena *arena, const char *s, const char *all)
{
    size_t found = 0, n = 0;
    do {
        n += text_char(s + n);
        if (!strstr(all, plain(arena, arena_strndup(arena, s, n))))
            break;
        found = n;
    } while (s[n]);
    return found;
}

/* Is it so long, or a word between two marks, or a time, that it stands in the export by no chance? */
static bool is_piece(struct arena *arena, const char *s, size_t at, size_t n)
{
    bool begins = at == 0 || !is_word(s + text_before(s, at));
    bool ends = n && (!s[at + n] || !is_word(s + at + n) || !is_word(s + text_before(s, at + n)));
    struct when when;
    return (begins && ends) || (when_parse(s + at, 0, &when) && n >= when.end) ||
           text_length(plain(arena, arena_strndup(arena, s + at, n))) >= WORD_CHARACTERS;
}

/* Does the line fall into pieces of the export, wherever it was cut? */
static bool is_found(struct arena *arena, const char *line, const char *all)
{
    const char *s = text_fold(arena, line, strlen(line)).s;
    size_t row = strspn(line, "0123456789"); /* its number in a table */
    for (size_t at = line[row] == '\t' ? row : skip_label(s), n; s[at]; at += n) {
        if (!is_word(s + at)) {
            n = text_char(s + at);
            continue;
        }
        size_t amount = skip_amount(arena, s + at, all);
        n = longest_found(arena, s + at, all);
        while (n && !is_piece(arena, s, at, n))
            n = text_before(s + at, n);
        if (n && n >= amount)
            continue;
        n = amount ? amount : skip_key(s + at);
        n = n ? n : skip_role(s + at);
        n = n ? n : skip_label(s + at);
        if (!n)
            return false;
    }
    return true;
}

/* What the doubts of the line, or of its row, name beside what is exported. */
static bool is_reported(struct arena *arena, const struct import_result *result, uint32_t number, const char *line, const char *all)
{
    for (size_t i = 0; i < result->doubt_count; i++) {
        const struct import_doubt *doubt = &result->doubts[i];
        if (doubt->line == number || strstr(plain(arena, doubt->read), plain(arena, line)))
            all = arena_printf(arena, "%s\n%s\n%s", all, plain(arena, doubt->read), plain(arena, doubt->other));
    }
    return is_found(arena, line, all);
}

static void check_line(struct fixture *f, const char *name, const struct import_result *result, const char *all, const char *line,
                       uint32_t number)
{
    if (!*plain(&f->cmd.arena, line))
        return;
    f->lines++;
    if (is_found(&f->cmd.arena, line, all))
        return;
    if (is_reported(&f->cmd.arena, result, number, line, all)) {
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
