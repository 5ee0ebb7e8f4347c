/* SPDX-License-Identifier: Apache-2.0
 *
 * Every sample plan in tests/data/plans gives exactly the result that stands beside it, and loses no line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "client/cmd/import_json.h"
#include "common/base/file.h"
#include "common/base/utf8.h"

#define FOLDER "tests/data/plans"
#define NAMES_MAX 200

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names of the samples, sorted. */
static size_t list_samples(struct arena *arena, const char *names[NAMES_MAX])
{
    size_t n = 0;
    DIR *dir = opendir(FOLDER);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL && n < NAMES_MAX;) {
        const char *dot = strrchr(entry->d_name, '.');
        if (entry->d_name[0] != '.' && dot && strcmp(dot, ".json") != 0 && strcmp(entry->d_name, "README.md") != 0)
            names[n++] = arena_strdup(arena, entry->d_name);
    }
    closedir(dir);
    qsort(names, n, sizeof names[0], compare_names);
    return n;
}

static void read_sample(const char *path, struct buf *out)
{
    struct err err = {0};
    buf_init(out, 0);
    if (file_read(path, IMPORT_MAX_BYTES, out, &err) != STATUS_OK)
        fail_msg("%s: %s", path, err.text);
}

static void import_sample(const char *name, const struct buf *bytes, struct arena *arena, struct import_result *result)
{
    struct err err = {0};
    struct import_source source = {.name = name, .data = buf_text(bytes), .size_bytes = bytes->len_bytes};
    if (import_read(&source, arena, result, &err) != STATUS_OK)
        fail_msg("%s: %s", name, err.text);
}

static void check_sample(const char *name)
{
    struct arena arena;
    struct buf bytes, expected, got;
    struct import_result result;
    struct err err = {0};
    arena_init(&arena, IMPORT_ARENA_BYTES);
    read_sample(arena_printf(&arena, "%s/%s", FOLDER, name), &bytes);
    read_sample(arena_printf(&arena, "%s/%s.json", FOLDER, name), &expected);
    import_sample(name, &bytes, &arena, &result);
    buf_init(&got, 0);
    assert_int_equal(import_json_put(&result, &got, &err), STATUS_OK);
    if (strcmp(buf_text(&got), buf_text(&expected)) != 0)
        fail_msg("%s: the result is another than %s.json says", name, name);
    buf_done(&got);
    buf_done(&expected);
    buf_done(&bytes);
    arena_done(&arena);
}

static void every_sample_gives_the_result_beside_it(void **state)
{
    (void)state;
    struct arena arena;
    const char *names[NAMES_MAX];
    arena_init(&arena, 0);
    size_t n = list_samples(&arena, names);
    assert_true(n >= 40);
    for (size_t i = 0; i < n; i++)
        check_sample(names[i]);
    arena_done(&arena);
}

/* ---- no line is lost ---- */

/* Appends text in NFKC without white space and the marks of tables and Markdown. */
static void put_plain(struct buf *out, struct arena *arena, const char *text)
{
    const char *folded = text ? utf8_nfkc(arena, text) : NULL;
    for (const char *p = folded; p && *p; p++)
        if (!strchr(" \t\r\n|*#>-`", *p))
            buf_putc(out, *p);
    buf_putc(out, '\n');
}

static void put_activity(struct buf *out, struct arena *arena, const struct import_activity *a)
{
    const char *texts[] = {a->header, a->when, a->text, a->lead, a->assist, a->person, a->note};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        put_plain(out, arena, texts[i]);
    put_plain(out, arena, arena_printf(arena, "%s%s", a->label ? a->label : "", a->text));
}

