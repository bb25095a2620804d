/* sync/run_enrol.c - the verbs that make a machine a station: a one-time code at the center (enrol new), and the machine that types it in (enrol). The work is in enrolment.c, enrol.c and hub_verb.c.
 * See run.h. */
#include <string.h>

#include "core/base/file.h"
#include "core/base/language.h"
#include "core/base/plain.h"
#include "core/record/machine_name.h"
#include "core/record/peer.h"
#include "sync/run.h"

/* ---- enrol new ---- */

/* Whom a code is for. */
struct code_holder {
    int64_t org;
    char org_name[MACHINE_NAME_MAX_BYTES];
    uint32_t station_no; /* to be enrolled again as this one; 0: a new one */
};

static enum status check_holder(const struct run *run, struct errmsg *err)
{
    const char *org = run_option(run, "org"), *station = run_option(run, "station");

    if ((org == NULL || *org == 0) == (station == NULL || *station == 0))
        return errmsg_set(err, STATUS_USAGE, "enrol new 需要 --org 单位代码或名称（新机器），或者 --station 站号（原来的站换了机器或丢了密钥）");
    return STATUS_OK;
}

static enum status find_holder(struct run *run, struct code_holder *out, struct errmsg *err)
{
    const char *org = run_option(run, "org"), *station = run_option(run, "station");
    struct peer peer;

    *out = (struct code_holder){.org = 0};
    if (org != NULL)
        return org_find_office(run->store, org, &out->org, out->org_name, sizeof out->org_name, err);
    enum status status = peer_resolve(run->store, station, &peer, err);
    if (status == STATUS_OK && peer.revoked)
        return errmsg_set(err, STATUS_FORBIDDEN, "站点 %u 号已停用，停用的站号不再使用；请发新登记码（enrol new --org）", peer.station_no);
    if (status != STATUS_OK)
        return status;
    out->org = peer.org;
    out->station_no = peer.station_no;
    memcpy(out->org_name, peer.org_name, sizeof out->org_name);
    return STATUS_OK;
}

/* What --name says of the machine. The center passes a name over that none may have: it would be called otherwise, and nobody told. */
static enum status check_name(const char *name, struct errmsg *err)
{
    if (name == NULL || machine_name_check(name, err) == STATUS_OK)
        return STATUS_OK;
    return errmsg_wrap(err, STATUS_USAGE, "--name");
}

/* At a hub it is what the county is called in its lists. */
static enum status check_county(const char *name, struct errmsg *err)
{
    if (name == NULL || (*name != '\0' && strlen(name) < MACHINE_NAME_MAX_BYTES && plain_is(name)))
        return STATUS_OK;
    return errmsg_set(err, STATUS_USAGE, "--name 应是县的名称，一行文字，不超过 %d 个汉字", MACHINE_NAME_MAX_BYTES / 3 - 1);
}

static enum status add_code(struct run *run, struct hash secret, struct code_holder *holder, struct errmsg *err)
{
    const char *name = run_option(run, "name");
    enum status status = check_name(name, err);

    if (status == STATUS_OK)
        status = find_holder(run, holder, err);
    if (status != STATUS_OK)
        return status;
    return enrol_code_add(run->store, secret, holder->org, holder->station_no, name != NULL ? name : "", transport_wall_ms(), err);
}

static enum status add_code_at_hub(struct run *run, struct hash secret, struct code_holder *holder, struct errmsg *err)
{
    struct hub_place place = run_hub(run);
    struct hub_holder county;
    enum status status = check_county(run_option(run, "name"), err);

    if (status == STATUS_OK)
        status = hub_verb_code(&place, run_option(run, "org"), run_option(run, "station"), run_option(run, "name"), secret, &county, err);
    if (status != STATUS_OK)
        return status;
    *holder = (struct code_holder){.org = county.org, .station_no = county.station_no};
    memcpy(holder->org_name, county.name, sizeof holder->org_name);
    return STATUS_OK;
}

static enum status new_code(struct run *run, struct code_holder *holder, char code[ENROL_TEXT_BYTES], struct errmsg *err)
{
    struct enrol_ticket ticket = enrol_make(run->identity.pin, run->random);
    struct hash secret = enrol_secret_hash(&ticket);
    enum status status = check_holder(run, err);

    enrol_format(&ticket, code);
    if (status == STATUS_OK)
        status = run_at_hub(run) ? add_code_at_hub(run, secret, holder, err) : add_code(run, secret, holder, err);
    if (status == STATUS_OK && holder->station_no != 0)
        fprintf(stderr, _("站点 %u 号（%s）重新登记用的一次性登记码，%d 小时内有效，一用原来的密钥就作废；中心密钥核对号 "), holder->station_no, holder->org_name, (int)(ENROL_VALID_MS / 3600000));
    else if (status == STATUS_OK)
        fprintf(stderr, _("%s 的一次性登记码，%d 小时内有效；中心密钥核对号 "), holder->org_name, (int)(ENROL_VALID_MS / 3600000));
    return status;
}

