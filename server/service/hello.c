/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/hello.h"

#include "server/service/digests.h"
#include "server/service/journal.h"
#include "server/service/presence.h"
#include "server/service/school.h"

static enum status read_head(struct work *work, struct hello_head *head, struct err *err)
{
    bool any = true;
    enum status st = journal_head_rev(work->desk->sql, head->stream, &head->rev, err);
    if (st == STATUS_OK && head->rev)
        st = digests_find(work->desk, work->arena, head->stream, head->rev, &head->digest, &any, err);
    return st;
}

/* Who holds the last row holds everything. In memory: nothing is written for it here. */
static void note_presence(struct work *work, const struct hello_head *held, const struct hello_head *head)
{
    const struct caller *caller = work->caller;
    bool synced = held && held->stream == head->stream && held->rev == head->rev &&
                  (!held->rev || sha256_equal(&held->digest, &head->digest));
    presence_note(work->desk->core->presence, &caller->device, caller->stream, work->now_ms, synced);
}

enum status hello_greet(struct work *work, const struct hello_head *held, struct hello_done *out, struct err *err)
{
    const struct caller *caller = work->caller;
    struct hello_done done = {.heads = {{.stream = STREAM_PUBLIC}, {.stream = caller->stream}}};
    const Lianxin__School *school = NULL;
    enum status st = STATUS_OK;
    if (!uuid_is_zero(&caller->device))
        done.n_heads = 2;
    if (caller->stream >= STREAM_FIRST_SCHOOL)
        st = school_find(work->desk, work->arena, caller->stream, &school, err);
    if (st == STATUS_OK && school) {
        done.school_code = school->code;
        done.school_name = school->name;
    }
    for (size_t i = 0; st == STATUS_OK && i < done.n_heads; i++)
        st = read_head(work, &done.heads[i], err);
    if (st)
        return st;
    if (done.n_heads)
        note_presence(work, held, &done.heads[1]);
    *out = done;
    return STATUS_OK;
}
