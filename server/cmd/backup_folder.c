/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cmd/backup_folder.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "client/ui/lang.h"

#define PREFIX "lianxin-"
#define STALE_S 21600 /* what is written to no more for six hours belongs to nobody */
#define MIB 1048576u

static enum status fail(struct err *err, const char *what, const char *path, int number)
{
    char text[128];
    return err_set(err, STATUS_FAILED, _("backup_folder: cannot %s %s: %s"), what, path, err_errno(number, text, sizeof text));
}

/* Absolute, so that it names the same folder for whoever asks. */
static enum status find_folder(struct app *app, const char **out, struct err *err)
{
    const char *folder = config_get_text(&app->config, APP_KEY_backup_folder);
    char data[PATH_MAX];
    if (!*folder)
        folder = "backups";
    if (*folder != '/' && !realpath(app->data, data))
        return fail(err, "find", app->data, errno);
    *out = *folder == '/' ? folder : arena_printf(&app->arena, "%s/%s", data, folder);
    return STATUS_OK;
}

static void remove_stale(struct app *app, const char *folder)
{
    DIR *entries = opendir(folder);
    const struct dirent *entry;
    while (entries && (entry = readdir(entries)) != NULL) {
        const char *path = arena_printf(&app->arena, "%s/%s", folder, entry->d_name);
        struct stat info;
        if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) == 0 && strstr(entry->d_name, ".zip.part-") && stat(path, &info) == 0 &&
            clock_now_ms(&app->clock) / 1000 - info.st_mtime > STALE_S)
            backup_file_remove_folder(path);
    }
    if (entries)
        closedir(entries);
}

/* The copy and the archive, and then the copy again when it is verified. */
static enum status check_room(struct app *app, const char *folder, struct err *err)
{
    struct stat database;
    struct statvfs disk;
    if (stat(app_path(app, "lianxin.db"), &database) != 0)
        return err_set(err, STATUS_NOT_FOUND,
                       _("%s holds no district; make one with lianxind init, or name another folder with --data"), app->data);
    if (statvfs(folder, &disk) != 0)
        return fail(err, "look at the disk of", folder, errno);
    uint64_t needed = (uint64_t)database.st_size * 3 + MIB, free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
    if (free_bytes >= needed)
        return STATUS_OK;
    return err_set(
        err, STATUS_UNAVAILABLE,
        _("too little room for a backup in %s: %llu MiB are needed; make room, lower backup_keep, or name a folder of another "
          "disk as backup_folder"),
        folder, (unsigned long long)(needed / MIB));
}

enum status backup_folder_place(struct app *app, const char *mark, const char **path, struct err *err)
{
    char day[CLOCK_DAY_BYTES];
    const char *folder;
    enum status st = find_folder(app, &folder, err);
    if (st == STATUS_OK && mkdir(folder, 0700) != 0 && errno != EEXIST)
        st = fail(err, "make the folder", folder, errno);
    if (st)
        return st;
    remove_stale(app, folder);
    st = check_room(app, folder, err);
    if (st)
        return st;
    clock_format_day(clock_now_ms(&app->clock), app->clock.zone_s, day);
    const char *name = arena_printf(&app->arena, "%s/" PREFIX "%s%s.zip", folder, day, mark);
    for (unsigned n = 2; access(name, F_OK) == 0; n++)
        name = arena_printf(&app->arena, "%s/" PREFIX "%s%s-%u.zip", folder, day, mark, n);
    *path = name;
    return STATUS_OK;
}

bool backup_folder_owns(struct app *app, const char *path)
{
    const char *folder;
    struct err none;
    if (find_folder(app, &folder, &none))
        return false;
    const char *prefix = arena_printf(&app->arena, "%s/" PREFIX, folder);
    return strncmp(path, prefix, strlen(prefix)) == 0 && !strchr(path + strlen(prefix), '/');
}

enum status backup_folder_describe(struct arena *arena, const char *path, const struct manifest *manifest,
                                   Lianxin__BackupPutRequest *out, struct err *err)
{
    Lianxin__StreamHead *heads = ARENA_ARRAY(arena, manifest->n_streams, Lianxin__StreamHead);
    struct stat info;
    if (stat(path, &info) != 0)
        return err_set(err, STATUS_FAILED, _("%s is gone again"), path);
    lianxin__backup_put_request__init(out);
    out->path = arena_strdup(arena, path);
    out->has_made_ms = out->has_epoch = out->has_bytes = true;
    out->made_ms = manifest->made_ms;
    out->epoch = manifest->epoch;
    out->bytes = (uint64_t)info.st_size;
    out->streams = ARENA_ARRAY(arena, manifest->n_streams, Lianxin__StreamHead *);
    for (; out->n_streams < manifest->n_streams; out->n_streams++) {
        Lianxin__StreamHead *head = &heads[out->n_streams];
        lianxin__stream_head__init(head);
        head->has_stream = head->has_rev = true;
        head->stream = manifest->streams[out->n_streams].stream;
        head->rev = manifest->streams[out->n_streams].rev;
        out->streams[out->n_streams] = head;
    }
    return STATUS_OK;
}
