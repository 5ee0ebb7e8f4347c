/* SPDX-License-Identifier: Apache-2.0
 *
 * Who becomes a device by an invitation (invite.h), and renewal. */
#ifndef SERVER_SERVICE_ENROL_H
#define SERVER_SERVICE_ENROL_H

#include "server/service/caller.h"

#define ENROL_ID_BYTES 8
#define ENROL_SECRET_BYTES 16
#define ENROL_TRIES_MAX 5
#define ENROL_DAYS_MAX 90u

struct enrol_wish {
    const void *id, *secret, *csr;
    size_t id_bytes, secret_bytes, csr_bytes;
    const char *software; /* may be NULL */
};
struct enrol_done {
    struct issued issued;
    struct uuid device;
    const char *person;
    enum role role;
    uint32_t stream;
    const char *school_code, *school_name; /* NULL for the district */
};
/* DENIED with reason INVITATION, always the same, for whatever is wrong with the invitation; a wrong secret is counted, and the
 * count is committed before the answer. The same secret and key again give the same device. INVALID for a bad request. */
enum status enrol_accept(struct work *work, const struct enrol_wish *wish, struct enrol_done *out, struct err *err) MUST_CHECK;
/* A new certificate for the caller's own key. INVALID when the request is for another one. */
enum status enrol_renew(struct work *work, const void *csr, size_t csr_bytes, struct issued *out, struct err *err) MUST_CHECK;

#endif
