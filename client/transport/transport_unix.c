/* SPDX-License-Identifier: Apache-2.0 */
#include "client/transport/transport_unix.h"

#include <stdlib.h>
#include <unistd.h>

#include "client/transport/exchange.h"
#include "client/transport/socket.h"

#define CALL_TIMEOUT_MS 60000

struct control {
    int fd;
    int timeout_ms;
    uint32_t last_request;
    bool broken;
};

static enum status write_bytes(void *context, const void *data, size_t bytes, int64_t until_ms, struct err *err)
{
    const struct control *control = context;
    return socket_write(control->fd, data, bytes, until_ms, err);
}

static enum status read_bytes(void *context, void *data, size_t bytes, int64_t until_ms, struct err *err)
{
    const struct control *control = context;
    return socket_read(control->fd, data, bytes, until_ms, err);
}

static enum status call(void *context, enum message_number number, const ProtobufCMessage *request, struct arena *arena,
                        ProtobufCMessage **reply, struct err *err)
{
    struct control *control = context;
    const struct channel channel = {.write = write_bytes, .read = read_bytes, .context = control};
    if (control->broken)
        return err_reason(err, REASON_CONNECTION_LOST, "it was cut before", NULL);
    return exchange_call(&channel, number, ++control->last_request, request, socket_now_ms() + control->timeout_ms, arena, reply,
                         &control->broken, err);
}

static void release(void *context)
{
    struct control *control = context;
    close(control->fd);
    free(control);
}

enum status transport_unix_open(const char *path, int timeout_ms, struct transport *out, struct err *err)
{
    struct control *control = calloc(1, sizeof *control);
    if (!control)
        return err_set(err, STATUS_NO_MEMORY, "no memory for a connection");
    enum status s = socket_connect_unix(path, &control->fd, err);
    if (s) {
        free(control);
        return s;
    }
    control->timeout_ms = timeout_ms ? timeout_ms : CALL_TIMEOUT_MS;
    *out = (struct transport){.call = call, .free = release, .context = control};
    return STATUS_OK;
}
