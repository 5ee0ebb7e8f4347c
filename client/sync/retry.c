/* SPDX-License-Identifier: Apache-2.0 */
#include "client/sync/retry.h"

int64_t retry_pause_ms(const struct random *random, unsigned n)
{
    int64_t longest = RETRY_FIRST_MS;
    uint32_t dice;
    for (unsigned i = 1; i < n && longest < RETRY_LONGEST_MS; i++)
        longest *= 2;
    if (longest > RETRY_LONGEST_MS)
        longest = RETRY_LONGEST_MS;
    random_fill(random, &dice, sizeof dice);
    return longest - (int64_t)((uint64_t)dice * (uint64_t)(longest / 2) >> 32);
}

/* What a try did before it was cut off was done. */
static void add(struct sync_report *sum, const struct sync_report *report)
{
    sum->pushed += report->pushed;
    sum->parked += report->parked;
    sum->conflicts += report->conflicts;
    sum->rows += report->rows;
    sum->records += report->records;
    sum->recovered += report->recovered;
    sum->repaired += report->repaired;
    sum->held = report->held;
    sum->unreadable = report->unreadable;
    sum->failed = report->failed;
    sum->failed_stream = report->failed_stream;
    sum->compared |= report->compared;
    sum->renewed |= report->renewed;
    sum->server_ms = report->server_ms ? report->server_ms : sum->server_ms;
}

enum status retry_run(const struct retry *retry, enum status (*run)(void *context, struct sync_report *report, struct err *err),
                      void *context, struct sync_report *report, struct err *err)
{
    int64_t until_ms = clock_mono_ms(retry->clock) + retry->wait_ms;
    struct sync_report sum = {0};
    enum status s;
    for (unsigned n = 1;; n++) {
        struct sync_report one = {0};
        s = run(context, &one, err);
        add(&sum, &one);
        if (s != STATUS_UNAVAILABLE)
            break;
        int64_t pause_ms = retry_pause_ms(retry->random, n);
        if (clock_mono_ms(retry->clock) + pause_ms > until_ms)
            break;
        retry->sleep(retry->sleep_context, pause_ms);
    }
    *report = sum;
    return s;
}
