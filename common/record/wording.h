/* SPDX-License-Identifier: Apache-2.0
 *
 * Errors about records as their reader speaks: with the labels of kinds, fields and values instead of their names. */
#ifndef COMMON_RECORD_WORDING_H
#define COMMON_RECORD_WORDING_H

#include "common/record/schema.h"

/* Words err anew, in Chinese or English, with labels for the names among its arguments. What callers put before the reason's text
 * stays before it. An error that is only text stays as it is. err->reason is REASON_NONE afterwards: the text is final. */
void wording_apply(const struct schema *schema, bool chinese, struct err *err);

#endif
