/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "client/ui/lang.h"
#include "client/ui/ui.h"

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

static enum status file_failed(const char *path, struct err *err)
{
    char why[128];
    return err_set(err, STATUS_FAILED, _("cannot write \"%s\": %s"), path, err_errno(errno, why, sizeof why));
}

static bool write_all(int fd, const char *data, size_t bytes)
{
    while (bytes > 0) {
        ssize_t n = write(fd, data, bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        data += n;
        bytes -= (size_t)n;
    }
    return true;
}

/* Into a new file beside the old one, which is replaced at the end: a full disk costs nobody the file of yesterday. */
static enum status file_replace(const char *path, const struct buf *data, struct err *err)
{
    char temporary[PATH_MAX];
    if ((size_t)snprintf(temporary, sizeof temporary, "%s.part", path) >= sizeof temporary)
        return err_set(err, STATUS_USAGE, _("the file name \"%s\" is too long"), path);
    int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return file_failed(path, err);
    bool written = write_all(fd, buf_text(data), data->len_bytes);
    if (close(fd) == 0 && written && rename(temporary, path) == 0)
        return STATUS_OK;
    enum status s = file_failed(path, err);
    unlink(temporary);
    return s;
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
    if (s == STATUS_OK)
        s = file_replace(ui->output_path, &out, err);
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
    if (s == STATUS_OK && fwrite(buf_text(&out), 1, out.len_bytes, ui->out) != out.len_bytes)
        s = file_failed("stdout", err);
    buf_done(&out);
    return s;
}

enum status ui_table(struct ui *ui, const struct table *table, struct err *err)
{
    return ui_tables(ui, &table, 1, err);
}
