/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cmd/certificate.h"

#include <unistd.h>

#include "common/base/file.h"

static bool is_there(struct app *app, const char *name)
{
    return access(app_path(app, name), F_OK) == 0;
}

/* keys/next.pem is written last and renamed last: as long as it is there, the change is decided and can be finished. */
static enum status finish_change(struct app *app, struct err *err)
{
    enum status st = STATUS_OK;
    if (!is_there(app, "keys/next.pem"))
        return STATUS_OK;
    if (is_there(app, "keys/next.key"))
        st = file_rename(app_path(app, "keys/next.key"), app_path(app, "keys/authority.key"), err);
    return st ? st : file_rename(app_path(app, "keys/next.pem"), app_path(app, "keys/authority.pem"), err);
}

static enum status open_authority(struct app *app, struct err *err)
{
    return x509_authority_open(app_path(app, "keys/authority.key"), app_path(app, "keys/authority.pem"), &app->authority, err);
}

/* ---- the next authority ---- */

#define SECOND_MS 1000
#define WAIT_MS (CERTIFICATE_WAIT_DAYS * CLOCK_DAY_MS)

static enum status prepare_successor(struct app *app, struct err *err)
{
    struct x509_key *key = NULL;
    struct buf pem;
    buf_init(&pem, X509_FILE_BYTES_MAX);
    enum status st = x509_key_new(&key, err);
    if (st == STATUS_OK)
        st = x509_make_successor(app->authority, key, clock_now_ms(&app->clock), &app->random, &pem, err);
    if (st == STATUS_OK)
        st = x509_key_write(key, app_path(app, "keys/successor.key"), err);
    if (st == STATUS_OK)
        st = file_write(app_path(app, "keys/successor.pem"), pem.data, pem.len_bytes, 0600, err);
    x509_key_free(key);
    buf_done(&pem);
    return st;
}

/* *made_ms: when it was prepared, at the latest, for certificates count seconds; 0: there is none, or only a part of one. */
static enum status find_successor(struct app *app, int64_t *made_ms, struct err *err)
{
    struct x509_info info;
    struct buf der;
    *made_ms = 0;
    if (!is_there(app, "keys/successor.pem") || (!is_there(app, "keys/successor.key") && !is_there(app, "keys/next.key")))
        return STATUS_OK;
    buf_init(&der, X509_FILE_BYTES_MAX);
    enum status st = x509_read(app_path(app, "keys/successor.pem"), &der, err);
    if (st == STATUS_OK)
        st = x509_inspect(der.data, der.len_bytes, &info, err);
    if (st == STATUS_OK)
        *made_ms = info.not_before_ms + CLOCK_DAY_MS + SECOND_MS;
    buf_done(&der);
    return st;
}

static enum status use_successor(struct app *app, struct err *err)
{
    enum status st = STATUS_OK;
    if (is_there(app, "keys/successor.key"))
        st = file_rename(app_path(app, "keys/successor.key"), app_path(app, "keys/next.key"), err);
    if (st == STATUS_OK)
        st = file_rename(app_path(app, "keys/successor.pem"), app_path(app, "keys/next.pem"), err);
    if (st == STATUS_OK)
        st = finish_change(app, err);
    if (st)
        return st;
    x509_authority_free(app->authority);
    app->authority = NULL;
    st = open_authority(app, err);
    app->issuer.authority = app->authority;
    if (st == STATUS_OK)
        log_event(&app->log, LOG_INFO, "authority.replace", NULL);
    return st;
}

enum status certificate_open_authority(struct app *app, struct err *err)
{
    enum status st = finish_change(app, err);
    return st ? st : open_authority(app, err);
}

enum status certificate_settle_authority(struct app *app, int64_t oldest_backup_ms, int64_t began_ms, struct err *err)
{
    const int64_t now_ms = clock_now_ms(&app->clock);
    struct x509_info info;
    int64_t made_ms;
    size_t bytes;
    const void *der = x509_authority_der(app->authority, &bytes);
    enum status st = x509_inspect(der, bytes, &info, err);
    if (st || !x509_is_due(&info, now_ms))
        return st;
    st = find_successor(app, &made_ms, err);
    if (st == STATUS_OK && !made_ms) {
        made_ms = now_ms;
        st = prepare_successor(app, err);
        if (st == STATUS_OK)
            log_event(&app->log, LOG_INFO, "authority.prepare", NULL);
    }
    bool wait =
        oldest_backup_ms < made_ms && began_ms < made_ms && now_ms - made_ms < WAIT_MS && info.not_after_ms - now_ms > WAIT_MS;
    return st || wait ? st : use_successor(app, err);
}

/* ---- the server's own ---- */

static enum status issue(struct app *app, const char *path, struct err *err)
{
    struct x509_key *key = NULL;
    struct buf der;
    buf_init(&der, X509_FILE_BYTES_MAX);
    enum status st = x509_key_read(app_path(app, "keys/server.key"), &key, err);
    if (st == STATUS_OK)
        st = x509_issue_server(app->authority, key, clock_now_ms(&app->clock), &app->random, &der, err);
    if (st == STATUS_OK)
        st = x509_write(path, der.data, der.len_bytes, err);
    x509_key_free(key);
    buf_done(&der);
    return st;
}

enum status certificate_renew(struct app *app, bool *renewed, struct err *err)
{
    const char *path = app_path(app, "keys/server.pem");
    struct x509_info info;
    struct buf der;
    bool due = false;
    *renewed = false;
    buf_init(&der, X509_FILE_BYTES_MAX);
    enum status st = x509_read(path, &der, err);
    if (st == STATUS_OK)
        st = x509_inspect(der.data, der.len_bytes, &info, err);
    if (st == STATUS_OK)
        due = x509_is_due(&info, clock_now_ms(&app->clock)) || !x509_is_issued_by(app->authority, der.data, der.len_bytes);
    buf_done(&der);
    if (st || !due)
        return st;
    st = issue(app, path, err);
    *renewed = st == STATUS_OK;
    return st;
}
