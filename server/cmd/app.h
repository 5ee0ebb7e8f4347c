/* SPDX-License-Identifier: Apache-2.0
 *
 * A data folder at work:
 *   lianxind.conf   the configuration
 *   lianxin.db      the district's records
 *   keys/           authority.key authority.pem server.key server.pem journal.key, for the owner only
 *   control.sock    the operator's way in while the server runs
 *   lock            held by whoever may write */
#ifndef SERVER_CMD_APP_H
#define SERVER_CMD_APP_H

#include "common/base/config.h"
#include "common/db/lock.h"
#include "server/cmd/host.h"
#include "server/cmd/issuer.h"
#include "server/lane/lane.h"

enum app_key {
#define CONFIG(name, type, preset, least, most, reloadable, text, text_zh) APP_KEY_##name,
#include "server/config.def"
#undef CONFIG
    APP_KEYS
};
extern const struct config_key app_keys[APP_KEYS];

struct app {
    struct arena arena;
    const char *data;
    struct config config;
    struct clock clock;
    struct random random;
    struct log log;
    const struct schema *schema;
    struct lock *lock;
    struct x509_authority *authority;
    struct issuer_context issuer;
    struct host_context host;
    struct core *core;
    struct lanes *lanes; /* without threads */
};

/* Nothing is open yet; data is borrowed. */
void app_init(struct app *app, const char *data);
void app_done(struct app *app); /* in any state */
/* DATA/name, in app->arena. */
const char *app_path(struct app *app, const char *name);
/* All defaults, then the file if there is one. */
enum status app_read_config(struct app *app, struct err *err) MUST_CHECK;
/* LOCKED when a server or another lianxind holds the folder. */
enum status app_lock(struct app *app, struct err *err) MUST_CHECK;
/* One exchange as the operator in this process, over the folder that is open (app_open.h); *reply in arena. */
enum status app_ask(struct app *app, enum message_number number, const ProtobufCMessage *request, struct arena *arena,
                    ProtobufCMessage **reply, struct err *err) MUST_CHECK;

/* The settings as the configuration says, lists in app->arena. */
struct settings app_settings(struct app *app);
/* "a, b" → its parts, in arena; blanks around them are dropped. */
const char *const *app_split(struct arena *arena, const char *text, size_t *n);
/* What core_open() and core_create() take; the authority and journal key must be there. */
struct core_config app_core_config(struct app *app, const uint8_t journal_key[SHA256_BYTES]);

#endif
