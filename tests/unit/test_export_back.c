/* SPDX-License-Identifier: Apache-2.0
 *
 * What is exported is imported unchanged: every plan of every sample, of the demonstration and, where they are, of the seeds, in
 * every format. Whole results are compared: plan, sections, activities, to the last field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/cmd/change.h"
#include "client/cmd/import_choose.h"
#include "client/cmd/plan_document.h"
#include "common/domain/month.h"
#include "common/record/text.h"
#include "tests/harness/samples.h"

static const char *const formats[] = {"txt", "md", "docx", "xlsx"};

struct fixture {
    struct cmd cmd;
    size_t pairs, failed;
};

static int set_up(void **state)
{
    static struct fixture f;
    struct err err;
    memset(&f, 0, sizeof f);
    arena_init(&f.cmd.arena, 0);
    assert_int_equal(schema_new(&f.cmd.arena, schema_source_current(), &f.cmd.schema, &err), STATUS_OK);
    *state = &f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_done(&f->cmd.arena);
    return 0;
}

/* --- there --- */

static void read_plans(struct fixture *f, const char *name, const void *data, size_t bytes, struct import_file *out)
{
    struct err err = {0};
    *out = (struct import_file){.name = name};
    if (import_read(&(struct import_source){name, data, bytes}, &f->cmd.arena, &out->result, &err) != STATUS_OK)
        fail_msg("%s: %s", name, err.text);
}

/* What the document tells, else one of 2026. */
static int32_t first_month(struct fixture *f, const struct import_file *file, uint32_t i)
{
    struct err err = {0};
    const struct import_plan *plan = &file->result.plans[i];
    int32_t from;
    bool found;
    assert_int_equal(import_choose_from(&f->cmd, file, i, &from, &found, &err), STATUS_OK);
    return found ? from : month_make(2026, plan->first >= 0 ? plan->first % 12 + 1 : 1);
}

/* The plan as it is stored, with from as its first month; false when it does not begin there. */
static bool store_plan(struct fixture *f, const struct import_file *file, uint32_t i, int32_t from, struct import_fresh *out)
{
    struct err err = {0};
    struct import_choice choice = {.plan = &file->result.plans[i], .index = i};
    if (import_choose_bind(&f->cmd, choice.plan, from, &choice.binding, &err) != STATUS_OK)
        return false;
    assert_int_equal(import_fresh_make(&f->cmd, file, &choice, out, &err), STATUS_OK);
    return true;
}

static int compare_pieces(const void *left, const void *right)
{
    const struct plan_piece *a = left, *b = right;
    return (a->position > b->position) - (a->position < b->position);
}

static void write_plan(struct fixture *f, const struct import_fresh *fresh, const char *format, struct buf *out)
{
    struct err err = {0};
    struct arena *arena = &f->cmd.arena;
    size_t n = fresh->n_sections + fresh->n_activities;
    struct record *records = ARENA_ARRAY(arena, n + 1, struct record);
    struct plan_piece *pieces = ARENA_ARRAY(arena, n + 1, struct plan_piece);
    for (size_t i = 0; i < fresh->n_sections; i++) {
        records[i].message = &fresh->sections[i]->base;
        pieces[i] = (struct plan_piece){&records[i], NULL, fresh->sections[i]->position};
    }
    for (size_t i = 0, at = fresh->n_sections; i < fresh->n_activities; i++, at++) {
        records[at].message = &fresh->activities[i]->base;
        pieces[at] = (struct plan_piece){NULL, &records[at], fresh->activities[i]->position};
    }
    qsort(pieces, n, sizeof *pieces, compare_pieces);
    const struct export_plan plan = plan_document_make(&f->cmd, fresh->plan, pieces, n);
    buf_init(out, 0);
    if (export_write(export_format_find(format), &plan, arena, out, &err) != STATUS_OK)
        fail_msg("%s: %s", format, err.text);
}

/* --- and back --- */

