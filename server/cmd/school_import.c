/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "common/base/csv.h"
#include "common/base/encoding.h"
#include "common/base/file.h"
#include "server/cmd/cmd.h"

#define FILE_BYTES_MAX ((size_t)1 << 20)

/* Which column is which; a list of schools from Excel is headed in Chinese as a rule. */
enum column { COLUMN_CODE, COLUMN_NAME, COLUMN_STAGE, COLUMN_AREA, COLUMN_OPENED, COLUMNS };

static const char *const headings[COLUMNS][5] = {
    [COLUMN_CODE] = {"code", "代码", "单位代码", "学校代码", "编号"},
    [COLUMN_NAME] = {"name", "名称", "单位名称", "学校名称", "学校"},
    [COLUMN_STAGE] = {"stage", "学段", "类别"},
    [COLUMN_AREA] = {"area", "片", "片区"},
    [COLUMN_OPENED] = {"opened", "开办"},
};

struct reading {
    struct cmd *cmd;
    struct csv csv;
    size_t places[COLUMNS]; /* of the heading row; SIZE_MAX: absent */
    Lianxin__SchoolImportRequest request;
    size_t *lines; /* where each school stands */
    size_t room;
};

/* ---- schools ---- */

static void find_places(struct reading *r)
{
    for (size_t c = 0; c < COLUMNS; c++) {
        r->places[c] = SIZE_MAX;
        for (size_t i = r->csv.n_cells; i-- > 0;)
            for (size_t h = 0; h < sizeof headings[c] / sizeof headings[c][0] && headings[c][h]; h++)
                if (strcmp(r->csv.cells[i], headings[c][h]) == 0)
                    r->places[c] = i;
    }
}

static char *cell_of(const struct reading *r, enum column column)
{
    size_t place = r->places[column];
    return place < r->csv.n_cells && *r->csv.cells[place] ? r->csv.cells[place] : NULL;
}

static void grow(struct reading *r)
{
    size_t n = r->request.n_schools;
    if (n < r->room)
        return;
    r->room = r->room ? r->room * 2 : 64;
    Lianxin__SchoolPutRequest **schools = ARENA_ARRAY(&r->cmd->arena, r->room, Lianxin__SchoolPutRequest *);
    size_t *lines = ARENA_ARRAY(&r->cmd->arena, r->room, size_t);
    if (n) {
        memcpy(schools, r->request.schools, n * sizeof *schools);
        memcpy(lines, r->lines, n * sizeof *lines);
    }
    r->request.schools = schools;
    r->lines = lines;
}

static enum status add_school(struct reading *r, struct err *err)
{
    const char *stage = cell_of(r, COLUMN_STAGE), *opened = cell_of(r, COLUMN_OPENED);
    Lianxin__SchoolPutRequest *school = ARENA_NEW(&r->cmd->arena, Lianxin__SchoolPutRequest);
    lianxin__school_put_request__init(school);
    school->has_add = school->add = true;
    school->code = cell_of(r, COLUMN_CODE);
    school->name = cell_of(r, COLUMN_NAME);
    school->area = cell_of(r, COLUMN_AREA);
    school->has_stage = stage != NULL;
    school->has_opened = opened != NULL;
    grow(r);
    r->lines[r->request.n_schools] = r->csv.line;
    r->request.schools[r->request.n_schools++] = school;
    enum status st = cmd_read_stage(stage, &school->stage, err);
    return st ? st : cmd_read_month(opened, &school->opened, err);
}

static void say_problem(struct reading *r, size_t line, const struct err *problem, size_t *n)
{
    struct err placed = *problem;
    (void)err_prefix(&placed, _("line %zu"), line);
    placed.reason = REASON_NONE;
    ui_error(&r->cmd->ui, &placed);
    ++*n;
}

static enum status read_schools(struct reading *r, size_t *n_problems, struct err *err)
{
    if (!csv_read(&r->csv))
        return err_set(err, STATUS_NOT_UNDERSTOOD, _("the file is empty"));
    find_places(r);
    if (r->places[COLUMN_CODE] == SIZE_MAX || r->places[COLUMN_NAME] == SIZE_MAX)
        return err_set(err, STATUS_NOT_UNDERSTOOD,
                       _("line %zu should head the columns: code and name (代码、名称), then stage, area, opened (学段、片、开办)"),
                       r->csv.line);
    while (csv_read(&r->csv)) {
        struct err problem;
        if (add_school(r, &problem))
            say_problem(r, r->csv.line, &problem, n_problems);
    }
    return STATUS_OK;
}

/* What the server found wrong with single schools; the whole file is refused then. */
static void say_refusals(struct reading *r, const Lianxin__SchoolImportReply *reply, size_t *n_problems)
{
    for (size_t i = 0; i < reply->n_problems; i++) {
        const Lianxin__Failure *failure = reply->problems[i]->failure;
        size_t index = reply->problems[i]->index;
        struct err problem = {.status = STATUS_INVALID};
        if (failure && !err_format((enum reason)failure->reason, (const char *const *)failure->arguments, failure->n_arguments,
                                   r->cmd->ui.chinese, problem.text, sizeof problem.text))
            (void)err_set(&problem, STATUS_INVALID, "%s", failure->text ? failure->text : "?");
        say_problem(r, index < r->request.n_schools ? r->lines[index] : 0, &problem, n_problems);
    }
}

static enum status send(struct reading *r, size_t *n_problems, struct err *err)
{
    ProtobufCMessage *message;
    enum status st = cmd_ask(r->cmd, MESSAGE_school_import, &r->request.base, &message, err);
    if (st)
        return st;
    const Lianxin__SchoolImportReply *reply = (const Lianxin__SchoolImportReply *)message;
    say_refusals(r, reply, n_problems);
    if (!*n_problems)
        cmd_say(r->cmd, arena_printf(&r->cmd->arena, _("%u schools added"), reply->added),
                json_pack("{s:i}", "added", (int)reply->added));
    return STATUS_OK;
}

static enum status run_import(struct cmd *cmd, struct err *err)
{
    struct reading r = {.cmd = cmd};
    struct buf file;
    const char *text;
    size_t bytes, n_problems = 0;
    lianxin__school_import_request__init(&r.request);
    buf_init(&file, 0);
    enum status st = file_read(cmd->args[0], FILE_BYTES_MAX, &file, err);
    if (st == STATUS_OK)
        st = encoding_to_utf8(&cmd->arena, buf_text(&file), file.len_bytes, &text, &bytes, err);
    if (st == STATUS_OK) {
        csv_open(&r.csv, &cmd->arena, text);
        st = read_schools(&r, &n_problems, err);
    }
    if (st == STATUS_OK && !n_problems)
        st = send(&r, &n_problems, err);
    if (st == STATUS_OK && n_problems)
        st = err_set(err, STATUS_INVALID, _("%s: nothing was added; put %zu lines right and import it again"), cmd->args[0],
                     n_problems);
    buf_done(&file);
    return st;
}

const struct verb verb_school_import = {
    .name = "school import",
    .arguments = "FILE.csv",
    .summary = N_("add the schools of a CSV file: all of them or none"),
    .examples = "  lianxind school import schools.csv\n\n"
                "  代码,名称,学段,片\n  SY01,实验小学,小学,东片\n  SY02,育才中学,初中,西片",
    .min_arguments = 1,
    .max_arguments = 1,
    .run = run_import,
};
