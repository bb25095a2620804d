/* tui/cli_manual.c - what `make install` and packagers ask the program for: its manual pages and its shell completion, made from the tables of verbs, options and the catalogue.
 *
 * aidpost(1): the verbs with their options. aidpost-data(5): every type of record with its fields, as imports, exports, --where and the change log name them. */
#include <string.h>

#include "core/base/completion.h"
#include "core/base/language.h"
#include "core/base/manual.h"
#include "tui/cli.h"
#include "tui/version.h"

enum { VERBS_MAX = 128, WORDS_MAX_BYTES = 8192 };

static size_t collect_verbs(struct manual_verb out[VERBS_MAX])
{
    size_t n = 0;
    const struct cli_verb *verb;

    while (n < VERBS_MAX && (verb = cli_verb_at(n)) != NULL)
        out[n++] = (struct manual_verb){verb->name, verb->arguments, verb->help, verb->options};
    return n;
}

static void put_program(struct buf *out)
{
    struct manual_verb verbs[VERBS_MAX];
    size_t n = collect_verbs(verbs);

    manual_begin(out, "aidpost", 1, version_program(), _("县乡法律援助记录：屏幕和命令"));
    manual_section(out, _("用法"));
    manual_item(out, "aidpost", "", _("打开屏幕。每个屏幕能用的键都在最后一行，F1 有说明"));
    manual_item(out, "aidpost", _("动作 [参数] [选项]"), _("不打开屏幕，办一件事"));
    manual_section(out, _("说明"));
    manual_text(out, _("在镇街工作站、社区和营区的外展点、县中心记录法律援助：咨询、申请、案件、宣传、回访、统计。没有网络照常录入，有网络时由 aidpostd 与县中心同步，从来没有网络的用 U 盘。\n"
                       "每次改动是变更日志里的一行，与记录在同一个事务里写下；保存了就不会因断电、断线丢失。"));
    manual_section(out, _("动作"));
    manual_verbs(out, verbs, n, cli_option_table());
    manual_section(out, _("各动作共有的选项"));
    manual_options(out, cli_option_table(), cli_common_options());
    manual_section(out, _("退出码"));
    manual_item(out, "0", "", _("完成"));
    manual_item(out, "1", "", _("失败，没有改动"));
    manual_item(out, "2", "", _("用法不对"));
    manual_item(out, "3", "", _("部分完成；没有做的逐件写明原因"));
    manual_section(out, _("环境变量"));
    manual_item(out, "AIDPOST_DATA", "", _("数据文件夹，没有 --data 时用"));
    manual_item(out, "AIDPOST_LANG", "zh|en", _("没有 --lang 时用"));
    manual_item(out, "NO_COLOR", "", _("不用颜色"));
    manual_item(out, "COLORFGBG", "", _("有的终端用它说底色，如 0;15 是白底黑字；白底上冲突的颜色深一些"));
    manual_section(out, _("文件"));
    manual_item(out, "/var/lib/aidpost", "", _("装成服务时的数据文件夹；个人使用为 ~/.local/share/aidpost"));
    manual_section(out, _("参见"));
    manual_text(out, "aidpostd(8), aidpost-data(5)");
}

/* "text, at most 200 characters; required. 姓名 .." */
static void put_field(struct buf *out, const struct record_type *type, const struct field_def *field)
{
    struct buf text;

    buf_init(&text, 4096);
    buf_printf(&text, "%s, %s", _(field->label), catalogue_kind_name(field->kind));
    if (field->codes != NULL)
        buf_printf(&text, " %s", field->codes);
    if (!catalogue_is_number(field->kind))
        buf_printf(&text, _("，最多 %u 个字"), (unsigned)catalogue_max_chars(field));
    else if (field->min != 0 || field->max != 0)
        buf_printf(&text, _("，%lld 到 %lld"), (long long)field->min, (long long)field->max);
    if ((field->flags & FIELD_REQUIRED) != 0)
        buf_puts(&text, _("，必填"));
    else if (field->required_when != NULL)
        buf_printf(&text, _("，%s 时必填"), field->required_when);
    if ((field->flags & FIELD_CENTER) != 0 || (type->flags & TYPE_CENTER) != 0)
        buf_puts(&text, _("，只由县中心写"));
    if ((field->flags & FIELD_SENSITIVE) != 0)
        buf_puts(&text, _("，敏感"));
    if (field->help != NULL)
        buf_printf(&text, _("。%s"), _(field->help));
    manual_item(out, field->name, "", buf_cstr(&text));
    buf_release(&text);
}

