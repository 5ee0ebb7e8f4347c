/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness/paper.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "client/cmd/import_choose.h"
#include "client/cmd/plan_document.h"
#include "common/domain/month.h"

void paper_open(struct cmd *cmd)
{
    struct err err;
    memset(cmd, 0, sizeof *cmd);
    arena_init(&cmd->arena, 0);
    assert_int_equal(schema_new(&cmd->arena, schema_source_current(), &cmd->schema, &err), STATUS_OK);
}

void paper_close(struct cmd *cmd)
{
    arena_done(&cmd->arena);
}

void paper_read(struct cmd *cmd, const char *name, const void *data, size_t bytes, struct import_file *out)
{
    struct err err = {0};
    *out = (struct import_file){.name = name};
    if (import_read(&(struct import_source){name, data, bytes}, &cmd->arena, &out->result, &err) != STATUS_OK)
        fail_msg("%s: %s", name, err.text);
}

/* What the document tells, else one of 2026. */
int32_t paper_first_month(struct cmd *cmd, const struct import_file *file, uint32_t i)
{
    struct err err = {0};
    const struct import_plan *plan = &file->result.plans[i];
    int32_t from;
    bool found;
    assert_int_equal(import_choose_from(cmd, file, i, &from, &found, &err), STATUS_OK);
    return found ? from : month_make(2026, plan->first >= 0 ? plan->first % 12 + 1 : 1);
}

/* The plan as it is stored, with from as its first month; false when it does not begin there. */
bool paper_store(struct cmd *cmd, const struct import_file *file, uint32_t i, int32_t from, struct import_fresh *out)
{
    struct err err = {0};
    struct import_choice choice = {.plan = &file->result.plans[i], .index = i};
    if (import_choose_bind(cmd, choice.plan, from, &choice.binding, &err) != STATUS_OK)
        return false;
    assert_int_equal(import_fresh_make(cmd, file, &choice, out, &err), STATUS_OK);
    return true;
}

static int compare_pieces(const void *left, const void *right)
{
    const struct plan_piece *a = left, *b = right;
    return (a->position > b->position) - (a->position < b->position);
}

void paper_write(struct cmd *cmd, const struct import_fresh *fresh, const char *format, struct buf *out)
{
    struct err err = {0};
    struct arena *arena = &cmd->arena;
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
    const struct export_plan plan = plan_document_make(cmd, fresh->plan, pieces, n);
    buf_init(out, 0);
    if (export_write(export_format_find(format), &plan, arena, out, &err) != STATUS_OK)
        fail_msg("%s: %s", format, err.text);
}
