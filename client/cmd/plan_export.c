/* SPDX-License-Identifier: Apache-2.0
 *
 * plan export: the live plan as a document, written to a file or shown. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client/cmd/change.h"
#include "client/cmd/plan_document.h"
#include "client/cmd/print_json.h"
#include "common/base/file.h"
#include "common/base/utf8.h"

#define FILE_NAME_BYTES 120 /* of a title; a file's name has 255 */

static enum status choose_format(struct cmd *cmd, const struct export_format **out, struct err *err)
{
    const char *name = cmd_option(cmd, "format"), *path = cmd->ui.output_path;
    const struct export_format *format = name   ? export_format_find(name)
                                         : path ? export_format_find_for_file(path)
                                                : export_format_find("docx");
    if (!format)
        return err_set(err, STATUS_USAGE, _("a plan can be written as .docx, .xlsx, .md or .txt"));
    *out = format;
    return STATUS_OK;
}

/* The title as a file's name. */
static const char *default_path(struct cmd *cmd, const Lianxin__Plan *plan, const struct export_format *format)
{
    char *name = utf8_safe(&cmd->arena, plan->title && *plan->title ? plan->title : "plan");
    name[utf8_fit(name, strlen(name), FILE_NAME_BYTES / 3 * 2, true)] = '\0';
    for (char *p = name; *p; p++)
        if (strchr("/\\:*?\"<>|\n", *p) || (p == name && *p == '.'))
            *p = '_';
    return arena_printf(&cmd->arena, "%s.%s", name, format->name);
}

static enum status put_document(struct cmd *cmd, const Lianxin__Plan *plan, const struct export_format *format,
                                const struct buf *document, const char **written, struct err *err)
{
    const char *path = cmd->ui.output_path;
    *written = NULL;
    if (!path && format->text) {
        if (!cmd->ui.json)
            fwrite(document->data, 1, document->len_bytes, cmd->ui.out); /* its texts are safe (client/export/schedule.h) */
        return STATUS_OK;
    }
    if (!path && access(path = default_path(cmd, plan, format), F_OK) == 0)
        return err_set(err, STATUS_EXISTS, _("there is a file \"%s\" already; name another one with -o FILE"), path);
    enum status s = file_write(path, document->data, document->len_bytes, 0644, err);
    if (s == STATUS_OK)
        ui_print(&cmd->ui, _("%s: written to %s\n"), plan->title, path);
    *written = path;
    return s;
}

/* What was written where, and how much of what; a document that goes nowhere else is in it. */
static enum status put_json(struct cmd *cmd, const struct export_plan *plan, const char *path, const struct export_format *format,
                            const struct buf *document, struct err *err)
{
    size_t sections = 0, activities = 0;
    for (size_t i = 0; i < plan->n; i++) {
        sections += plan->parts[i].kind != EXPORT_SCHEDULE;
        activities += plan->parts[i].n_items;
    }
    json_t *json =
        json_pack("{s:s?, s:s, s:s?, s:I, s:I, s:I}", "title", plan->title, "format", format->name, "file", path, "bytes",
                  (json_int_t)document->len_bytes, "sections", (json_int_t)sections, "activities", (json_int_t)activities);
    if (json && !path)
        json_object_set_new(json, "text", json_stringn(document->data, document->len_bytes));
    return print_json(cmd, json, err);
}

enum status plan_export(struct cmd *cmd, struct err *err)
{
    struct work work;
    const struct export_format *format = NULL;
    const struct record *plan;
    struct plan_piece *pieces;
    size_t n;
    enum status s = choose_format(cmd, &format, err);
    if (s == STATUS_OK)
        s = plan_open(cmd, &work, &plan, err);
    if (s == STATUS_OK)
        s = plan_list_pieces(cmd, &work, plan, &pieces, &n, err);
    if (s != STATUS_OK)
        return s;
    const struct export_plan content = plan_document_make(cmd, work_plan(plan), pieces, n);
    struct buf document;
    const char *path = NULL;
    buf_init(&document, 0);
    s = export_write(format, &content, &cmd->arena, &document, err);
    if (s == STATUS_OK)
        s = put_document(cmd, work_plan(plan), format, &document, &path, err);
    if (s == STATUS_OK && cmd->ui.json)
        s = put_json(cmd, &content, path, format, &document, err);
    buf_done(&document);
    return s;
}
