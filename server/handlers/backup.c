/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/backup.h"

#include "server/handlers/fill.h"
#include "server/handlers/handler.h"

enum status handle_backup_put(struct work *work, const Lianxin__BackupPutRequest *request, Lianxin__BackupPutReply *reply,
                              struct err *err)
{
    struct backup_stream *streams = ARENA_ARRAY(work->arena, request->n_streams, struct backup_stream);
    struct backup backup = {.path = request->path,
                            .made_ms = request->made_ms,
                            .epoch = request->epoch,
                            .bytes = request->bytes,
                            .streams = streams,
                            .n_streams = request->n_streams};
    enum status st = STATUS_OK;
    (void)reply;
    for (size_t i = 0; i < request->n_streams; i++)
        streams[i] = (struct backup_stream){.stream = request->streams[i]->stream, .rev = request->streams[i]->rev};
    if (request->path || !request->n_gone)
        st = backup_put(work, &backup, err);
    for (size_t i = 0; st == STATUS_OK && i < request->n_gone; i++)
        st = backup_forget(work, request->gone[i], err);
    return st;
}

enum status handle_backup_list(struct work *work, const Lianxin__BackupListRequest *request, Lianxin__BackupListReply *reply,
                               struct err *err)
{
    const struct backup *backups;
    size_t n;
    (void)request;
    enum status st = backup_list(work, &backups, &n, err);
    if (st)
        return st;
    reply->backups = ARENA_ARRAY(work->arena, n, Lianxin__BackupListReply__Backup *);
    for (; reply->n_backups < n; reply->n_backups++) {
        const struct backup *from = &backups[reply->n_backups];
        Lianxin__BackupListReply__Backup *to = ARENA_NEW(work->arena, Lianxin__BackupListReply__Backup);
        lianxin__backup_list_reply__backup__init(to);
        to->path = fill_text(work->arena, from->path);
        to->has_made_ms = to->has_epoch = to->has_bytes = to->has_commits = true;
        to->made_ms = from->made_ms;
        to->epoch = from->epoch;
        to->bytes = from->bytes;
        to->commits = from->commits;
        reply->backups[reply->n_backups] = to;
    }
    return STATUS_OK;
}
