/* tui/cli_leave.c - aidpost leave: what a worker who goes has open, given to others, the account disabled, the paper for signing. */
#include <string.h>

#include "core/aid/account.h"
#include "core/aid/deadline.h"
#include "core/base/day.h"
#include "core/base/file.h"
#include "core/base/language.h"
#include "core/paper/paper.h"
#include "core/register/leave.h"
#include "tui/cli.h"

enum { PAPER_MAX_BYTES = 1 << 22, PDF_MAX_BYTES = 1 << 26, PAPER_COLUMNS = 80 };

struct leaving {
    struct cli *cli;
    struct leave_person who, to;
    struct leave_list list;
    size_t n_given, n_refused; /* now */
    struct retirement machine; /* a station */
    struct peer laptop;
    bool has_laptop;
    int32_t today;
};

/* ---- asking ---------------------------------------------------------------------------------------------------------- */

static enum status find_laptop(struct leaving *leaving, struct errmsg *err)
{
    struct cli *cli = leaving->cli;
    int64_t number;
    enum status status = cli_number(cli, "machine", 0, &number, err);

    if (status || number == 0)
        return status;
    if (!cli->machine.center)
        return errmsg_set(err, STATUS_FORBIDDEN, "电脑的交接在县中心看；在那台电脑上用 aidpostd retire");
    status = number > UINT32_MAX ? STATUS_NOT_FOUND : peer_find(cli->store, (uint32_t)number, &leaving->laptop, err);
    if (status)
        return errmsg_set(err, status, "没有 %lld 号机（aidpostd stations 列出全部）", (long long)number);
    leaving->has_laptop = true;
    return STATUS_OK;
}

static enum status begin(struct leaving *leaving, struct errmsg *err)
{
    struct cli *cli = leaving->cli;
    const char *to = option_value(&cli->options, "give");
    enum status status = leave_person_find(cli->store, &cli->actor, cli_argument(cli, 0), &leaving->who, err);

    leaving->today = day_of_ms(cli->actor.now_ms, DAY_OFFICE_OFFSET_MIN);
    if (!status && to)
        status = leave_person_find(cli->store, &cli->actor, to, &leaving->to, err);
    if (!status && to && leaving->to.user[0] == 0)
        cli_note(cli, "注意: %s 没有账号，按姓名写上", to);
    if (!status)
        status = find_laptop(leaving, err);
    if (!status)
        status = leave_list_read(cli->store, &cli->actor, cli->codes, &leaving->who, leaving->today, &leaving->list, err);
    return status;
}

/* ---- giving ---------------------------------------------------------------------------------------------------------- */

/* Those named behind the person, by the beginning of their number; all if none is named. */
static bool is_named(const struct cli *cli, const struct leave_item *item)
{
    char id[ID_TEXT_BYTES];

    id_format(item->id, id);
    for (size_t i = 1; i < cli_arguments(cli); i++)
        if (strncmp(id, cli_argument(cli, i), strlen(cli_argument(cli, i))) == 0)
            return true;
    return cli_arguments(cli) == 1;
}

static enum status check_named(const struct leaving *leaving, struct errmsg *err)
{
    for (size_t k = 1; k < cli_arguments(leaving->cli); k++) {
        const char *wanted = cli_argument(leaving->cli, k);
        size_t hits = 0;

        for (size_t i = 0; i < leaving->list.n; i++) {
            char id[ID_TEXT_BYTES];

            id_format(leaving->list.items[i].id, id);
            hits += strncmp(id, wanted, strlen(wanted)) == 0;
        }
        if (hits != 1)
            return errmsg_set(err, STATUS_USAGE, hits == 0 ? "%s 名下没有编号以 %s 开头的" : "%s 名下编号以 %s 开头的不止一件，请多写几位", leaving->who.display, wanted);
    }
    return STATUS_OK;
}

static enum status give(struct leaving *leaving, struct errmsg *err)
{
    struct cli *cli = leaving->cli;
    enum status status = check_named(leaving, err);