int run_enrol_new(struct run *run, struct errmsg *err)
{
    char code[ENROL_TEXT_BYTES], digits[IDENTITY_CHECK_BYTES];
    struct code_holder holder;
    enum status status = new_code(run, &holder, code, err);

    if (status != STATUS_OK)
        return run_failed(run, status);
    identity_check_digits(run->identity.pin, digits);
    fprintf(stderr, "%s\n", digits);
    if (run->wants_json) {
        json_object(&run->json);
        run_put_string(&run->json, "code", code);
        if (holder.station_no != 0)
            run_put_int(&run->json, "station_no", holder.station_no);
        json_object_end(&run->json);
    } else {
        buf_printf(&run->out, "%s\n", code);
    }
    return EXIT_DONE;
}

/* ---- enrol ---- */

/* All words behind "enrol" are the code: people type its groups with blanks. */
static enum status read_code(struct run *run, struct enrol_ticket *ticket, struct errmsg *err)
{
    struct buf text;
    enum status status;

    buf_init(&text, 256);
    for (size_t i = 1; i < run->options.n_arguments; i++) {
        buf_puts(&text, run->options.arguments[i]);
        buf_putc(&text, ' ');
    }
    status = text.status == STATUS_OK ? enrol_parse(buf_cstr(&text), text.len, ticket, err)
                                      : errmsg_set(err, STATUS_MALFORMED, "登记码太长");
    buf_wipe(&text);
    return status;
}

/* Practice is not what becomes a station. Other stores say by themselves that they were enrolled. */
static enum status check_no_practice(struct run *run, struct errmsg *err)
{
    char path[PATH_BYTES];
    struct store *store;
    struct machine machine;
    bool there = false, alone = false;
    enum status status = file_join(path, sizeof path, run->folder, "aidpost.db");

    if (status != STATUS_OK)
        return errmsg_set(err, status, "数据目录的路径过长");
    status = file_look(path, &there, err);
    if (status != STATUS_OK || !there)
        return status;
    status = store_open(&store, run->folder, STORE_OPEN_EXISTING, err);
    if (status != STATUS_OK)
        return status;
    status = machine_load(store, &machine, err);
    if (status == STATUS_OK)
        status = machine_find_alone(store, &machine, &alone, err);
    store_close(store);
    if (status != STATUS_OK)
        return status;
    return alone ? errmsg_set(err, STATUS_FORBIDDEN, "%s 里是练习用的数据，不能登记为工作站；请用 --data 另给一个空的文件夹", run->folder) : STATUS_OK;
}

int run_enrol(struct run *run, struct errmsg *err)
{
    struct service service = run_service(run);
    const char *name = run_option(run, "name");
    char digits[IDENTITY_CHECK_BYTES] = "?";
    struct service_enrolment enrolment = {.folder = run->folder, .address = run_option(run, "center")};
    struct message_enrolled answer;
    enum status status;

    if (enrolment.address == NULL) {
        errmsg_set(err, STATUS_USAGE, "enrol 需要 --center 主机:端口");
        return EXIT_USAGE;
    }
    enrolment.name = name != NULL ? name : ""; /* the center finds one: a host's name ("debian") tells nobody which machine it is */
    status = check_name(name, err);
    if (status == STATUS_OK)
        status = check_no_practice(run, err);
    if (status == STATUS_OK)
        status = read_code(run, &enrolment.ticket, err);
    if (status == STATUS_OK)
        status = service_enrol(&service, &enrolment, &answer, err);
    if (status != STATUS_OK)
        return run_failed(run, status);
    run->has_identity = identity_load(&run->identity, run->folder, err) == STATUS_OK;
    if (run->has_identity)
        identity_check_digits(run->identity.pin, digits);
    else
        fprintf(stderr, _("aidpostd: 已登记，但读不到本机的密钥，核对号未显示: %s\n"), errmsg_text(err, STATUS_IO));
    if (run->wants_json) {
        json_object(&run->json);
        run_put_int(&run->json, "station_no", (int64_t)answer.station_no);
        run_put_string(&run->json, "org", answer.org_code);
        run_put_string(&run->json, "org_name", answer.org_name);
        run_put_string(&run->json, "center", answer.center_name);
        run_put_string(&run->json, "check", run->has_identity ? digits : NULL);
        json_object_end(&run->json);
    } else {
        buf_printf(&run->out, _("已登记为 %s（站点 %llu 号），中心：%s。本机密钥核对号 %s\n"), answer.org_name,
                   (unsigned long long)answer.station_no, answer.center_name, digits);
    }
    return EXIT_DONE;
}
