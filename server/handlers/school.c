/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/school.h"

#include "common/wire/message.h"
#include "server/handlers/fill.h"
#include "server/handlers/handler.h"
#include "server/service/school_put.h"

static struct school_wish wish_of(const Lianxin__SchoolPutRequest *request)
{
    return (struct school_wish){.code = request->code,
                                .new_code = request->new_code,
                                .name = request->name,
                                .area = request->area,
                                .has_stage = request->has_stage,
                                .stage = request->stage,
                                .has_opened = request->has_opened,
                                .opened = request->opened,
                                .has_closed = request->has_closed,
                                .closed = request->closed,
                                .add = request->add};
}

enum status handle_school_put(struct work *work, const Lianxin__SchoolPutRequest *request, Lianxin__SchoolPutReply *reply,
                              struct err *err)
{
    struct school_wish wish = wish_of(request);
    struct school_done done;
    struct err failure;
    enum status st = school_put(work, &wish, 1, request->check_only, &done, &failure, &reply->rev, err);
    if (st)
        return st;
    reply->has_number = reply->has_rev = reply->has_changed = true;
    reply->number = done.number;
    reply->changed = done.changed;
    return STATUS_OK;
}

static Lianxin__SchoolImportReply__Problem *fill_problem(struct arena *arena, size_t index, const struct err *failure)
{
    Lianxin__SchoolImportReply__Problem *problem = ARENA_NEW(arena, Lianxin__SchoolImportReply__Problem);
    Lianxin__Failure *out = ARENA_NEW(arena, Lianxin__Failure);
    lianxin__school_import_reply__problem__init(problem);
    lianxin__failure__init(out);
    problem->has_index = true;
    problem->index = (uint32_t)index;
    problem->failure = out;
    out->has_status = out->has_reason = true;
    out->status = (uint32_t)failure->status;
    out->reason = (uint32_t)failure->reason;
    out->text = fill_text(arena, failure->text);
    out->arguments = ARENA_ARRAY(arena, ERR_ARGUMENTS, char *);
    for (; out->n_arguments < ERR_ARGUMENTS; out->n_arguments++)
        out->arguments[out->n_arguments] = fill_text(arena, failure->arguments[out->n_arguments]);
    return problem;
}

enum status handle_school_import(struct work *work, const Lianxin__SchoolImportRequest *request, Lianxin__SchoolImportReply *reply,
                                 struct err *err)
{
    size_t n = request->n_schools;
    struct school_wish *wishes = ARENA_ARRAY(work->arena, n, struct school_wish);
    struct school_done *done = ARENA_ARRAY(work->arena, n, struct school_done);
    struct err *failures = ARENA_ARRAY(work->arena, n, struct err);
    for (size_t i = 0; i < n; i++) {
        wishes[i] = wish_of(request->schools[i]);
        wishes[i].add = true;
    }
    enum status st = school_put(work, wishes, n, false, done, failures, &reply->rev, err);
    reply->problems = ARENA_ARRAY(work->arena, n, Lianxin__SchoolImportReply__Problem *);
    for (size_t i = 0; i < n; i++)
        if (failures[i].status)
            reply->problems[reply->n_problems++] = fill_problem(work->arena, i, &failures[i]);
    if (st && !reply->n_problems)
        return st;
    reply->has_rev = reply->has_added = !reply->n_problems;
    reply->added = (uint32_t)n;
    return STATUS_OK;
}
