/* SPDX-License-Identifier: Apache-2.0
 *
 * What an author may change, and what must hold between records. Each check gives a reason that its author can act on. */
#ifndef SERVER_SERVICE_RIGHTS_H
#define SERVER_SERVICE_RIGHTS_H

#include "common/sync/edit.h"
#include "server/service/draft.h"

/* The kind lives in such a stream (KIND_STREAM), and writer may write every field listed (FIELD_WRITER). */
enum status rights_check_edit(const struct edit *edit, uint32_t stream, enum writer writer, struct err *err) MUST_CHECK;
/* After all edits of a push: every live record that changed has its parents, and no live record lost its own (PARENT_MISSING). A
 * parent is named by a field of meaning ID that is called like a kind. */
enum status rights_check_families(struct draft *draft, struct err *err) MUST_CHECK;

#endif