/* All fields of a message but those that tell where in which file it stood. */
static void put_message(struct fixture *f, const char *kind_name, const ProtobufCMessage *message, struct buf *out)
{
    static const char *const of_the_file[] = {"position", "source_line", "source_name", "source_digest"};
    const struct kind *kind = change_kind(&f->cmd, kind_name);
    buf_puts(out, kind_name);
    for (size_t i = 0; i < kind->n_fields; i++) {
        const struct field *field = &kind->fields[i];
        bool skip = false;
        for (size_t k = 0; k < sizeof of_the_file / sizeof of_the_file[0]; k++)
            skip |= strcmp(field->name, of_the_file[k]) == 0;
        if (!skip && record_has(message, field))
            buf_printf(out, " | %s: %s", field->name, record_text(&f->cmd.arena, message, field, true, 0));
    }
}

/* A line a record, in order; an activity names its section by number. */
static const char *print_plan(struct fixture *f, const struct import_fresh *fresh)
{
    struct buf out;
    buf_init(&out, 0);
    if (!fresh->source->title) /* called after its file then */
        fresh->plan->title = NULL;
    put_message(f, "plan", &fresh->plan->base, &out);
    for (size_t s = 0, a = 0; s < fresh->n_sections || a < fresh->n_activities;) {
        bool section =
            s < fresh->n_sections && (a == fresh->n_activities || fresh->sections[s]->position < fresh->activities[a]->position);
        buf_putc(&out, '\n');
        if (section) {
            put_message(f, "section", &fresh->sections[s++]->base, &out);
        } else {
            buf_printf(&out, "%d ", (int)fresh->section_of[a]);
            put_message(f, "activity", &fresh->activities[a++]->base, &out);
        }
    }
    const char *text = arena_strndup(&f->cmd.arena, buf_text(&out), out.len_bytes);
    buf_done(&out);
    return text;
}

/* Says the first line that differs. */
static void say_difference(const char *name, const char *format, const char *before, const char *after)
{
    for (size_t n; *before && (n = strcspn(before, "\n")) == strcspn(after, "\n") && strncmp(before, after, n) == 0;) {
        before += n + (before[n] == '\n');
        after += n + (after[n] == '\n');
    }
    print_error("%s as %s:\n  was %.*s\n  is  %.*s\n", name, format, (int)strcspn(before, "\n"), before, (int)strcspn(after, "\n"),
                after);
}

static void check_format(struct fixture *f, const char *name, const struct import_fresh *fresh, int32_t from, const char *format)
{
    struct buf document;
    struct import_file back;
    struct import_fresh again;
    const char *before, *after = "no plan, or several, or of another time";
    write_plan(f, fresh, format, &document);
    before = print_plan(f, fresh);
    read_plans(f, arena_printf(&f->cmd.arena, "plan.%s", format), buf_text(&document), document.len_bytes, &back);
    if (back.result.plan_count == 1 && store_plan(f, &back, 0, from, &again))
        after = print_plan(f, &again);
    f->pairs++;
    if (strcmp(before, after) != 0) {
        f->failed++;
        say_difference(name, format, before, after);
    }
    buf_done(&document);
}

static void check_document(const char *path, const char *name, void *context)
{
    struct fixture *f = context;
    struct import_file file;
    struct buf bytes;
    samples_read(path, &bytes);
    read_plans(f, name, buf_text(&bytes), bytes.len_bytes, &file);
    for (uint32_t i = 0; i < file.result.plan_count; i++) {
        struct import_fresh fresh;
        int32_t from = first_month(f, &file, i);
        assert_true(store_plan(f, &file, i, from, &fresh));
        for (size_t k = 0; k < sizeof formats / sizeof formats[0]; k++)
            check_format(f, arena_printf(&f->cmd.arena, "%s %u", name, i + 1), &fresh, from, formats[k]);
    }
    buf_done(&bytes);
}

static void check_folder(struct fixture *f, const char *folder)
{
    samples_each(folder, check_document, f);
    if (f->failed)
        fail_msg("%zu of %zu are not the same", f->failed, f->pairs);
}

static void every_sample_comes_back_from_every_format(void **state)
{
    check_folder(*state, SAMPLES_PLANS);
}

static void the_plans_of_the_demonstration_come_back(void **state)
{
    check_folder(*state, SAMPLES_DEMO);
}

static void the_seeds_come_back(void **state)
{
    if (!samples_exist(SAMPLES_SEEDS))
        skip();
    check_folder(*state, SAMPLES_SEEDS);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(every_sample_comes_back_from_every_format),
        TEST(the_plans_of_the_demonstration_come_back),
        TEST(the_seeds_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
