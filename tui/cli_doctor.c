/* tui/cli_doctor.c - aidpost doctor: is this machine fit, and what to do. With no store yet, or one that a full disk keeps from being opened, it looks at the machine alone.
 *
 * Exit 0: nothing is wrong (something may want attention), 1: something is. */
#include "core/base/language.h"
#include "tui/cli.h"
#include "tui/doctor.h"

static void put_json(struct cli *cli, const struct doctor_finding *findings, size_t n, int64_t wrong, int64_t see_to)
{
    json_object(&cli->json);
    json_key(&cli->json, "checks");
    json_array(&cli->json);
    for (size_t i = 0; i < n; i++) {
        const struct {
            const char *key, *text;
        } parts[] = {{"name", findings[i].name}, {"state", doctor_state_name(findings[i].state)}, {"text", findings[i].text}, {"advice", findings[i].advice}};

        json_object(&cli->json);
        for (size_t k = 0; k < sizeof parts / sizeof parts[0]; k++) {
            json_key(&cli->json, parts[k].key);
            json_string(&cli->json, parts[k].text);
        }
        json_object_end(&cli->json);
    }
    json_array_end(&cli->json);
    json_key(&cli->json, "problems");
    json_int(&cli->json, wrong);
    json_key(&cli->json, "attention");
    json_int(&cli->json, see_to);
    json_object_end(&cli->json);
}

static void put_text(struct cli *cli, const struct doctor_finding *findings, size_t n)
{
    static const char *const marks[] = {[DOCTOR_WELL] = "正常", [DOCTOR_SEE_TO] = "注意", [DOCTOR_WRONG] = "不行"};

    for (size_t i = 0; i < n; i++) {
        buf_printf(&cli->text, "%s  %s: %s\n", _(marks[findings[i].state]), _(findings[i].label), findings[i].text);
        if (findings[i].advice[0] != 0)
            buf_printf(&cli->text, "      %s\n", findings[i].advice);
    }
}

enum status cli_doctor(struct cli *cli, struct errmsg *err)
{
    struct doctor_finding findings[DOCTOR_CHECKS_MAX];
    struct doctor_facts facts;
    int64_t counts[3] = {0};
    enum status status = cli_open_store(cli, cli->folder, err);
    size_t n;

    if (status && status != STATUS_NOT_FOUND && status != STATUS_FULL) /* a full disk is what it is asked about */
        return status;
    errmsg_clear(err);
    doctor_look(cli->folder, status ? NULL : cli->store, &cli->machine, cli->system->now_ms(cli->system->clock), &facts);
    n = doctor_judge(&facts, findings);
    for (size_t i = 0; i < n; i++)
        counts[findings[i].state]++;
    if (cli->json_output)
        put_json(cli, findings, n, counts[DOCTOR_WRONG], counts[DOCTOR_SEE_TO]);
    else
        put_text(cli, findings, n);
    if (counts[DOCTOR_WRONG] == 0)
        return STATUS_OK;
    cli->answered = true;
    return errmsg_set(err, STATUS_INVALID, "%lld 处不行，见上", (long long)counts[DOCTOR_WRONG]);
}
