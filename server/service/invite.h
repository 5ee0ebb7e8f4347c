/* SPDX-License-Identifier: Apache-2.0
 *
 * Invitations: what makes a person's computer a device (enrol.h). */
#ifndef SERVER_SERVICE_INVITE_H
#define SERVER_SERVICE_INVITE_H

#include "server/service/enrol.h"

struct invite_wish {
    const char *school;         /* a code; NULL: the district itself */
    const char *person, *phone; /* phone may be NULL; with replace both may */
    enum role role;             /* ROLE_ANYONE: the usual one: DEVICE for a school, DISTRICT for the district */
    uint32_t days;              /* 0: the configured ones */
    const char *replace; /* the start of the id of a device that is revoked when the new one has joined; NULL: none. School and
                          * role are the old one's, and what is not said about the person, too */
};
struct invite_done {
    uint8_t id[ENROL_ID_BYTES], secret[ENROL_SECRET_BYTES]; /* the secret is not kept */
    struct sha256 pin;
    int64_t expires_ms;
    const char *person;          /* whom it names */
    const char *replaced_person; /* NULL: none is replaced */
    int64_t replaced_synced_ms;  /* when the old one last held everything; 0: never. What it made later is only there */
};
/* USAGE for a person without a name or a role that does not fit, NOT_FOUND for an unknown school or device. */
enum status invite_make(struct work *work, const struct invite_wish *wish, struct invite_done *out, struct err *err) MUST_CHECK;

struct invite_school {
    const char *code, *name;
    struct invite_done done;
};
/* One for each school that is open and has no device, all of them or none. It names the school until a person is known. In
 * work->arena. */
enum status invite_make_all(struct work *work, uint32_t days, struct invite_school **out, size_t *n, struct err *err) MUST_CHECK;

#endif
