/* SPDX-License-Identifier: Apache-2.0 */
#include "server/cmd/app.h"

#include <string.h>
#include <unistd.h>

#include "common/wire/frame.h"
#include "server/service/core_open.h"

const struct config_key app_keys[APP_KEYS] = {
#define CONFIG(name_, type_, preset_, least_, most_, reloadable_, text_, text_zh_)                                                 \
    {.name = #name_,                                                                                                               \
     .type = CONFIG_##type_,                                                                                                       \
     .preset = (preset_),                                                                                                          \
     .least = (least_),                                                                                                            \
     .most = (most_),                                                                                                              \
     .text = (text_),                                                                                                              \
     .text_zh = (text_zh_),                                                                                                        \
     .reloadable = (reloadable_)},
#include "server/config.def"
#undef CONFIG
};

void app_init(struct app *app, const char *data)
{
    *app = (struct app){.data = data, .clock = clock_system(CLOCK_ZONE_CHINA_S), .random = random_system()};
    arena_init(&app->arena, 0);
    app->log = log_to_fd(STDERR_FILENO, LOG_WARN, app->clock);
}

void app_done(struct app *app)
{
    if (app->lanes) {
        lanes_stop(app->lanes);
        lanes_close(app->lanes);
    }
    core_close(app->core);
    x509_authority_free(app->authority);
    if (app->lock)
        lock_close(app->lock);
    arena_done(&app->arena);
}

const char *app_path(struct app *app, const char *name)
{
    return arena_printf(&app->arena, "%s/%s", app->data, name);
}

enum status app_read_config(struct app *app, struct err *err)
{
    struct err missing;
    enum status st = config_init(&app->config, &app->arena, app_keys, APP_KEYS, err);
    if (st)
        return st;
    st = config_read(&app->config, app_path(app, "lianxind.conf"), &missing);
    if (st && st != STATUS_NOT_FOUND) {
        *err = missing;
        return st;
    }
    if (log_level_parse(config_get_text(&app->config, APP_KEY_log_level)) < 0)
        return err_set(err, STATUS_INVALID, "log_level: \"%s\" is none of debug, info, warn, error",
                       config_get_text(&app->config, APP_KEY_log_level));
    app->clock.zone_s = (int32_t)config_get_int(&app->config, APP_KEY_zone) * 60;
    app->log.clock = app->clock;
    return STATUS_OK;
}

enum status app_lock(struct app *app, struct err *err)
{
    return lock_open(app->data, &app->lock, err);
}

/* ---- settings ---- */

const char *const *app_split(struct arena *arena, const char *text, size_t *n)
{
    size_t room = 1;
    for (const char *at = text; *at; at++)
        room += *at == ',';
    const char **parts = ARENA_ARRAY(arena, room, const char *);
    *n = 0;
    while (*text) {
        size_t bytes;
        text += strspn(text, " \t,");
        bytes = strcspn(text, " \t,");
        if (bytes)
            parts[(*n)++] = arena_strndup(arena, text, bytes);
        text += bytes;
    }
    return parts;
}

struct settings app_settings(struct app *app)
{
    const struct config *config = &app->config;
    struct settings settings = settings_default();
    settings.district = config_get_text(config, APP_KEY_name);
    settings.addresses = app_split(&app->arena, config_get_text(config, APP_KEY_public), &settings.n_addresses);
    settings.invitation_days = (uint32_t)config_get_int(config, APP_KEY_invitation_days);
    settings.snapshot_rows = (uint32_t)config_get_int(config, APP_KEY_snapshot_rows);
    settings.page_bytes = (uint32_t)config_get_int(config, APP_KEY_page);
    settings.checkpoint_frames = (uint32_t)config_get_int(config, APP_KEY_checkpoint_frames);
    settings.nightly_minutes = (int32_t)config_get_int(config, APP_KEY_aggregate_at);
    settings.backup_minutes = config_get_int(config, APP_KEY_backup_keep) ? (int32_t)config_get_int(config, APP_KEY_backup_at) : -1;
    settings.min_free_bytes = (uint64_t)config_get_int(config, APP_KEY_min_free);
    settings.log_days = (uint32_t)config_get_int(config, APP_KEY_log_days);
    return settings;
}

struct core_config app_core_config(struct app *app, const uint8_t journal_key[SHA256_BYTES])
{
    struct core_config config = {.path = app_path(app, "lianxin.db"),
                                 .schema = app->schema,
                                 .clock = app->clock,
                                 .random = app->random,
                                 .log = &app->log,
                                 .issuer = issuer_of(&app->issuer),
                                 .host = host_of(&app->host),
                                 .settings = app_settings(app)};
    app->host.data = app->data;
    app->issuer = (struct issuer_context){.authority = app->authority, .clock = app->clock, .random = app->random};
    memcpy(config.journal_key, journal_key, SHA256_BYTES);
    return config;
}

/* ---- asking in this process ---- */

static void note_answered(struct request *request)
{
    *(bool *)request->owner = true;
}

/* The message is packed and unpacked like one from a socket, so that both ways are one. */
static enum status fill_body(struct request *request, const ProtobufCMessage *message, struct err *err)
{
    struct buf body;
    enum status st = STATUS_NO_MEMORY;
    buf_init(&body, 0);
    if (buf_reserve(&body, protobuf_c_message_get_packed_size(message) + 1)) {
        size_t bytes = protobuf_c_message_pack(message, (uint8_t *)body.data);
        st = message_decode(&request->arena, request->message->request, body.data, bytes, &request->body, err);
    }
    buf_done(&body);
    return st;
}

static enum status read_answer(const struct request *request, struct arena *arena, ProtobufCMessage **reply, struct err *err)
{
    struct frame frame = frame_decode(request->frame.data);
    const char *body = request->frame.data + FRAME_HEADER_BYTES;
    if (frame.flags & FRAME_FAILURE)
        return message_read_failure(body, frame.body_bytes, err);
    return message_decode(arena, request->message->reply, body, frame.body_bytes, reply, err);
}

enum status app_ask(struct app *app, enum message_number number, const ProtobufCMessage *message, struct arena *arena,
                    ProtobufCMessage **reply, struct err *err)
{
    const struct peer operator= {.operator_socket = true, .name = "here"};
    bool answered = false;
    struct request *request = request_new(message_find((uint16_t)number), 1, &operator);
    if (!request)
        return err_set(err, STATUS_NO_MEMORY, "no memory for a request");
    request->done = note_answered;
    request->owner = &answered;
    enum status st = fill_body(request, message, err);
    if (st == STATUS_OK && !lanes_submit(app->lanes, request))
        st = err_reason(err, REASON_BUSY, NULL);
    while (st == STATUS_OK && !answered)
        (void)lanes_step(app->lanes);
    if (st == STATUS_OK)
        st = read_answer(request, arena, reply, err);
    request_free(request);
    return st;
}
