/* tui/cli_export.c - aidpost export: records of one type to a file or to standard output. */
#include <string.h>

#include "core/base/language.h"
#include "core/record/filter.h"
#include "core/record/table_reader.h"
#include "core/report/record_file.h"
#include "tui/cli.h"

static enum status export_to(struct cli *cli, const char *path, const struct record_type *type, const struct filter *filter, uint64_t *rows, struct errmsg *err)
{
    struct record_file what = {.type = type, .filter = filter, .for_people = option_value(&cli->options, "labels") != NULL};

    if (table_format_of(path) == TABLE_UNKNOWN)
        return errmsg_set(err, STATUS_USAGE, "文件名应以 .csv .tsv .jsonl 或 .xlsx 结尾，标准输出写 -");
    if (strcmp(path, "-") == 0 && cli->json_output)
        return errmsg_set(err, STATUS_USAGE, "导出到标准输出时不能用 --json");
    if (strcmp(path, "-") == 0)
        what.stream = cli->system->out;
    return record_file_write(cli->store, &cli->actor, cli->codes, &what, path, rows, err);
}

enum status cli_export(struct cli *cli, struct errmsg *err)
{
    const char *where = option_value(&cli->options, "where"), *path = cli_argument(cli, 1);
    const struct record_type *type;
    struct filter filter;
    uint64_t rows = 0;
    enum status status = cli_type(cli_argument(cli, 0), &type, err);

    if (status)
        return status;
    if (where && (status = filter_parse_on(&filter, type, cli->codes, cli_today(cli), where, err)))
        return errmsg_wrap(err, status == STATUS_NOMEM ? status : STATUS_USAGE, "--where");
    status = export_to(cli, path, type, where ? &filter : NULL, &rows, err);
    if (where)
        filter_release(&filter);
    if (status)
        return status;
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "file");
        json_string(&cli->json, path);
        json_key(&cli->json, "rows");
        json_int(&cli->json, (int64_t)rows);
        json_object_end(&cli->json);
    } else {
        cli_note(cli, "导出 %llu 条%s到 %s", (unsigned long long)rows, _(type->label), path);
    }
    return STATUS_OK;
}
