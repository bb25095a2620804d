/* sync/hub_enrol.c - ENROL at a hub: a county's upward store shows a code that was made for its county (hub_admin.h). A failed try is counted against every open code. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/plain.h"
#include "sync/enrol.h"
#include "sync/hub_impl.h"

enum { CODES_MAX = 4096 };

struct code {
    int64_t no, county;
    bool again; /* the county's machine is enrolled once more */
    struct hash secret;
};

struct enrolling {
    struct code codes[CODES_MAX];
    size_t n;
    struct code found;
    int64_t revoked_ms, holder_ms; /* of the county: revoked; a machine is enrolled */
    bool has_county;
};

static struct enrolling *enrolling_of(struct hub_work *work)
{
    return work->own;
}

static enum status note_codes(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct enrolling *self = enrolling_of(context);

    (void)err;
    self->n = 0;
    for (size_t i = 0; i < pg_count(rows) && self->n < CODES_MAX; i++) {
        struct code *code = &self->codes[self->n++];

        *code = (struct code){.no = pg_int(rows, i, 0), .county = pg_int(rows, i, 1), .again = pg_int(rows, i, 2) != 0};
        pg_fixed(rows, i, 3, code->secret.bytes, HASH_BYTES);
    }
    return STATUS_OK;
}

/* What is here of the log it had before. */
static enum status tell_have(struct hub_work *work)
{
    const struct message_enrol *enrol = &work->call->request->enrol;
    static const uint8_t none[INCARNATION_BYTES];
    struct log_id id = {.station = (uint32_t)enrol->station_no};
    enum status status;

    if (memcmp(enrol->incarnation, none, INCARNATION_BYTES) == 0)
        return STATUS_OK;
    memcpy(id.incarnation, enrol->incarnation, INCARNATION_BYTES);
    status = hub_work_find_path(work, enrol->path, enrol->path_len, &id, &work->path);
    if (status != STATUS_OK)
        return status;
    work->result->have_seq = hub_work_have(work, &work->path);
    hub_work_ask_chain(work, &work->path, work->result->have_seq);
    return STATUS_OK;
}

static enum hub_next tell_known(struct hub_work *work)
{
    (void)hub_work_chain(work, &work->path, work->result->have_seq, &work->result->have_hash);
    return hub_work_refuse(work, STATUS_OK);
}

static enum hub_next count_failure(struct hub_work *work)
{
    static const struct pg_statement failed = {HUB_CODE_FAILED, "UPDATE enrol_code SET tries=tries+1 WHERE NOT used AND expires_ms>$1", "i"};

    pg_put_int(work->pg, work->call->now_ms);
    pg_send(work->pg, &failed, NULL, NULL);
    work->status = errmsg_set(&work->result->err, STATUS_AUTH, "登记码不对、已用过或已过期");
    work->call->keep = true;
    return HUB_LAST;
}

/* ---- with the county of the code ---- */

static enum status note_county(void *context, const struct pg_rows *rows, struct errmsg *err)
{
    struct hub_work *work = context;
    struct enrolling *self = enrolling_of(work);
    struct peer *peer = &work->result->peer;

    (void)err;
    self->has_county = pg_count(rows) == 1;
    if (!self->has_county)
        return STATUS_OK;
    *peer = (struct peer){.station_no = (uint32_t)pg_int(rows, 0, 5), .org = pg_int(rows, 0, 0)};
    pg_text(rows, 0, 1, peer->org_code, sizeof peer->org_code);
    pg_text(rows, 0, 2, peer->org_name, sizeof peer->org_name);
    self->revoked_ms = pg_int(rows, 0, 3);
    self->holder_ms = pg_is_null(rows, 0, 4) ? 0 : 1;
    return STATUS_OK;
}

static enum status judge_past(struct hub_work *work)
{
    const struct message_enrol *enrol = &work->call->request->enrol;
    static const uint8_t none[INCARNATION_BYTES];
    struct session_result *result = work->result;

    if (memcmp(enrol->incarnation, none, INCARNATION_BYTES) == 0)
        return STATUS_OK;
    if ((int64_t)enrol->org != result->peer.org)
        return errmsg_set(&result->err, STATUS_FORBIDDEN, "这台机器的数据属于另一个单位，登记码不是给那个单位的；请用那个单位的登记码");
    if (memcmp(enrol->center_incarnation, none, INCARNATION_BYTES) != 0 && memcmp(enrol->center_incarnation, hub_machine(work->hub)->incarnation, INCARNATION_BYTES) != 0)
        return errmsg_set(&result->err, STATUS_FOREIGN, "这台机器的数据是另一个县中心的，不能登记到这里");
    return STATUS_OK;
}

