/* SPDX-License-Identifier: Apache-2.0 */
#include "client/cmd/print_json.h"

#include <stdlib.h>

enum status print_json(struct cmd *cmd, json_t *json, struct err *err)
{
    char *text = json ? json_dumps(json, JSON_INDENT(2)) : NULL;
    json_decref(json);
    if (!text)
        return err_set(err, STATUS_NO_MEMORY, "out of memory");
    fprintf(cmd->ui.out, "%s\n", text);
    free(text);
    return STATUS_OK;
}
