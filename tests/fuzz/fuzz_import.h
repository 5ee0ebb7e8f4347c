/* SPDX-License-Identifier: Apache-2.0
 *
 * What every importer fuzzer checks of a result: whatever the bytes were, the result keeps the promises of import.h. */
#ifndef TESTS_FUZZ_FUZZ_IMPORT_H
#define TESTS_FUZZ_FUZZ_IMPORT_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "client/import/import.h"
#include "common/base/utf8.h"
#include "common/domain/month.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void fuzz_require(bool holds)
{
    if (!holds)
        abort();
}

static inline void fuzz_check_text(const char *text, bool may_be_empty)
{
    fuzz_require(utf8_check(text, strlen(text), NULL));
    fuzz_require(may_be_empty || *text);
}

static inline void fuzz_check_activity(const struct import_plan *plan, const struct import_activity *a)
{
    fuzz_check_text(a->text, false);
    fuzz_require((a->header != NULL) == (a->origin == IMPORT_FROM_SCHEDULE));
    fuzz_require((a->when != NULL) == (a->origin == IMPORT_FROM_TEXT));
    fuzz_require(a->section == IMPORT_NONE || a->section < plan->section_count);
    fuzz_require(a->months >> IMPORT_MONTHS == 0);
    fuzz_require(a->budget_fen >= -1 && a->participants >= -1);
    const char *texts[] = {a->header, a->when, a->label, a->lead, a->assist, a->person, a->note};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i])
            fuzz_check_text(texts[i], true);
}

static inline void fuzz_check_plan(const struct import_plan *plan, struct arena *arena)
{
    if (plan->title)
        fuzz_check_text(plan->title, false);
    fuzz_require((plan->first < 0) == (plan->last < 0) && plan->first <= plan->last && plan->last < IMPORT_MONTHS);
    for (size_t i = 0; i < plan->activity_count; i++)
        fuzz_check_activity(plan, &plan->activities[i]);
    for (size_t i = 0; i < plan->section_count; i++) {
        const struct import_section *s = &plan->sections[i];
        fuzz_require((s->heading != NULL) != (s->text != NULL));
        fuzz_check_text(s->heading ? s->heading : s->text, true);
    }
    struct import_binding binding;
    int32_t from = month_make(2024, plan->first < 0 ? 1 : plan->first % 12 + 1);
    import_first_month(plan, &from);
    if (import_bind(plan, from, arena, &binding, NULL) == STATUS_OK)
        for (size_t i = 0; i < plan->activity_count; i++)
            fuzz_require(month_set_is_valid(binding.months[i]));
}

static inline void fuzz_import(const char *name, const void *data, size_t size)
{
    struct import_source source = {.name = name, .data = data, .size_bytes = size};
    struct import_result result;
    struct arena arena;
    struct err err = {0};
    arena_init(&arena, IMPORT_ARENA_BYTES);
    enum status s = import_read(&source, &arena, &result, &err);
    if (s == STATUS_OK) {
        fuzz_require(result.plan_count > 0 && result.plan_count <= IMPORT_MAX_PLANS);
        for (size_t i = 0; i < result.plan_count; i++)
            fuzz_check_plan(&result.plans[i], &arena);
        for (size_t i = 0; i < result.doubt_count; i++)
            fuzz_require(result.doubts[i].plan == IMPORT_NONE || result.doubts[i].plan < result.plan_count);
    } else {
        fuzz_require(err.status == s && err.text[0]);
    }
    arena_done(&arena);
}

#endif
