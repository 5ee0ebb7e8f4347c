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
#include "common/record/text.h"
#include "tests/harness/paper.h"
#include "tests/harness/samples.h"

static const char *const formats[] = {"txt", "md", "docx", "xlsx"};

struct fixture {
    struct cmd cmd;
    size_t pairs, failed;
};

static int set_up(void **state)
{
    static struct fixture f;
    f.pairs = f.failed = 0;
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
    paper_write(&f->cmd, fresh, format, &document);
    before = print_plan(f, fresh);
    paper_read(&f->cmd, arena_printf(&f->cmd.arena, "plan.%s", format), buf_text(&document), document.len_bytes, &back);
    if (back.result.plan_count == 1 && paper_store(&f->cmd, &back, 0, from, &again))
        after = print_plan(f, &again);
    f->pairs++;
    if (strcmp(before, after) != 0) {
        f->failed++;
        say_difference(name, format, before, after);
    }
    buf_done(&document);
}

/* A report beside a plan is kept, but what is written of it alone is no plan, and refused. */
static bool is_report(const struct import_result *result, uint32_t plan)
{
    for (size_t i = 0; i < result->doubt_count; i++)
        if (result->doubts[i].code == IMPORT_DOUBT_TOLD_AS_DONE && result->doubts[i].plan == plan)
            return true;
    return false;
}

static void check_document(const char *path, const char *name, void *context)
{
    struct fixture *f = context;
    struct import_file file;
    struct buf bytes;
    samples_read(path, &bytes);
    paper_read(&f->cmd, name, buf_text(&bytes), bytes.len_bytes, &file);
    for (uint32_t i = 0; i < file.result.plan_count; i++) {
        struct import_fresh fresh;
        if (is_report(&file.result, i))
            continue;
        int32_t from = paper_first_month(&f->cmd, &file, i);
        assert_true(paper_store(&f->cmd, &file, i, from, &fresh));
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
