/* SPDX-License-Identifier: Apache-2.0
 *
 * Who is asking, found by the key of the certificate at every request, and what that one may touch. */
#ifndef SERVER_SERVICE_CALLER_H
#define SERVER_SERVICE_CALLER_H

#include "common/base/role.h"
#include "common/sync/commit.h"
#include "server/service/core.h"

struct caller {
    enum role role;
    struct uuid device;            /* zero for ANYONE and OPERATOR */
    uint32_t stream;               /* the device's own: its school's, or STREAM_DISTRICT */
    const char *person;            /* never NULL */
    const char *phone;             /* never NULL */
    const char *peer;              /* address, for the log */
    enum commit_way way;           /* REVOKED: only with proof.accept_revoked */
    const struct sha256 *key_hash; /* the device's, in the proof; NULL: none */
};

/* What the connection proved. */
struct proof {
    bool operator_socket;
    bool certified;
    struct sha256 key_hash;
    const char *peer;
    bool bundle;         /* it came in a file, and the key signed that */
    bool accept_revoked; /* the operator takes it in all the same */
};

/* NOT_ENROLLED for a certificate without a device, READMIT when a restore may have lost it, REVOKED for a revoked one,
 * UNCONFIRMED for one that waits after a restore; without a certificate the caller is ANYONE. */
enum status caller_find(struct desk *desk, struct arena *arena, const struct proof *proof, struct caller *out,
                        struct err *err) MUST_CHECK;
/* Who it was, for the journal and for conflicts: the person with the phone number, when there is one. In arena or the caller's. */
const char *caller_name(struct arena *arena, const char *person, const char *phone);
/* DENIED with reason ROLE, or NOT_ENROLLED for one who is nobody yet. */
enum status caller_check_role(const struct caller *caller, enum role least, const char *what, struct err *err) MUST_CHECK;
/* DENIED with reason STREAM. A school's device: its own stream, and the public one to read. District devices: every stream. A
 * stream of a school that does not exist: DENIED too. */
enum status caller_check_read(struct desk *desk, const struct caller *caller, uint32_t stream, struct err *err) MUST_CHECK;
bool caller_may_read(const struct caller *caller, uint32_t stream); /* of those that exist */
enum status caller_check_write(struct desk *desk, const struct caller *caller, uint32_t stream, struct err *err) MUST_CHECK;

#endif
