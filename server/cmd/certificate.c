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

static enum status replace_authority(struct app *app, struct err *err)
{
    struct x509_key *key = NULL;
    struct buf pem;
    buf_init(&pem, X509_FILE_BYTES_MAX);
    enum status st = x509_key_new(&key, err);
    if (st == STATUS_OK)
        st = x509_make_successor(app->authority, key, clock_now_ms(&app->clock), &app->random, &pem, err);
    if (st == STATUS_OK)
        st = x509_key_write(key, app_path(app, "keys/next.key"), err);
    if (st == STATUS_OK)
        st = file_write(app_path(app, "keys/next.pem"), pem.data, pem.len_bytes, 0600, err);
    if (st == STATUS_OK)
        st = finish_change(app, err);
    x509_key_free(key);
    buf_done(&pem);
    if (st)
        return st;
    x509_authority_free(app->authority);
    app->authority = NULL;
    st = open_authority(app, err);
    if (st == STATUS_OK)
        log_event(&app->log, LOG_INFO, "authority.replace", NULL);
    return st;
}

enum status certificate_open_authority(struct app *app, bool replace, struct err *err)
{
    struct x509_info info;
    size_t bytes;
    enum status st = finish_change(app, err);
    if (st == STATUS_OK)
        st = open_authority(app, err);
    if (st || !replace)
        return st;
    const void *der = x509_authority_der(app->authority, &bytes);
    st = x509_inspect(der, bytes, &info, err);
    return st || !x509_is_due(&info, clock_now_ms(&app->clock)) ? st : replace_authority(app, err);
}

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
