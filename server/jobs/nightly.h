/* SPDX-License-Identifier: Apache-2.0
 *
 * The nightly aggregation (server/service/aggregate.h), once a date. */
#ifndef SERVER_JOBS_NIGHTLY_H
#define SERVER_JOBS_NIGHTLY_H

#include <stdbool.h>

#include "common/base/clock.h"

/* Which date is due, given the clock, the zone, the time of day it runs at (minutes after midnight; negative: never) and the newest
 * date there is a brief of ("": none)? The newest date whose time has come, when it is newer than that: after days of standstill
 * one run makes up for all of them. A server without any brief waits for the first time of day after midnight it lives to see. */
bool nightly_is_due(int64_t now_ms, int32_t zone_s, int at_minutes, const char *newest, char date[CLOCK_DAY_BYTES]);

#endif
