/* sync/run_peer.c - the verbs about the machines a center knows: revoke, rename, settle (an alarm is looked into), stations; backups (what it keeps of them); and status, which at a station says where it stands itself. See run.h. */
#include <pwd.h>
#include <unistd.h>

#include "core/base/language.h"
#include "core/record/alarm.h"
#include "core/record/machine_name.h"
#include "core/record/peer.h"
#include "core/record/plugged.h"
#include "sync/kept_verb.h"
#include "sync/report.h"
#include "sync/run.h"

int run_revoke(struct run *run, struct errmsg *err)
{
    struct hub_place hub = run_hub(run);
    struct peer peer;
    enum status status = run_at_hub(run) ? hub_verb_revoke(&hub, run->options.arguments[1], &peer, err) : peer_resolve(run->store, run->options.arguments[1], &peer, err);

    if (status == STATUS_OK && !run_at_hub(run) && peer.revoked)
        status = errmsg_set(err, STATUS_EXISTS, "站点 %u 号（%s）早已停用", peer.station_no, peer.org_name);
    if (status == STATUS_OK && !run_at_hub(run))
        status = peer_revoke(run->store, peer.station_no, transport_wall_ms(), err);
    if (status != STATUS_OK)
        return run_failed(run, status);
    if (run->wants_json) {
        json_object(&run->json);
        run_put_int(&run->json, "station_no", peer.station_no);
        run_put_string(&run->json, "org", peer.org_code);
        json_key(&run->json, "revoked");
        json_bool(&run->json, true);
        json_object_end(&run->json);
    } else {
        buf_printf(&run->out, _("已停用站点 %u 号（%s %s）；中心收到的最后一条是第 %llu 号\n"), peer.station_no,
                   peer.org_name, peer.name, (unsigned long long)peer.have_seq);
    }
    return EXIT_DONE;
}

/* The Unix user: this program has no accounts. */
static void user_name(char out[ALARM_BY_BYTES])
{
    const struct passwd *user = getpwuid(getuid());

    if (user != NULL)
        snprintf(out, ALARM_BY_BYTES, "%.*s", ALARM_BY_BYTES - 1, user->pw_name);
    else
        snprintf(out, ALARM_BY_BYTES, "%u", (unsigned)getuid());
}

int run_settle(struct run *run, struct errmsg *err)
{
    const char *why = run_option(run, "reason");
    char by[ALARM_BY_BYTES];
    char text[ALARM_TEXT_BYTES];
    struct peer peer;
    enum status status = why != NULL ? peer_resolve(run->store, run->options.arguments[1], &peer, err) : errmsg_set(err, STATUS_USAGE, "settle 需要 --reason 原因");

    user_name(by);
    if (status == STATUS_OK) {
        alarm_open_text(&peer, text);
        status = alarm_settle(run->store, peer.station_no, by, why, transport_wall_ms(), err);
    }
    if (status != STATUS_OK)
        return run_failed(run, status);
    if (run->wants_json) {
        json_object(&run->json);
        run_put_int(&run->json, "station_no", peer.station_no);
        run_put_string(&run->json, "settled", text);
        run_put_string(&run->json, "by", by);
        run_put_string(&run->json, "why", why);
        json_object_end(&run->json);
    } else {
        buf_printf(&run->out, _("站点 %u 号（%s）：%s\n已记下由 %s 查清：%s\n"), peer.station_no, peer.org_name, text, by, why);
    }
    return EXIT_DONE;
}

int run_rename(struct run *run, struct errmsg *err)
{
    const char *name = run->options.arguments[2];
    char by[ALARM_BY_BYTES];
    struct peer peer;
    enum status status = peer_resolve(run->store, run->options.arguments[1], &peer, err);

    user_name(by);
    struct actor actor = machine_owner(&run->machine, by, transport_wall_ms());
    if (status == STATUS_OK)
        status = machine_name_change(run->store, &actor, peer.station_no, name, err);
    if (status != STATUS_OK)
        return run_failed(run, status);
    if (run->wants_json) {
        json_object(&run->json);
        run_put_int(&run->json, "station_no", peer.station_no);
        run_put_string(&run->json, "org", peer.org_code);
        run_put_string(&run->json, "before", peer.name);
        run_put_string(&run->json, "name", name);
        json_object_end(&run->json);
    } else {
        buf_printf(&run->out, _("站点 %u 号（%s）原来叫 %s，现在叫 %s；各机下次同步后看到\n"), peer.station_no, peer.org_name, peer.name, name);
    }
    return EXIT_DONE;
}

int run_stations(struct run *run, struct errmsg *err)
{
    struct hub_place hub = run_hub(run);
    enum status status = run_at_hub(run) ? hub_verb_stations(&hub, run->wants_json, &run->out, err) : report_stations(run->store, transport_wall_ms(), NULL, run->wants_json, &run->out, err);

    return status == STATUS_OK ? EXIT_DONE : run_failed(run, status);
}

int run_status(struct run *run, struct errmsg *err)
{
    enum status status;

    if (run->machine.center)
        status = report_stations(run->store, transport_wall_ms(), plugged_root(), run->wants_json, &run->out, err);
    else
        status = report_station(run->store, transport_wall_ms(), plugged_root(), run->wants_json, &run->out, err);
    return status == STATUS_OK ? EXIT_DONE : run_failed(run, status);
}

int run_backups(struct run *run, struct errmsg *err)
{
    struct kept_wish wish = {.get = run_option(run, "get"), .to = run_option(run, "to"), .which = run_option(run, "which"), .remove = run_option(run, "remove")};
    enum status status = kept_verb(run->store, &wish, run->wants_json, &run->out, err);

    return status == STATUS_OK ? EXIT_DONE : run_failed(run, status);
}
