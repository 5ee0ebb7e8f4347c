/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/address.h"

#include <stdlib.h>
#include <string.h>

static bool port_is_valid(const char *port)
{
    size_t bytes = strlen(port);
    return bytes > 0 && bytes < ADDRESS_PORT_BYTES && strspn(port, "0123456789") == bytes && strtol(port, NULL, 10) <= 65535;
}

enum status address_parse(const char *text, struct address *out, struct err *err)
{
    const char *colon = strrchr(text, ':'), *host = text;
    size_t bytes = colon ? (size_t)(colon - text) : 0;
    bool bracketed = bytes >= 2 && text[0] == '[' && colon[-1] == ']';
    if (bracketed) {
        host++;
        bytes -= 2;
    }
    if (!colon || !port_is_valid(colon + 1) || bytes >= ADDRESS_HOST_BYTES || (!bracketed && memchr(host, ':', bytes)) ||
        strcspn(text, " \t\r\n") < strlen(text))
        return err_set(err, STATUS_USAGE, "\"%s\" is no address; write HOST:PORT, as in 10.1.2.3:7443 or [2001:db8::1]:7443", text);
    *out = (struct address){0};
    memcpy(out->host, host, bytes);
    memcpy(out->port, colon + 1, strlen(colon + 1));
    return STATUS_OK;
}
