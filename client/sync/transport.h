/* SPDX-License-Identifier: Apache-2.0
 *
 * How the sync engine asks the server: one blocking call per request, whatever carries it. client/transport does it over TLS and
 * over the control socket, the simulator inside one process. */
#ifndef CLIENT_SYNC_TRANSPORT_H
#define CLIENT_SYNC_TRANSPORT_H

#include "common/wire/message.h"

struct transport {
    /* Sends request (a NameRequest of the message) and waits for its reply. OK: *reply is a NameReply in arena, checked before it
     * was unpacked. A Failure from the server: its status and, when known, its reason and arguments; the text is the server's for a
     * reason this build does not know. UNAVAILABLE: no connection, cut, or no answer in time; the request may or may not have been
     * carried out, so only what may be repeated is sent again. PROTOCOL: the answer could not be read. DENIED: the server's
     * certificate is not of the pinned authority, or it refuses ours. */
    enum status (*call)(void *context, enum message_number number, const ProtobufCMessage *request, struct arena *arena,
                        ProtobufCMessage **reply, struct err *err);
    void (*free)(void *context); /* may be NULL */
    void *context;
};

static inline enum status MUST_CHECK transport_call(const struct transport *transport, enum message_number number,
                                                    const ProtobufCMessage *request, struct arena *arena, ProtobufCMessage **reply,
                                                    struct err *err)
{
    return transport->call(transport->context, number, request, arena, reply, err);
}

static inline void transport_free(struct transport *transport)
{
    if (transport->free)
        transport->free(transport->context);
    *transport = (struct transport){0};
}

#endif
