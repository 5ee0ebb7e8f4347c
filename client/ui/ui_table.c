/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>

#include "client/ui/lang.h"
#include "client/ui/ui.h"
#include "common/base/file.h"

struct table_style ui_style(const struct ui *ui)
{
    return (struct table_style){
        .chinese = ui->chinese,
        .colour = ui->colour,
        .ambiguous_wide = ui->ambiguous_wide,
        .width = ui->width,
        .zone_s = ui->zone_s,
    };
}

enum status ui_check_output_path(const char *path, struct err *err)
{
    if (table_writer_find_for_file(path))
        return STATUS_OK;
    struct buf known;
    buf_init(&known, 0);
    size_t n;
    const struct table_writer *writers = table_writer_list(&n);
    for (size_t i = 0; i < n; i++)
        if (*writers[i].extension)
            buf_printf(&known, " %s", writers[i].extension);
    enum status s =
        err_set(err, STATUS_USAGE, _("cannot tell the format of \"%s\": let the name end in one of%s"), path, buf_text(&known));
    buf_done(&known);
    return s;
}

static enum status write_failed(const char *path, const char *why, enum status status, struct err *err)
{
    return err_set(err, status, _("cannot write \"%s\": %s"), path, why);
}

static enum status tables_to_file(struct ui *ui, const struct table *const *tables, size_t n, struct err *err)
{
    enum status s = ui_check_output_path(ui->output_path, err);
    if (s != STATUS_OK)
        return s;
    struct table_style style = ui_style(ui);
    struct buf out;
    buf_init(&out, 0);
    s = table_write(table_writer_find_for_file(ui->output_path), tables, n, &style, &out, err);
    struct err why;
    if (s == STATUS_OK && (s = file_write(ui->output_path, buf_text(&out), out.len_bytes, ui->output_mode ? ui->output_mode : 0644,
                                          &why)) != STATUS_OK)
        write_failed(ui->output_path, why.text, s, err);
    buf_done(&out);
    size_t rows = 0;
    for (size_t i = 0; i < n; i++)
        rows += tables[i]->n_rows;
    if (s == STATUS_OK)
        ui_print(ui, ngettext("%zu row written to %s\n", "%zu rows written to %s\n", rows), rows, ui->output_path);
    return s;
}

enum status ui_tables(struct ui *ui, const struct table *const *tables, size_t n, struct err *err)
{
    if (ui->output_path)
        return tables_to_file(ui, tables, n, err);
    struct table_style style = ui_style(ui);
    struct buf out;
    buf_init(&out, 0);
    enum status s = table_write(table_writer_find(ui->json ? "json" : "terminal"), tables, n, &style, &out, err);
    char why[128];
    if (s == STATUS_OK && (fwrite(buf_text(&out), 1, out.len_bytes, ui->out) != out.len_bytes || fflush(ui->out) != 0))
        s = write_failed("stdout", err_errno(errno, why, sizeof why), STATUS_FAILED, err);
    buf_done(&out);
    return s;
}

enum status ui_table(struct ui *ui, const struct table *table, struct err *err)
{
    return ui_tables(ui, &table, 1, err);
}
