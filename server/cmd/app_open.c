/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cmd/app_open.h"

#include <string.h>
#include <unistd.h>

#include "common/base/file.h"
#include "server/cmd/certificate.h"
#include "server/service/core_open.h"

static enum status read_journal_key(struct app *app, uint8_t out[SHA256_BYTES], struct err *err)
{
    struct buf buf;
    const char *path = app_path(app, "keys/journal.key");
    buf_init(&buf, 0);
    enum status st = file_read(path, SHA256_BYTES + 1, &buf, err);
    if (st == STATUS_OK && buf.len_bytes != SHA256_BYTES)
        st = err_set(err, STATUS_CORRUPT, "%s does not hold a key of %d bytes", path, SHA256_BYTES);
    if (st == STATUS_OK)
        memcpy(out, buf.data, SHA256_BYTES);
    buf_done(&buf);
    return st;
}

enum status app_prepare(struct app *app, struct core_config *config, struct err *err)
{
    uint8_t journal_key[SHA256_BYTES];
    if (access(app_path(app, "lianxin.db"), F_OK) != 0)
        return err_set(err, STATUS_NOT_FOUND,
                       "%s holds no district; make one with lianxind init, or name another folder with --data", app->data);
    enum status st = schema_new(&app->arena, schema_source_current(), &app->schema, err);
    if (st == STATUS_OK)
        st = read_journal_key(app, journal_key, err);
    if (st == STATUS_OK)
        st = certificate_open_authority(app, err);
    if (st == STATUS_OK)
        *config = app_core_config(app, journal_key);
    return st;
}

enum status app_start(struct app *app, const struct core_config *config, struct err *err)
{
    unsigned readers = (unsigned)config_get_int(&app->config, APP_KEY_readers);
    enum status st = core_open(config, &app->core, err);
    return st ? st : lanes_open(&(struct lanes_config){.core = app->core, .readers = readers}, &app->lanes, err);
}

enum status app_open(struct app *app, struct err *err)
{
    struct core_config config;
    enum status st = app_prepare(app, &config, err);
    return st ? st : app_start(app, &config, err);
}
