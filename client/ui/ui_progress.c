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

void ui_progress_set(struct ui_progress *progress, uint64_t done, uint64_t total)
{
    if (!progress->ui->log_is_tty || total == 0)
        return;
    int permille = done >= total ? 1000 : (int)((double)done / (double)total * 1000);
    if (permille == progress->shown_permille)
        return;
    struct buf line;
    buf_init(&line, 0);
    buf_putc(&line, '\r');
    utf8_put_safe(&line, progress->label, strlen(progress->label), false);
    buf_puts(&line, " [");
    for (int i = 0; i < BAR_COLUMNS; i++)
        buf_putc(&line, i < permille * BAR_COLUMNS / 1000 ? '#' : '.');
    buf_printf(&line, "] %3d%%  %" PRIu64 "/%" PRIu64 "\033[K", permille / 10, done, total);
    fwrite(buf_text(&line), 1, line.len_bytes, progress->ui->log);
    fflush(progress->ui->log);
    buf_done(&line);
    progress->shown_permille = permille;
}

void ui_progress_done(struct ui_progress *progress)
{
    if (progress->shown_permille < 0)
        return;
    fputs("\r\033[K", progress->ui->log);
    fflush(progress->ui->log);
    progress->shown_permille = -1;
}
