/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "client/ui/ui.h"
#include "common/base/utf8.h"

#define BAR_COLUMNS 24

void ui_progress_start(struct ui_progress *progress, struct ui *ui, const char *label)
{
    *progress = (struct ui_progress){.ui = ui, .label = label, .shown_permille = -1};
}

static void put_bar(struct buf *line, int permille, uint64_t done, uint64_t total)
{
    buf_puts(line, " [");
    for (int i = 0; i < BAR_COLUMNS; i++)
        buf_putc(line, i < permille * BAR_COLUMNS / 1000 ? '#' : '.');
    buf_printf(line, "] %3d%%  %" PRIu64 "/%" PRIu64, permille / 10, done, total);
}

void ui_progress_set(struct ui_progress *progress, uint64_t done, uint64_t total)
{
    if (!progress->ui->log_is_tty || (total == 0 && done == 0))
        return;
    int permille = total == 0 ? 0 : done >= total ? 1000 : (int)((double)done / (double)total * 1000);
    if (permille == progress->shown_permille && (total || done == progress->shown))
        return;
    struct buf line;
    buf_init(&line, 0);
    buf_putc(&line, '\r');
    utf8_put_safe(&line, progress->label, strlen(progress->label), false);
    if (total)
        put_bar(&line, permille, done, total);
    else
        buf_printf(&line, " %" PRIu64, done);
    buf_puts(&line, "\033[K");
    fwrite(buf_text(&line), 1, line.len_bytes, progress->ui->log);
    fflush(progress->ui->log);
    buf_done(&line);
    progress->shown_permille = permille;
    progress->shown = done;
}

void ui_progress_done(struct ui_progress *progress)
{
    if (progress->shown_permille < 0)
        return;
    fputs("\r\033[K", progress->ui->log);
    fflush(progress->ui->log);
    progress->shown_permille = -1;
}