static void put_data(struct buf *out)
{
    manual_begin(out, "aidpost-data", 5, version_program(), _("aidpost 的记录种类和字段"));
    manual_section(out, _("说明"));
    manual_text(out, _("导入导出的列、--where 的条件、add 和 set 的 字段=值 用这里的名称（或中文名）。日期写作 2026-03-08，金额以元为单位，代码写代码或名称；ref 是另一条记录的编号。\n"
                       "种类和字段在变更日志里用编号，编号不会再用于别的字段；不认识的字段原样保留并转发。"));
    for (size_t i = 0; i < catalogue_count(); i++) {
        const struct record_type *type = catalogue_at(i);
        char title[256];

        if (type->flags & TYPE_INNER)
            continue;
        snprintf(title, sizeof title, "%s (%u) %s", type->name, (unsigned)type->no, _(type->label));
        manual_section(out, title);
        if (type->help != NULL)
            manual_text(out, _(type->help));
        for (size_t f = 0; f < type->n_fields; f++)
            if (type->fields[f].kind != FIELD_SECRET)
                put_field(out, type, &type->fields[f]);
    }
    manual_section(out, _("参见"));
    manual_text(out, "aidpost(1), aidpostd(8)");
}

enum status cli_manual(struct cli *cli, struct errmsg *err)
{
    const char *section = cli_arguments(cli) > 0 ? cli_argument(cli, 0) : "1";

    if (strcmp(section, "1") == 0)
        put_program(&cli->text);
    else if (strcmp(section, "5") == 0)
        put_data(&cli->text);
    else
        return errmsg_set(err, STATUS_USAGE, "手册有第 1 节（命令）和第 5 节（数据），没有 %.20s；aidpostd 的是 aidpostd manual", section);
    return STATUS_OK;
}

static void put_type_words(struct buf *out)
{
    for (size_t i = 0; i < catalogue_count(); i++)
        if (!(catalogue_at(i)->flags & TYPE_INNER))
            buf_printf(out, "%s%s", out->len > 0 ? " " : "", catalogue_at(i)->name);
}

enum status cli_completion(struct cli *cli, struct errmsg *err)
{
    static void (*const put[])(struct buf *) = {put_type_words, cli_do_words, cli_report_words};
    enum { WORDS = sizeof put / sizeof put[0] };
    struct completion_words words[] = {
        {"TYPE", NULL}, {"do", NULL}, {"report", NULL}, {"ROLE", "station volunteer clerk reviewer director bureau archivist admin auditor"}, {"WHICH", "shown other both"}, {NULL, NULL},
    };
    struct manual_verb verbs[VERBS_MAX];
    size_t n = collect_verbs(verbs);
    struct buf texts[WORDS];
    enum status status = STATUS_OK;

    for (size_t i = 0; i < WORDS; i++) {
        buf_init(&texts[i], WORDS_MAX_BYTES);
        put[i](&texts[i]);
        words[i].words = buf_cstr(&texts[i]);
        if (texts[i].status != STATUS_OK)
            status = errmsg_set(err, texts[i].status, "%s", status_text(texts[i].status));
    }
    if (status == STATUS_OK)
        completion_bash(&cli->text, "aidpost", verbs, n, cli_option_table(), cli_common_options(), words);
    for (size_t i = 0; i < WORDS; i++)
        buf_release(&texts[i]);
    return status;
}