    for (size_t i = 0; !status && i < leaving->list.n; i++) {
        struct leave_item *item = &leaving->list.items[i];
        struct errmsg why = {{0}};

        if (!is_named(cli, item) || ((item->way == LEAVE_ASSIGN || item->way == LEAVE_ELSEWHERE || item->given[0]) && cli_arguments(cli) == 1))
            continue;
        if (leave_give(cli->store, &cli->actor, cli->codes, cli->system->random, &leaving->who, item, &leaving->to, &why)) {
            cli_note(cli, "%s %s: %s", item->way == LEAVE_DRAFT ? _("草稿") : _(item->type->label), item->title, why.text);
            leaving->n_refused++;
            continue;
        }
        leaving->n_given++;
    }
    return status;
}

static enum status disable(struct leaving *leaving, struct errmsg *err)
{
    struct cli *cli = leaving->cli;
    size_t left = leave_list_open(&leaving->list);
    enum status status;

    if (leaving->who.user[0] == 0)
        return errmsg_set(err, STATUS_NOT_FOUND, "%s 没有账号", leaving->who.display);
    if (left > 0)
        return errmsg_set(err, STATUS_INVALID, "%s 名下还有 %zu 件没有交出去：先用 --give 交给别人，再停用账号", leaving->who.display, left);
    if (leaving->who.disabled)
        return STATUS_OK;
    status = account_disable(cli->store, &cli->actor, cli->codes, cli->system->random, leaving->who.user, err);
    leaving->who.disabled = !status;
    return status;
}

/* ---- telling --------------------------------------------------------------------------------------------------------- */

static const char *way_name(enum leave_way way)
{
    static const char *const names[] = {[LEAVE_GIVE] = "give", [LEAVE_DRAFT] = "draft", [LEAVE_ASSIGN] = "assign", [LEAVE_ELSEWHERE] = "elsewhere"};

    return names[way];
}

static void put_line(struct leaving *leaving, size_t i)
{
    const struct leave_item *item = &leaving->list.items[i];
    char day[DAY_TEXT_BYTES] = "", id[ID_TEXT_BYTES];

    if (item->due != DEADLINE_NO_DAY)
        day_format(item->due, day);
    id_format(item->id, id);
    buf_printf(&leaving->cli->text, "%s\t%s\t%s\t%s\t%.12s\t", day, item->period, item->way == LEAVE_DRAFT ? _("草稿") : _(item->type->label), item->title, id);
    if (!item->given[0] && item->way == LEAVE_ELSEWHERE)
        buf_printf(&leaving->cli->text, _("已移交 %s"), item->org);
    else
        buf_puts(&leaving->cli->text, item->given[0] || item->way != LEAVE_ASSIGN ? item->given : _("由中心另行指派（do change-handler）"));
    buf_putc(&leaving->cli->text, '\n');
}

static void put_text(struct leaving *leaving)
{
    struct buf *out = &leaving->cli->text;

    for (size_t i = 0; i < leaving->list.n; i++)
        put_line(leaving, i);
    buf_printf(out, _("%s 名下未办结 %zu 件，已交出 %zu 件"), leaving->who.display[0] ? leaving->who.display : leaving->who.user, leaving->list.n, leave_list_given(&leaving->list));
    if (leave_list_elsewhere(&leaving->list) > 0)
        buf_printf(out, _("，%zu 件已移交其他单位，不在这里交"), leave_list_elsewhere(&leaving->list));
    if (leaving->who.user[0])
        buf_printf(out, leaving->who.disabled ? _("；账号 %s 已停用") : _("；账号 %s 还没有停用"), leaving->who.user);
    buf_putc(out, '\n');
    if (!leaving->has_laptop)
        return;
    char moment[32] = "";
    if (leaving->laptop.last_contact_ms)
        cli_time(leaving->laptop.last_contact_ms, moment);
    buf_printf(out, _("%u 号机（%s）: 最近同步 %s，中心已收到它的第 %llu 条变更；先在那台电脑上 aidpostd retire，再在中心 aidpostd revoke %u\n"), leaving->laptop.station_no, leaving->laptop.name,
               moment[0] ? moment : _("从未"), (unsigned long long)leaving->laptop.have_seq, leaving->laptop.station_no);
}

