/* SPDX-License-Identifier: Apache-2.0 */
#include "server/service/enrol.h"

#include "server/handlers/fill.h"
#include "server/handlers/handler.h"

enum status handle_enrol(struct work *work, const Lianxin__EnrolRequest *request, Lianxin__EnrolReply *reply, struct err *err)
{
    struct enrol_wish wish = {.id = request->invitation.data,
                              .id_bytes = request->invitation.len,
                              .secret = request->secret.data,
                              .secret_bytes = request->secret.len,
                              .csr = request->csr.data,
                              .csr_bytes = request->csr.len,
                              .software = request->software};
    struct enrol_done done;
    enum status st = enrol_accept(work, &wish, &done, err);
    if (st)
        return st;
    reply->has_certificate = reply->has_ca = reply->has_device = reply->has_role = reply->has_stream = true;
    reply->certificate = fill_bytes(work->arena, done.issued.certificate, done.issued.certificate_bytes);
    reply->ca = fill_bytes(work->arena, done.issued.ca, done.issued.ca_bytes);
    reply->device = fill_uuid(work->arena, &done.device);
    reply->person = fill_text(work->arena, done.person);
    reply->role = (uint32_t)done.role;
    reply->stream = done.stream;
    reply->school_code = fill_text(work->arena, done.school_code);
    reply->school_name = fill_text(work->arena, done.school_name);
    reply->district = fill_text(work->arena, core_settings(work->desk->core)->district);
    reply->has_bundle_key = true;
    reply->bundle_key = fill_bundle_public(work->arena, work->desk->core);
    return STATUS_OK;
}

enum status handle_renew(struct work *work, const Lianxin__RenewRequest *request, Lianxin__RenewReply *reply, struct err *err)
{
    struct issued issued;
    enum status st = enrol_renew(work, request->csr.data, request->csr.len, &issued, err);
    if (st)
        return st;
    reply->has_certificate = true;
    reply->certificate = fill_bytes(work->arena, issued.certificate, issued.certificate_bytes);
    return STATUS_OK;
}
