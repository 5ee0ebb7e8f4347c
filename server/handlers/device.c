/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/device.h"

#include "common/table/table_wire.h"
#include "server/handlers/fill.h"
#include "server/handlers/handler.h"

enum status handle_device_list(struct work *work, const Lianxin__DeviceListRequest *request, Lianxin__DeviceListReply *reply,
                               struct err *err)
{
    struct table *table;
    enum status st = device_list(work, request->school, &table, err);
    return st ? st : table_to_wire(work->arena, table, &reply->table, err);
}

enum status handle_device_revoke(struct work *work, const Lianxin__DeviceRevokeRequest *request, Lianxin__DeviceRevokeReply *reply,
                                 struct err *err)
{
    struct uuid device;
    const char *person;
    enum status st = device_revoke(work, request->device, &device, &person, err);
    if (st)
        return st;
    reply->has_device = true;
    reply->device = fill_uuid(work->arena, &device);
    reply->person = fill_text(work->arena, person);
    return STATUS_OK;
}

enum status handle_device_confirm(struct work *work, const Lianxin__DeviceConfirmRequest *request,
                                  Lianxin__DeviceConfirmReply *reply, struct err *err)
{
    if (!request->all && !request->device)
        return err_reason(err, REASON_ARGUMENT, "device", "the start of its id is needed, or all", NULL);
    enum status st = device_confirm(work, request->all ? NULL : request->device, &reply->confirmed, err);
    reply->has_confirmed = st == STATUS_OK;
    return st;
}

enum status handle_device_readmit(struct work *work, const Lianxin__DeviceReadmitRequest *request,
                                  Lianxin__DeviceReadmitReply *reply, struct err *err)
{
    const struct readmit_wish wish = {.key = request->key,
                                      .school = request->school,
                                      .person = request->person,
                                      .phone = request->phone,
                                      .role = (enum role)request->role};
    struct uuid device;
    enum status st = device_readmit(work, &wish, &device, err);
    if (st)
        return st;
    reply->has_device = true;
    reply->device = fill_uuid(work->arena, &device);
    return STATUS_OK;
}