static void write_peer(struct hub_work *work)
{
    static const struct pg_statement used = {HUB_CODE_USED, "UPDATE enrol_code SET used=true WHERE no=$1", "i"};
    static const struct pg_statement enrolled = {
        HUB_ENROLLED, "UPDATE county SET pin=$2,machine=$3,enrolled_ms=CASE WHEN enrolled_ms=0 THEN $4 ELSE enrolled_ms END,rekeyed_ms=CASE WHEN enrolled_ms=0 THEN 0 ELSE $4 END,alarm='' WHERE no=$1", "ibti"};
    struct peer *peer = &work->result->peer;
    const struct session_request *request = work->call->request;

    snprintf(peer->name, sizeof peer->name, "%s", request->enrol.name[0] != 0 ? request->enrol.name : peer->org_name);
    plain_make(peer->name);
    peer->pin = request->pin;
    pg_put_int(work->pg, enrolling_of(work)->found.no);
    pg_send(work->pg, &used, NULL, NULL);
    pg_put_int(work->pg, peer->org);
    pg_put_bytes(work->pg, request->pin.bytes, HASH_BYTES);
    pg_put_text(work->pg, peer->name);
    pg_put_int(work->pg, work->call->now_ms);
    pg_send(work->pg, &enrolled, NULL, NULL);
}

static enum hub_next finish(struct hub_work *work)
{
    (void)hub_work_chain(work, &work->path, work->result->have_seq, &work->result->have_hash);
    write_peer(work);
    return HUB_LAST;
}

static enum hub_next got_county(struct hub_work *work)
{
    struct enrolling *self = enrolling_of(work);
    struct session_result *result = work->result;
    enum status status;

    if (!self->has_county)
        return count_failure(work);
    if (self->revoked_ms != 0)
        return hub_work_refuse(work, errmsg_set(&result->err, STATUS_FORBIDDEN, "站点 %u 号已停用，停用的站号不再使用；请发新登记码（enrol new --org）", result->peer.station_no));
    if (self->holder_ms != 0 && !self->found.again)
        return hub_work_refuse(work, errmsg_set(&result->err, STATUS_EXISTS, "这个县已经登记过；换了机器或丢了密钥，请用 enrol new --station 的登记码"));
    status = judge_past(work);
    if (status == STATUS_OK)
        status = tell_have(work);
    if (status != STATUS_OK)
        return hub_work_refuse(work, status);
    work->step = finish;
    return HUB_AGAIN;
}

static enum hub_next got_codes(struct hub_work *work)
{
    static const struct pg_statement county = {HUB_COUNTY_BY_NO, "SELECT no,code,name,revoked_ms,pin,station FROM county WHERE no=$1 FOR UPDATE", "i"};
    const struct session_request *request = work->call->request;
    struct enrolling *self = enrolling_of(work);
    enum status status = STATUS_OK;
    struct hash given;

    work->result->state.machine = *hub_machine(work->hub);
    memcpy(work->result->state.center_incarnation, hub_machine(work->hub)->incarnation, INCARNATION_BYTES);
    work->result->known = work->found;
    if (work->found) { /* the answer was lost on its way */
        status = hub_work_judge_peer(work);
        if (status == STATUS_OK)
            status = tell_have(work);
        if (status != STATUS_OK)
            return hub_work_refuse(work, status);
        work->step = tell_known;
        return HUB_AGAIN;
    }
    memcpy(given.bytes, request->enrol.proof, HASH_BYTES);
    for (size_t i = 0; i < self->n; i++)
        if (hash_equal(enrol_proof(self->codes[i].secret, request->exporter, request->pin), given))
            self->found = self->codes[i];
    if (self->found.no == 0)
        return count_failure(work);
    pg_put_int(work->pg, self->found.county);
    pg_send(work->pg, &county, note_county, work);
    hub_work_ask_logs(work, self->found.county); /* nobody had this key: none were read yet */
    work->step = got_county;
    return HUB_AGAIN;
}

enum hub_next hub_enrol(struct hub_work *work)
{
    static const struct pg_statement codes = {HUB_CODES, "SELECT no,county,again,secret_hash FROM enrol_code WHERE NOT used AND expires_ms>$1 AND tries<5 ORDER BY no FOR UPDATE", "i"};
    struct enrolling *self = calloc(1, sizeof *self);

    _Static_assert((int)ENROL_TRIES_MAX == 5, "the statement says so");
    if (self == NULL)
        return hub_work_refuse(work, errmsg_set(&work->result->err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM)));
    work->own = self;
    work->own_release = free;
    hub_work_load(work, true);
    pg_put_int(work->pg, work->call->now_ms);
    pg_send(work->pg, &codes, note_codes, work);
    work->step = got_codes;
    return HUB_AGAIN;
}