/* Everything the result holds, one text a line; items and headers once more joined, for those that shared a line. */
static void put_result(struct buf *out, struct arena *arena, const struct import_result *result)
{
    for (size_t p = 0; p < result->plan_count; p++) {
        const struct import_plan *plan = &result->plans[p];
        const char *together = "";
        put_plain(out, arena, plan->title);
        put_plain(out, arena, plan->columns);
        for (size_t i = 0; i < plan->section_count; i++) {
            const struct import_section *s = &plan->sections[i];
            put_plain(out, arena, arena_printf(arena, "%s%s", s->label ? s->label : "", s->heading ? s->heading : s->text));
        }
        for (size_t i = 0; i < plan->activity_count; i++) {
            const struct import_activity *a = &plan->activities[i];
            put_activity(out, arena, a);
            bool opens =
                i == 0 || !a->header || !plan->activities[i - 1].header || strcmp(a->header, plan->activities[i - 1].header) != 0;
            together =
                arena_printf(arena, "%s%s%s%s", together, opens && a->header ? a->header : "", a->label ? a->label : "", a->text);
        }
        put_plain(out, arena, together);
    }
}

static bool is_reported(const struct import_result *result, uint32_t line)
{
    for (size_t i = 0; i < result->doubt_count; i++)
        if (result->doubts[i].line == line)
            return true;
    return false;
}

/* A line of columns, or of a name and a value, is found when its parts are. */
static bool parts_are_found(const char *line, const char *all, struct arena *arena)
{
    static const char marks[] = "\t|:";
    char *copy = utf8_nfkc(arena, line);
    for (char *at = copy; *at;) {
        size_t n = strcspn(at, marks);
        struct buf part;
        char *text = arena_strndup(arena, at, n);
        bool number = strspn(text, "0123456789.,") == n; /* counts and money are read, not kept */
        buf_init(&part, 0);
        put_plain(&part, arena, text);
        bool found = number || part.len_bytes <= 1 || strstr(all, arena_strndup(arena, part.data, part.len_bytes - 1));
        buf_done(&part);
        if (!found)
            return false;
        at += n + (at[n] != '\0');
    }
    return true;
}

static void check_lines(const char *name)
{
    struct arena arena;
    struct buf bytes, all, plain;
    struct import_result result;
    arena_init(&arena, 0);
    read_sample(arena_printf(&arena, "%s/%s", FOLDER, name), &bytes);
    import_sample(name, &bytes, &arena, &result);
    buf_init(&all, 0);
    buf_init(&plain, 0);
    put_result(&all, &arena, &result);
    uint32_t number = 1;
    for (const char *at = buf_text(&bytes); *at; number++) {
        size_t n = strcspn(at, "\n");
        char *line = arena_strndup(&arena, at, n);
        buf_reset(&plain);
        put_plain(&plain, &arena, line);
        char *whole = arena_strndup(&arena, plain.data, plain.len_bytes - 1);
        if (*whole && !strstr(buf_text(&all), whole) && !is_reported(&result, number) &&
            !parts_are_found(line, buf_text(&all), &arena))
            fail_msg("%s, line %u is neither in the result nor reported: %s", name, number, line);
        at += n + (at[n] == '\n');
    }
    buf_done(&plain);
    buf_done(&all);
    buf_done(&bytes);
    arena_done(&arena);
}

static void every_line_of_a_document_is_found_or_reported(void **state)
{
    (void)state;
    static const char *const names[] = {"traditional_full_width.txt",
                                        "themes_and_first_items.txt",
                                        "women_quarters.txt",
                                        "numbered_headers_glued_items.txt",
                                        "groups_of_quarters.txt",
                                        "several_plans.txt",
                                        "times_in_text.txt",
                                        "unmarked_numbers.txt",
                                        "ten_day_periods.txt",
                                        "bullets_owners.txt",
                                        "numbered_month_sections.txt",
                                        "sections_by_kind.txt",
                                        "ranges_of_months.txt",
                                        "wrapped_lines_next_year.txt",
                                        "theme_behind_colon.txt",
                                        "women_and_audit.txt",
                                        "lost_grid.txt"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        check_lines(names[i]);
}

static void the_same_bytes_give_the_same_result(void **state)
{
    (void)state;
    check_sample("merged_cells.docx");
    check_sample("merged_cells.docx");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sample_gives_the_result_beside_it),
        cmocka_unit_test(every_line_of_a_document_is_found_or_reported),
        cmocka_unit_test(the_same_bytes_give_the_same_result),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
