/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/bundle.h"

#include "client/cmd/device.h"
#include "client/cmd/engine.h"
#include "client/cmd/send.h"
#include "client/sync/answer.h"
#include "client/sync/question.h"
#include "common/base/file.h"

static enum status sign(void *context, const void *data, size_t bytes, struct buf *key, struct buf *signature, struct err *err)
{
    return device_sign(context, data, bytes, key, signature, err);
}

/* For programs. */
static enum status print_question(struct cmd *cmd, const struct question *made, const char *path, struct err *err)
{
    struct table *t = table_new(&cmd->arena, "export", NULL, NULL);
    table_add_column(t, "changes", TABLE_INT, "changes", "改动", 0);
    table_add_column(t, "left", TABLE_INT, "left", "未装入", 0);
    table_add_column(t, "file", TABLE_TEXT, "file", "文件", 0);
    table_add_row(t);
    table_put_int(t, (int64_t)made->changes);
    table_put_int(t, (int64_t)made->left);
    table_put_text(t, path);
    return ui_table(&cmd->ui, t, err);
}

static void say_question(struct cmd *cmd, const struct question *made, const char *path, size_t bytes)
{
    struct ui *ui = &cmd->ui;
    unsigned long kib = (bytes + 1023) / 1024;
    if (made->changes)
        ui_print(ui,
                 ngettext("exported to %s (%lu KiB), sealed for %s: %llu change, not delivered until the answer is back\n",
                          "exported to %s (%lu KiB), sealed for %s: %llu changes, not delivered until the answer is back\n",
                          made->changes),
                 path, kib, cmd->identity.district, (unsigned long long)made->changes);
    else
        ui_print(ui, _("exported to %s (%lu KiB), sealed for %s: no change waits here, it asks for what is new\n"), path, kib,
                 cmd->identity.district);
    if (made->offered)
        ui_print(ui, _("with it goes what the restored server may have lost: %llu change(s)\n"), (unsigned long long)made->offered);
    if (made->held)
        ui_warn(ui, "%s", _("the server is older than this lianxin and does not know some fields yet; those changes wait here"));
    else if (made->left)
        ui_warn(ui, _("%llu change(s) did not fit; export again once the answer is imported"), (unsigned long long)made->left);
    ui_print(ui, "%s",
             _("bring the file to the district (`lianxind bundle FILE`), and its answer back: lianxin sync --import ANSWER\n"));
}

enum status bundle_export(struct cmd *cmd, const char *path, struct err *err)
{
    const struct signer signer = {.sign = sign, .context = cmd};
    struct sync sync = engine_new(cmd, NULL);
    struct question made;
    struct buf file;
    buf_init(&file, BUNDLE_QUESTION_FILE_BYTES);
    enum status s = question_write(&sync, &signer, &made, &file, err);
    if (s == STATUS_OK)
        s = file_write(path, file.data, file.len_bytes, 0644, err);
    if (s == STATUS_OK)
        s = cache_put_int(cmd->cache, CACHE_META_exported_ms, clock_now_ms(&cmd->clock), err);
    if (s == STATUS_OK && cmd->ui.json)
        s = print_question(cmd, &made, path, err);
    else if (s == STATUS_OK)
        say_question(cmd, &made, path, file.len_bytes);
    buf_done(&file);
    return s;
}

enum status bundle_import(struct cmd *cmd, const char *path, struct err *err)
{
    struct sync_report report = {0};
    struct ui_progress progress;
    struct sync sync = engine_new(cmd, &progress);
    struct answer answer;
    struct buf file;
    buf_init(&file, BUNDLE_FILE_BYTES);
    enum status s = file_read(path, BUNDLE_FILE_BYTES, &file, err);
    if (s == STATUS_OK) {
        s = answer_open(cmd->cache, &cmd->random, file.data, file.len_bytes, &answer, err);
        ui_progress_start(&progress, &cmd->ui, _("taking in the answer"));
        if (s == STATUS_OK)
            s = answer_take(&answer, &sync, &report, err);
        ui_progress_done(&progress);
        if (s == STATUS_OK)
            s = cache_put_int(cmd->cache, CACHE_META_exported_ms, 0, err);
        if (s == STATUS_OK && answer.cut)
            ui_warn(&cmd->ui, "%s", _("the answer did not hold everything; export again for the rest"));
        answer_close(&answer);
    }
    buf_done(&file);
    return s == STATUS_OK ? send_say_imported(cmd, &report, err) : s;
}
