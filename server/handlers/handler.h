/* SPDX-License-Identifier: Apache-2.0
 *
 * The handlers, one for each row of proto/message.def: a missing one is a link error. A handler decodes nothing and decides
 * nothing: it calls one service and fills the reply, whose memory is work->arena's. Role and identity were checked before; streams
 * are the services'. */
#ifndef SERVER_HANDLERS_HANDLER_H
#define SERVER_HANDLERS_HANDLER_H

#include "common/wire/message.h"
#include "server/service/caller.h"

#define MSG(number, name, Name, role, request_bytes, lane)                                                                         \
    enum status handle_##name(struct work *work, const Lianxin__##Name##Request *request, Lianxin__##Name##Reply *reply,           \
                              struct err *err) MUST_CHECK;
#include "proto/message.def"
#undef MSG

/* …and one more for each row of the lane MEMORY: answers what is known without a database, in any thread; false when it is not. */
#define FROM_READ(name, Name)
#define FROM_WRITE(name, Name)
#define FROM_MEMORY(name, Name)                                                                                                    \
    bool handle_##name##_from_memory(struct core *core, const struct proof *proof, const Lianxin__##Name##Request *request,        \
                                     struct arena *arena, Lianxin__##Name##Reply *reply);
#define MSG(number, name, Name, role, request_bytes, lane) FROM_##lane(name, Name)
#include "proto/message.def"
#undef MSG
#undef FROM_READ
#undef FROM_WRITE
#undef FROM_MEMORY

/* Answers an enrolled device from memory, if its message's lane and what is known allow; in any thread. *reply lives in arena. */
bool handler_answer(struct core *core, const struct message *message, const struct proof *proof, const ProtobufCMessage *request,
                    struct arena *arena, ProtobufCMessage **reply);
/* Finds the caller, checks its role and calls the handler. *reply lives in arena. now_ms is the request's time. */
enum status handler_run(struct work *work, const struct message *message, const struct proof *proof,
                        const ProtobufCMessage *request, ProtobufCMessage **reply, struct err *err) MUST_CHECK;

#endif
