/* SPDX-License-Identifier: Apache-2.0 */
#include "server/handlers/handler.h"

#define PENDING(name, Name)                                                                                                        \
    enum status handle_##name(struct work *work, const Lianxin__##Name##Request *request, Lianxin__##Name##Reply *reply,           \
                              struct err *err)                                                                                     \
    {                                                                                                                              \
        (void)work, (void)request, (void)reply;                                                                                    \
        return err_reason(err, REASON_UNAVAILABLE, #name, NULL);                                                                   \
    }
PENDING(query, Query)
PENDING(schools, Schools)
PENDING(brief, Brief)
PENDING(aggregate, Aggregate)
