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

enum status hello_greet(struct work *work, struct hello_done *out, struct err *err)
{
    const struct caller *caller = work->caller;
    struct hello_done done = {.heads = {{.stream = STREAM_PUBLIC}, {.stream = caller->stream}}};
    const Lianxin__School *school = NULL;
    enum status st = STATUS_OK;
    if (!uuid_is_zero(&caller->device)) {
        presence_note(work->desk->core->presence, &caller->device, caller->stream, work->now_ms, false);
        done.n_heads = 2;
    }
    if (caller->stream >= STREAM_FIRST_SCHOOL)
        st = school_find(work->desk, work->arena, caller->stream, &school, err);
    if (st == STATUS_OK && school) {
        done.school_code = school->code;
        done.school_name = school->name;
    }
    for (size_t i = 0; st == STATUS_OK && i < done.n_heads; i++)
        st = read_head(work, &done.heads[i], err);
    if (st == STATUS_OK)
        *out = done;
    return st;
}
