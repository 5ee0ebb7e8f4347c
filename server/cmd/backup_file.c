/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cmd/backup_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "client/ui/lang.h"
#include "server/cmd/app_open.h"
#include "server/cmd/archive.h"
#include "server/service/journal.h"

#define DATABASE "lianxin.db"

/* Everything but the database, the socket and the lock. The keys of the authority in the order in which a change moves them on: one
 * that goes on meanwhile, or was cut off, leaves none out. */
static const struct {
    const char *name;
    bool needed;
} small_parts[] = {
    {"lianxind.conf", false},  {"keys/successor.key", false}, {"keys/successor.pem", false}, {"keys/next.key", false},
    {"keys/next.pem", false},  {"keys/authority.key", true},  {"keys/authority.pem", true},  {"keys/server.key", true},
    {"keys/server.pem", true}, {"keys/journal.key", true},
};
#define SMALL_PARTS (sizeof small_parts / sizeof small_parts[0])

static enum status fail(struct err *err, const char *what, const char *path, int number)
{
    char text[128];
    return err_set(err, number == ENOENT ? STATUS_NOT_FOUND : STATUS_FAILED, "cannot %s %s: %s", what, path,
                   err_errno(number, text, sizeof text));
}

/* ---- folders ---- */

enum status backup_file_locate(struct arena *arena, const char *path, const char **out, struct err *err)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const char *of = !slash ? "." : slash == path ? "/" : arena_strndup(arena, path, (size_t)(slash - path));
    if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return err_set(err, STATUS_USAGE, _("\"%s\" names no file"), path);
    if (!realpath(of, folder))
        return fail(err, "find the folder", of, errno);
    *out = arena_printf(arena, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, name);
    return STATUS_OK;
}

enum status backup_file_make_folder(struct arena *arena, const char *path, const char **out, struct err *err)
{
    char *folder = arena_printf(arena, "%s.part-XXXXXX", path);
    if (!mkdtemp(folder))
        return fail(err, "make a folder beside", path, errno);
    *out = folder;
    return STATUS_OK;
}

/* What unlink() refuses is a folder: these are ours, and two levels deep. */
void backup_file_remove_folder(const char *folder)
{
    DIR *entries = opendir(folder);
    const struct dirent *entry;
    if (!entries)
        return;
    while ((entry = readdir(entries)) != NULL) {
        char path[PATH_MAX];
        bool up = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
        if (!up && (size_t)snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) < sizeof path && unlink(path) != 0)
            backup_file_remove_folder(path);
    }
    closedir(entries);
    rmdir(folder);
}

/* ---- writing ---- */

static enum status digest_file(const char *path, uint64_t *bytes, struct sha256 *digest, struct err *err)
{
    char piece[65536];
    struct sha256_stream sum;
    ssize_t n;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(err, "read", path, errno);
    *bytes = 0;
    sha256_start(&sum);
    while ((n = read(fd, piece, sizeof piece)) > 0 || (n < 0 && errno == EINTR))
        if (n > 0) {
            sha256_add(&sum, piece, (size_t)n);
            *bytes += (uint64_t)n;
        }
    int number = errno;
    close(fd);
    if (n < 0)
        return fail(err, "read", path, number);
    *digest = sha256_finish(&sum);
    return STATUS_OK;
}

struct reading {
    struct arena *arena;
    struct manifest *out;
    size_t room;
};

static enum status add_stream(void *context, uint32_t stream, uint64_t rev, struct err *err)
{
    struct reading *r = context;
    struct manifest *out = r->out;
    (void)err;
    ARENA_MORE(r->arena, out->streams, out->n_streams, &r->room);
    out->streams[out->n_streams++] = (struct manifest_stream){.stream = stream, .rev = rev};
    return STATUS_OK;
}

static enum status read_epoch(struct sql *db, uint64_t *out, struct err *err)
{
    struct sql_statement *s;
    bool row;
    enum status st = sql_prepare(db, "SELECT epoch FROM district WHERE id = 1", &s, err);
    if (st == STATUS_OK)
        st = sql_step(s, &row, err);
    if (st)
        return st;
    if (!row)
        return err_set(err, STATUS_NOT_FOUND, "the database holds no district");
    *out = (uint64_t)sql_int(s, 0);
    sql_reset(s);
    return STATUS_OK;
}

