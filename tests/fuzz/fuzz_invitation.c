/* SPDX-License-Identifier: Apache-2.0
 *
 * Anything a person may paste: refused with a text, or an invitation that is written and read again as the same. */
#include <stdlib.h>
#include <string.h>

#include "common/wire/address.h"
#include "common/wire/invitation.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct invitation invitation, again;
    struct address address;
    struct err err = {0};
    const char *written;
    arena_init(&arena, 0);
    const char *text = arena_strndup(&arena, (const char *)data, size);
    if (invitation_parse(&arena, text, &invitation, &err) == STATUS_OK) {
        enum status s = invitation_format(&arena, &invitation, &written, &err);
        expect(s == STATUS_OK || s == STATUS_INVALID); /* an empty address can be read, not written */
        if (!s) {
            expect(invitation_parse(&arena, written, &again, &err) == STATUS_OK);
            expect(memcmp(again.secret, invitation.secret, sizeof again.secret) == 0);
        }
    } else {
        expect(err.status == STATUS_USAGE && err.text[0]);
    }
    (void)!address_parse(text, &address, &err);
    arena_done(&arena);
    return 0;
}
