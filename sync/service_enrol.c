/* sync/service_enrol.c - one enrolment (service.h): with the machine's own key, or a new one, and only with the center's answer in hand a store. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "sync/enrolment.h"
#include "sync/service_impl.h"

static enum status converse(const struct service *service, const struct service_enrolment *enrolment,
                            struct transport_end *end, struct errmsg *err)
{
    struct transport_dial dial = {
        .address = enrolment->address,
        .ticket = &enrolment->ticket,
        .session = {.role = SESSION_ENROL, .enrol_key = enrol_secret_hash(&enrolment->ticket), .trace = service->trace},
    };
    enum status status;

    snprintf(dial.session.name, sizeof dial.session.name, "%s", enrolment->name);
    dial.session.before = &enrolment->before;
    status = service_run_single(service, &dial, end, err);
    if (status == STATUS_AUTH && !end->opened && !end->outcome.by_peer)
        return errmsg_set(err, status, "%s 不是发出这个登记码的中心（密钥不符），没有向它发送任何内容",
                          enrolment->address);
    assert(status != STATUS_OK || end->outcome.enrolled); /* the only good end of such a session */
    return status;
}

/* Whether the center may have let it in although the try failed: it was asked, and did not say no. */
static bool may_be_known(enum status status, const struct transport_end *end)
{
    bool asked = !hash_equal(end->peer_pin, (struct hash){{0}}) && (status != STATUS_AUTH || end->outcome.by_peer);
    bool refused = end->outcome.by_peer && (status == STATUS_AUTH || status == STATUS_FORBIDDEN || status == STATUS_FOREIGN || status == STATUS_EXISTS || status == STATUS_NOT_FOUND || status == STATUS_VERSION);

    return asked && !refused;
}

/* A folder without a store. */
static enum status enrol_new(const struct service *service, const struct service_enrolment *enrolment, struct message_enrolled *out, struct errmsg *err)
{
    struct service with_key = *service;
    struct enrolment_key made;
    struct identity identity;
    struct transport_end end;
    enum status status = enrolment_check_folder(enrolment->folder, err);

    if (status == STATUS_OK)
        status = enrolment_key_for(&identity, enrolment->folder, enrol_secret_hash(&enrolment->ticket), service->random, &made, err);
    if (status != STATUS_OK)
        return status;
    with_key.identity = &identity;
    with_key.store = NULL;
    status = converse(&with_key, enrolment, &end, err);
    if (status == STATUS_OK) {
        *out = end.outcome.enrolment;
        status = enrolment_make_store(enrolment->folder, out, enrolment->address, end.peer_pin, end.peer_key,
                                      service->random, err);
    }
    identity_release(&identity);
    if (status == STATUS_OK)
        return status;
    if (!may_be_known(status, &end)) {
        enrolment_take_back(enrolment->folder, &made);
        return status;
    }
    struct errmsg why = *err;
    return errmsg_set(err, status, "%s。中心可能已经登记了这台机器：请在本机用同一个登记码再试一次，不要另发新码", errmsg_text(&why, status));
}

/* One try with a key: the machine's own, or a new one. */
static enum status enrol_with(const struct service *service, const struct service_enrolment *enrolment, bool fresh_key, struct transport_end *end, struct errmsg *err)
{
    struct service with_key = *service;
    struct enrolment_key made;
    struct identity identity;
    enum status status = fresh_key ? enrolment_fresh_key(&identity, enrolment->folder, service->random, &made, err) : identity_load(&identity, enrolment->folder, err);

    if (status != STATUS_OK)
        return status;
    with_key.identity = &identity;
    with_key.store = NULL;
    status = converse(&with_key, enrolment, end, err);
    if (status != STATUS_OK && fresh_key && !may_be_known(status, end))
        enrolment_take_back(enrolment->folder, &made); /* else the center may know the new key by now, and not the old one */
    identity_release(&identity);
    return status;
}

/* A folder with a store: its own key first, which the center may still know (then nothing is to be done) or not know any more; a new one when there is none, or it was taken away. */
static enum status enrol_again(const struct service *service, struct service_enrolment *enrolment, struct hash known_pin, struct message_enrolled *out, struct errmsg *err)
{
    struct transport_end end = {.status = STATUS_OK};
    enum status status;

    if (enrol_pin_matches(&enrolment->ticket, known_pin))
        memset(enrolment->before.center_incarnation, 0, INCARNATION_BYTES);
    status = enrol_with(service, enrolment, false, &end, err);
    if (status == STATUS_NOT_FOUND || (status == STATUS_FORBIDDEN && end.outcome.by_peer))
        status = enrol_with(service, enrolment, true, &end, err);
    if (status != STATUS_OK)
        return status;
    *out = end.outcome.enrolment;
    return enrolment_keep_store(enrolment->folder, out, enrolment->address, end.peer_pin, end.peer_key, service->random, err);
}

enum status service_enrol(const struct service *service, const struct service_enrolment *enrolment,
                          struct message_enrolled *out, struct errmsg *err)
{
    struct service_enrolment with_past = *enrolment;
    struct hash known_pin;
    enum status status = enrolment_before(enrolment->folder, &with_past.before, &known_pin, err);

    if (status == STATUS_NOT_FOUND)
        return enrol_new(service, enrolment, out, err);
    return status == STATUS_OK ? enrol_again(service, &with_past, known_pin, out, err) : status;
}