/* The copy is one state of the database, whatever the server does meanwhile; what the manifest says is read from the copy. */
static enum status copy_database(struct arena *arena, struct app *app, const char *to, struct manifest *out, struct err *err)
{
    struct sql *db;
    out->made_ms = clock_now_ms(&app->clock);
    enum status st = sql_open(app_path(app, DATABASE), SQL_READER, NULL, &db, err);
    if (st)
        return st;
    st = sql_copy_to(db, to, err);
    sql_close(db);
    if (st == STATUS_OK)
        st = digest_file(to, &out->parts[0].bytes, &out->parts[0].digest, err);
    if (st == STATUS_OK)
        st = sql_open(to, SQL_READER, NULL, &db, err);
    if (st)
        return st;
    st = read_epoch(db, &out->epoch, err);
    if (st == STATUS_OK)
        st = journal_visit_heads(db, add_stream, &(struct reading){.arena = arena, .out = out}, err);
    sql_close(db);
    return st;
}

static enum status collect_small(struct arena *arena, struct app *app, struct manifest *out, struct archive_part *parts,
                                 struct err *err)
{
    for (size_t i = 0; i < SMALL_PARTS; i++) {
        struct buf buf;
        buf_init(&buf, 0);
        enum status st = file_read(app_path(app, small_parts[i].name), 1 << 20, &buf, err);
        if (st == STATUS_OK) {
            struct archive_part *part = &parts[out->n_parts];
            *part = (struct archive_part){
                .name = small_parts[i].name, .data = arena_copy(arena, buf_text(&buf), buf.len_bytes), .bytes = buf.len_bytes};
            out->parts[out->n_parts++] =
                (struct manifest_part){.name = part->name, .bytes = part->bytes, .digest = sha256_of(part->data, part->bytes)};
        }
        buf_done(&buf);
        if (st && (st != STATUS_NOT_FOUND || small_parts[i].needed))
            return st;
    }
    return STATUS_OK;
}

static enum status write_archive(struct arena *arena, struct app *app, const char *folder, const char *to, struct manifest *out,
                                 struct err *err)
{
    struct archive_part parts[SMALL_PARTS + 2];
    struct buf text;
    out->software = LIANXIN_VERSION;
    out->district = arena_strdup(arena, config_get_text(&app->config, APP_KEY_name));
    out->parts = ARENA_ARRAY(arena, SMALL_PARTS + 1, struct manifest_part);
    out->parts[0].name = DATABASE;
    out->n_parts = 1;
    parts[0] = (struct archive_part){.name = DATABASE, .path = arena_printf(arena, "%s/copy.db", folder)};
    enum status st = copy_database(arena, app, parts[0].path, out, err);
    if (st == STATUS_OK)
        st = collect_small(arena, app, out, parts, err);
    if (st)
        return st;
    buf_init(&text, 0);
    manifest_print(out, &text);
    parts[out->n_parts] = (struct archive_part){.name = MANIFEST_NAME, .data = buf_text(&text), .bytes = text.len_bytes};
    st = archive_write(to, parts, out->n_parts + 1, err);
    buf_done(&text);
    return st;
}

static enum status verify(const char *path, const char *folder, struct err *err)
{
    struct manifest manifest;
    struct app app;
    if (mkdir(folder, 0700) != 0)
        return fail(err, "make the folder", folder, errno);
    app_init(&app, folder);
    enum status st = backup_file_extract(&app, path, &manifest, err);
    app_done(&app);
    return st ? err_prefix(err, _("the backup was written but could not be verified, so it was dropped")) : STATUS_OK;
}

static enum status write_in(struct arena *arena, struct app *app, const char *folder, const char *path, struct manifest *out,
                            struct err *err)
{
    const char *archive = arena_printf(arena, "%s/archive", folder);
    struct manifest manifest = {0};
    enum status st = app_read_config(app, err);
    if (st == STATUS_OK)
        st = write_archive(arena, app, folder, archive, &manifest, err);
    if (st == STATUS_OK)
        st = verify(archive, arena_printf(arena, "%s/check", folder), err);
    if (st == STATUS_OK)
        st = file_rename(archive, path, err);
    if (st == STATUS_OK)
        *out = manifest;
    return st;
}

