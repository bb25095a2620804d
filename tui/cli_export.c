/* tui/cli_export.c - aidpost export: streams into FILE.part and renames it, so a file that has its name is whole. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/record/filter.h"
#include "core/record/table_writer.h"
#include "tui/cli.h"

enum { EXPORT_BLOCK_BYTES = 1 << 18 };

struct exporter {
    struct table_writer writer;
    struct buf out;
    FILE *file;
    uint64_t rows;
    enum status status;
    struct errmsg *err;
};

static enum status drain(struct exporter *exporter, size_t keep)
{
    struct buf *out = &exporter->out;

    if (out->status)
        return errmsg_set(exporter->err, out->status, "%s", status_text(out->status));
    if (out->len <= keep)
        return STATUS_OK;
    if (fwrite(out->data, 1, out->len, exporter->file) != out->len)
        return errmsg_set(exporter->err, errno == ENOSPC ? STATUS_FULL : STATUS_IO, "不能写: %s", strerror(errno));
    buf_clear(out);
    return STATUS_OK;
}

static bool export_row(void *context, const struct record *record, const struct list_key *key)
{
    struct exporter *exporter = context;

    (void)key;
    table_writer_row(&exporter->writer, record);
    exporter->rows++;
    exporter->status = drain(exporter, EXPORT_BLOCK_BYTES);
    return exporter->status == STATUS_OK;
}

static enum status write_table(struct cli *cli, struct exporter *exporter, const struct record_type *type, const struct filter *filter, enum table_format format)
{
    struct list_query query = {.type = type, .filter = filter};
    enum status status;

    buf_init(&exporter->out, 1 << 24);
    status = table_writer_init(&exporter->writer, format, type, cli->codes, option_value(&cli->options, "labels") != NULL, &exporter->out, exporter->err);
    if (status)
        return status;
    status = records_list(cli->store, &cli->actor, &query, export_row, exporter, exporter->err);
    if (!status)
        status = exporter->status ? exporter->status : drain(exporter, 0);
    table_writer_release(&exporter->writer);
    buf_wipe(&exporter->out);
    return status;
}

static enum status export_to(struct cli *cli, const char *path, const struct record_type *type, const struct filter *filter, uint64_t *rows, struct errmsg *err)
{
    struct exporter exporter = {.err = err};
    enum table_format format = table_format_of(path);
    char part[PATH_MAX];
    enum status status;

    if (format == TABLE_XLSX)
        return errmsg_set(err, STATUS_UNSUPPORTED, "本版本还不能写 .xlsx，请用 .csv（电子表格可直接打开）");
    if (format == TABLE_UNKNOWN)
        return errmsg_set(err, STATUS_USAGE, "文件名应以 .csv .tsv 或 .jsonl 结尾，标准输出写 -");
    if (strcmp(path, "-") == 0) {
        if (cli->json_output)
            return errmsg_set(err, STATUS_USAGE, "导出到标准输出时不能用 --json");
        exporter.file = cli->system->out;
        status = write_table(cli, &exporter, type, filter, format);
        *rows = exporter.rows;
        return status;
    }
    if (snprintf(part, sizeof(part), "%s.part", path) >= (int)sizeof(part))
        return errmsg_set(err, STATUS_USAGE, "文件名过长");
    exporter.file = fopen(part, "wb");
    if (!exporter.file || fchmod(fileno(exporter.file), 0600))
        status = errmsg_set(err, STATUS_IO, "不能写 %s: %s", part, strerror(errno));
    else
        status = write_table(cli, &exporter, type, filter, format);
    if (exporter.file && (fflush(exporter.file) || fsync(fileno(exporter.file))) && !status)
        status = errmsg_set(err, errno == ENOSPC ? STATUS_FULL : STATUS_IO, "不能写 %s: %s", part, strerror(errno));
    if (exporter.file && fclose(exporter.file) && !status)
        status = errmsg_set(err, STATUS_IO, "不能写 %s: %s", part, strerror(errno));
    if (!status && rename(part, path))
        status = errmsg_set(err, STATUS_IO, "不能写 %s: %s", path, strerror(errno));
    if (status && exporter.file)
        unlink(part);
    *rows = exporter.rows;
    return status;
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
    if (where && (status = filter_parse(&filter, type, cli->codes, where, err)))
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
        cli_note(cli, "导出 %llu 条%s到 %s", (unsigned long long)rows, type->label, path);
    }
    return STATUS_OK;
}
