/* SPDX-License-Identifier: Apache-2.0
 *
 * What an author may change. The check gives a reason that its author can act on. */
#ifndef SERVER_SERVICE_RIGHTS_H
#define SERVER_SERVICE_RIGHTS_H

#include "common/sync/edit.h"

/* The kind lives in such a stream (KIND_STREAM), and writer may write every field listed (FIELD_WRITER). */
enum status rights_check_edit(const struct edit *edit, uint32_t stream, enum writer writer, struct err *err) MUST_CHECK;

#endif