enum status backup_file_write(struct arena *arena, const char *data, const char *path, struct manifest *out, struct err *err)
{
    struct app app;
    const char *folder = NULL;
    if (access(path, F_OK) == 0)
        return err_set(err, STATUS_EXISTS, _("%s exists already; a backup never replaces a file: name another one"), path);
    enum status st = backup_file_make_folder(arena, path, &folder, err);
    if (st)
        return st;
    app_init(&app, data);
    st = write_in(arena, &app, folder, path, out, err);
    app_done(&app);
    backup_file_remove_folder(folder);
    return st;
}

/* ---- reading ---- */

static enum status read_manifest(struct app *app, struct archive *archive, struct manifest *out, struct err *err)
{
    struct buf text;
    buf_init(&text, 0);
    enum status st = archive_read(archive, MANIFEST_NAME, MANIFEST_BYTES_MAX, &text, err);
    if (st == STATUS_OK)
        st = manifest_parse(&app->arena, buf_text(&text), text.len_bytes, out, err);
    buf_done(&text);
    return st;
}

static enum status extract_parts(struct app *app, struct archive *archive, const struct manifest *manifest, struct err *err)
{
    enum status st = STATUS_OK;
    if (mkdir(app_path(app, "keys"), 0700) != 0)
        return fail(err, "make the folder", app_path(app, "keys"), errno);
    for (size_t i = 0; st == STATUS_OK && i < manifest->n_parts; i++) {
        const struct manifest_part *part = &manifest->parts[i];
        struct sha256 digest;
        st = archive_extract(archive, part->name, app_path(app, part->name), part->bytes, &digest, err);
        if (st == STATUS_OK && !sha256_equal(&digest, &part->digest))
            st = err_set(err, STATUS_CORRUPT, "the backup's part %s is not what was written into it", part->name);
    }
    return st;
}

/* A backup of another state than its manifest says would make clients let go of what it does not hold. */
static enum status compare_heads(struct app *app, const struct manifest *manifest, struct err *err)
{
    enum status st = STATUS_OK;
    for (size_t i = 0; st == STATUS_OK && i < manifest->n_streams; i++) {
        uint64_t rev;
        st = journal_head_rev(app->core->writer.sql, manifest->streams[i].stream, &rev, err);
        if (st == STATUS_OK && rev != manifest->streams[i].rev)
            st = err_set(err, STATUS_CORRUPT, "the backup's database is not the one its manifest describes");
    }
    return st;
}

static enum status check_district(struct app *app, struct err *err)
{
    Lianxin__CheckRequest request = LIANXIN__CHECK_REQUEST__INIT;
    ProtobufCMessage *reply;
    enum status st = app_ask(app, MESSAGE_check, &request.base, &app->arena, &reply, err);
    if (st == STATUS_OK && !((const Lianxin__CheckReply *)reply)->ok)
        st = err_set(err, STATUS_CORRUPT, _("the database in the backup does not agree with itself; use an earlier backup"));
    return st;
}

enum status backup_file_extract(struct app *app, const char *path, struct manifest *out, struct err *err)
{
    struct manifest manifest = {0};
    struct archive *archive;
    enum status st = archive_open(path, &archive, err);
    if (st)
        return st;
    st = read_manifest(app, archive, &manifest, err);
    if (st == STATUS_OK)
        st = extract_parts(app, archive, &manifest, err);
    archive_close(archive);
    if (st == STATUS_OK)
        st = app_lock(app, err);
    if (st == STATUS_OK)
        st = app_read_config(app, err);
    if (st == STATUS_OK)
        st = app_open(app, err);
    if (st == STATUS_OK)
        st = compare_heads(app, &manifest, err);
    if (st == STATUS_OK)
        st = check_district(app, err);
    if (st == STATUS_OK)
        *out = manifest;
    return st;
}
