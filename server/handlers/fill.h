/* SPDX-License-Identifier: Apache-2.0
 *
 * What handlers need to read requests and fill replies. */
#ifndef SERVER_HANDLERS_FILL_H
#define SERVER_HANDLERS_FILL_H

#include "common/base/err.h"
#include "common/base/sha256.h"
#include "common/base/uuid.h"
#include "common/wire/box.h"
#include "common/wire/message.h"
#include "server/service/core.h"

/* In arena, for optional bytes fields. */
ProtobufCBinaryData fill_bytes(struct arena *arena, const void *data, size_t bytes);
ProtobufCBinaryData fill_uuid(struct arena *arena, const struct uuid *id);
/* The generated strings are not const; nothing writes through them. NULL stays NULL. */
char *fill_text(struct arena *arena, const char *text);
/* PROTOCOL with reason MALFORMED, naming the field. */
enum status fill_read_uuid(const ProtobufCBinaryData *bytes, const char *field, struct uuid *out, struct err *err) MUST_CHECK;
/* Zero when absent. */
enum status fill_read_digest(const ProtobufCBinaryData *bytes, const char *field, struct sha256 *out, struct err *err) MUST_CHECK;

/* What the district's bundles are sealed for: the same as long as its journal key is, so also after a restore. */
struct box_key fill_bundle_key(const struct core *core);
ProtobufCBinaryData fill_bundle_public(struct arena *arena, const struct core *core);

#endif