static void put_string(struct json_writer *json, const char *key, const char *text)
{
    json_key(json, key);
    json_string(json, text);
}

static void put_json(struct leaving *leaving)
{
    struct cli *cli = leaving->cli;
    struct json_writer *json = &cli->json;

    json_object(json);
    put_string(json, "user", leaving->who.user);
    put_string(json, "display", leaving->who.display);
    json_key(json, "disabled");
    json_bool(json, leaving->who.disabled);
    json_key(json, "items");
    json_array(json);
    for (size_t i = 0; i < leaving->list.n; i++) {
        const struct leave_item *item = &leaving->list.items[i];
        char day[DAY_TEXT_BYTES] = "", given_on[DAY_TEXT_BYTES] = "";

        if (item->due != DEADLINE_NO_DAY)
            day_format(item->due, day);
        if (item->given_on != DEADLINE_NO_DAY)
            day_format(item->given_on, given_on);
        json_object(json);
        put_string(json, "way", way_name(item->way));
        put_string(json, "type", item->type->name);
        cli_json_id(cli, "id", item->id);
        put_string(json, "title", item->title);
        put_string(json, "due", day[0] ? day : NULL);
        put_string(json, "period", item->period);
        put_string(json, "given", item->given[0] ? item->given : NULL);
        put_string(json, "given_on", given_on[0] ? given_on : NULL);
        put_string(json, "org", item->org[0] ? item->org : NULL);
        json_object_end(json);
    }
    json_array_end(json);
    json_key(json, "open");
    json_int(json, (int64_t)leave_list_open(&leaving->list));
    json_key(json, "given");
    json_int(json, (int64_t)leaving->n_given);
    json_key(json, "elsewhere");
    json_int(json, (int64_t)leave_list_elsewhere(&leaving->list));
    json_object_end(json);
}

static enum status tell(struct leaving *leaving, struct errmsg *err)
{
    struct cli *cli = leaving->cli;
    const char *path = option_value(&cli->options, "pdf");
    enum status status = STATUS_OK;
    struct buf marked, pdf;

    buf_init(&marked, PAPER_MAX_BYTES);
    buf_init(&pdf, PDF_MAX_BYTES);
    if (!cli->machine.center)
        status = retire_look(cli->store, &leaving->machine, err);
    leave_paper(&leaving->who, &leaving->list, &cli->machine, cli->machine.center ? NULL : &leaving->machine, leaving->has_laptop ? &leaving->laptop : NULL, leaving->today, &marked);
    if (!status && path)
        status = paper_pdf(buf_cstr(&marked), marked.len, "工作交接单", leaving->today, &pdf, err);
    if (!status && path)
        status = file_write(path, pdf.data, pdf.len, 0600, err);
    if (!status && option_value(&cli->options, "text"))
        status = paper_text(buf_cstr(&marked), marked.len, PAPER_COLUMNS, &cli->text, err);
    else if (!status && cli->json_output)
        put_json(leaving);
    else if (!status)
        put_text(leaving);
    buf_wipe(&marked);
    buf_wipe(&pdf);
    return status;
}

enum status cli_leave(struct cli *cli, struct errmsg *err)
{
    struct leaving leaving = {.cli = cli};
    enum status status = cli_arguments(cli) > 1 && !option_value(&cli->options, "give") ? errmsg_set(err, STATUS_USAGE, "写了编号，就要用 --give 写交给谁") : begin(&leaving, err);

    if (!status && option_value(&cli->options, "give"))
        status = give(&leaving, err);
    if (!status && option_value(&cli->options, "disable"))
        status = disable(&leaving, err);
    if (!status)
        status = tell(&leaving, err);
    if (!status && leaving.n_refused > 0)
        status = errmsg_set(err, STATUS_PARTIAL, "%zu 件没有交出去，见上", leaving.n_refused);
    leave_list_release(&leaving.list);
    return status;
}
