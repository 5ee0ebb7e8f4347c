/* SPDX-License-Identifier: Apache-2.0 */
#include "server/handlers/handler.h"

/* One adaptor for each row: from the generic message to the handler's own types. */
#define MSG(number, name, Name, role, request_bytes, lane)                                                                         \
    static enum status run_##name(struct work *work, const ProtobufCMessage *request, ProtobufCMessage **reply, struct err *err)   \
    {                                                                                                                              \
        Lianxin__##Name##Reply *out = ARENA_NEW(work->arena, Lianxin__##Name##Reply);                                              \
        lianxin__##name##_reply__init(out);                                                                                        \
        enum status st = handle_##name(work, (const Lianxin__##Name##Request *)request, out, err);                                 \
        if (st == STATUS_OK)                                                                                                       \
            *reply = &out->base;                                                                                                   \
        return st;                                                                                                                 \
    }
#include "proto/message.def"
#undef MSG

static const struct {
    uint16_t number;
    enum status (*run)(struct work *work, const ProtobufCMessage *request, ProtobufCMessage **reply, struct err *err);
} adaptors[] = {
#define MSG(number_, name_, Name, role, request_bytes, lane) {.number = (number_), .run = run_##name_},
#include "proto/message.def"
#undef MSG
};

bool handler_answer(struct core *core, const struct message *message, const struct proof *proof, const ProtobufCMessage *request,
                    struct arena *arena, ProtobufCMessage **reply)
{
    if (message->number != MESSAGE_pull || !proof->certified || proof->operator_socket)
        return false;
    Lianxin__PullReply *out = ARENA_NEW(arena, Lianxin__PullReply);
    lianxin__pull_reply__init(out);
    if (!handle_pull_at_once(core, proof, (const Lianxin__PullRequest *)request, arena, out))
        return false;
    *reply = &out->base;
    return true;
}

enum status handler_run(struct work *work, const struct message *message, const struct proof *proof,
                        const ProtobufCMessage *request, ProtobufCMessage **reply, struct err *err)
{
    struct proof shown = *proof;
    struct caller caller;
    /* Who enrols is nobody yet, whatever certificate of an earlier life is shown. */
    if (message->number == MESSAGE_enrol)
        shown.certified = false;
    enum status st = caller_find(work->desk, work->arena, &shown, &caller, err);
    if (st == STATUS_OK)
        st = caller_check_role(&caller, message->role, message->name, err);
    if (st)
        return st;
    const struct caller *outer = work->caller; /* of a bundle, whose exchanges are run by its handler */
    work->caller = &caller;
    for (size_t i = 0; i < sizeof adaptors / sizeof adaptors[0]; i++)
        if (adaptors[i].number == message->number) {
            st = adaptors[i].run(work, request, reply, err);
            break;
        }
    work->caller = outer;
    return st;
}
