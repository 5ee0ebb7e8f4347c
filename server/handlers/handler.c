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

#define FROM_READ(name, Name)
#define FROM_WRITE(name, Name)
#define FROM_MEMORY(name, Name)                                                                                                    \
    static bool answer_##name(struct core *core, const struct proof *proof, const ProtobufCMessage *request, struct arena *arena,  \
                              ProtobufCMessage **reply)                                                                            \
    {                                                                                                                              \
        Lianxin__##Name##Reply *out = ARENA_NEW(arena, Lianxin__##Name##Reply);                                                    \
        lianxin__##name##_reply__init(out);                                                                                        \
        if (!handle_##name##_from_memory(core, proof, (const Lianxin__##Name##Request *)request, arena, out))                      \
            return false;                                                                                                          \
        *reply = &out->base;                                                                                                       \
        return true;                                                                                                               \
    }
#define MSG(number, name, Name, role, request_bytes, lane) FROM_##lane(name, Name)
#include "proto/message.def"
#undef MSG
#undef FROM_READ
#undef FROM_WRITE
#undef FROM_MEMORY

static const struct adaptor {
    uint16_t number;
    enum status (*run)(struct work *work, const ProtobufCMessage *request, ProtobufCMessage **reply, struct err *err);
    bool (*answer)(struct core *core, const struct proof *proof, const ProtobufCMessage *request, struct arena *arena,
                   ProtobufCMessage **reply); /* NULL: never from memory */
} adaptors[] = {
#define FROM_READ(name) NULL
#define FROM_WRITE(name) NULL
#define FROM_MEMORY(name) answer_##name
#define MSG(number_, name_, Name, role, request_bytes, lane)                                                                       \
    {.number = (number_), .run = run_##name_, .answer = FROM_##lane(name_)},
#include "proto/message.def"
#undef MSG
#undef FROM_READ
#undef FROM_WRITE
#undef FROM_MEMORY
};

/* Both come from one list, so there is one. */
static const struct adaptor *adaptor_of(const struct message *message)
{
    const struct adaptor *adaptor = adaptors;
    while (adaptor->number != message->number)
        adaptor++;
    return adaptor;
}

bool handler_answer(struct core *core, const struct message *message, const struct proof *proof, const ProtobufCMessage *request,
                    struct arena *arena, ProtobufCMessage **reply)
{
    const struct adaptor *adaptor = adaptor_of(message);
    return adaptor->answer && proof->certified && !proof->operator_socket && adaptor->answer(core, proof, request, arena, reply);
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
    st = adaptor_of(message)->run(work, request, reply, err);
    work->caller = outer;
    return st;
}
