/* tui/cli.c - the command line: verbs, options, the shared context, exit codes. See cli.h. */
#include "tui/cli.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "core/aid/signin.h"
#include "core/base/day.h"
#include "core/base/day_phrase.h"
#include "core/base/file.h"
#include "core/base/language.h"
#include "core/base/width.h"
#include "core/data/language_choice.h"
#include "core/record/changelog.h"
#include "core/record/clock.h"
#include "core/record/county_codes.h"
#include "core/record/guard.h"
#include "core/record/settings.h"
#include "core/record/store.h"
#include "tui/version.h"

enum { TEXT_MAX_BYTES = 1 << 30, FLUSH_BYTES = 1 << 20, BAR_COLUMNS = 30 };

static const struct option_def options[] = {
    {"data", 0, "DIR", "数据文件夹（默认 $AIDPOST_DATA 或 $XDG_DATA_HOME/aidpost）"},
    {"json", 0, NULL, "只输出一个 JSON 对象；说明文字写到标准错误"},
    {"as", 0, "USER", "以此账号办理；密码取自标准输入第一行"},
    {"password-file", 0, "FILE", "密码取自文件（先是 --as 的，再是新密码，每行一个）"},
    {"lang", 0, "zh|en", "用中文或英文说话（默认 $AIDPOST_LANG，否则中文）; Chinese or English"},
    {"slow", 0, "BYTES", "线路每秒只过这么多字节，如 1200：少发修饰，分段画（不写时自己量）"},
    {"plain", 0, NULL, "屏幕用耳朵听（读屏、点字）：不画横线和下划线"},
    {"charset", 0, "gbk|utf-8", "终端的编码（不写时自己看，看不出就问）"},
    {"help", 'h', NULL, "显示帮助"},
    {"version", 'V', NULL, "程序、数据结构、协议和各库的版本"},
    {"where", 0, "EXPR", "条件，如 “town=永阳街道 and date>=2026-01-01”；日期可以写 本月、最近7天；~ 包含，!~ 不含，in (甲,乙) 其中之一，event.town 是所指活动的字段"},
    {"dry-run", 0, NULL, "只试算：会改哪些、哪些不能改，一条也不动"},
    {"limit", 0, "N", "最多几条（0 为不限）"},
    {"type", 0, "TYPE", "只在这一类里找"},
    {"map", 0, "COL=FIELD,..", "文件的列对应哪个字段；COL= 为不要这一列"},
    {"event", 0, "ID", "都记在这次活动名下"},
    {"group", 0, "ID", "都是这个群体案件的成员，一人一案"},
    {"labels", 0, NULL, "列名用中文，代码写成名称"},
    {"name", 0, "N", "县中心的名称"},
    {"area", 0, "CODE", "六位县级行政区划代码"},
    {"orgs", 0, "FILE.tsv", "机构名单，列名 code name kind area"},
    {"practice", 0, NULL, "练习用，不与正式数据往来"},
    {"reset", 0, NULL, "练习的数据不要了，重新造一份"},
    {"key-file", 0, "FILE", "备份用的密钥文件（默认：口令，取自标准输入第一行）"},
    {"to-center", 0, NULL, "备份也送到县中心保管（县中心打不开）；不写文件或文件夹时只送县中心"},
    {"newest", 0, "N", "备份到文件夹时只留本机最新的 N 份，更旧的删除"},
    {"log", 0, NULL, "列出变更日志，而不是记录"},
    {"all", 0, NULL, "连同平常不列的：已复核的变更；当事人的权利期限（异议、复议、诉讼）；报表日已经办好的"},
    {"full", 0, NULL, "连同敏感内容（默认只写长度）"},
    {"role", 0, "ROLE", "station 工作站人员 volunteer 志愿者 clerk 中心受理员 reviewer 中心审查员 director 中心负责人（审批） bureau 司法局 archivist 档案员 admin 管理员（账号、规则） auditor 只看不改"},
    {"org", 0, "CODE", "机构代号；导入时：这些是哪个单位的记录（在中心）"},
    {"display", 0, "NAME", "姓名"},
    {"from", 0, "DAY", "从哪一天起（规则：按它办，默认今天）"},
    {"to", 0, "DAY", "到哪一天（含）"},
    {"round", 0, NULL, "人次、份数写成约数：1200余、1.2万余"},
    {"save", 0, "NAME", "把条件、期间、排序和列存成自己的名单"},
    {"sort", 0, "FIELD", "按哪个字段排，姓名等文字按拼音；写成 --sort=-date 为从大到小"},
    {"basis", 0, "TEXT", "依据的文件、文号、条款"},
    {"headless", 0, NULL, "不打开屏幕，打印做了什么"},
    {"stations", 0, "N", "几个工作站（1 到 8，默认 3）"},
    {"records", 0, "N", "每站多少条练习咨询（默认 20）"},
    {"period", 0, "P", "期间，如 2026H1"},
    {"year", 0, "Y", "年度，如 2026；回访为结案的年度（默认去年），投诉为收到的年度"},
    {"rows", 0, "METRIC", "这个指标计入和没有计入的记录"},
    {"keep", 0, "WHICH", "留哪个值：shown 显示的，other 另一个，both 两个都留（文字）"},
    {"value", 0, "V", "定为这个值"},
    {"reason", 0, "TEXT", "理由，至少 4 个字，县中心会记下"},
    {"officer", 0, "NAME", "批准人（默认：办理的人）"},
    {"with-children", 0, NULL, "erase：连同挂在它上面的记录（本来就是）"},
    {"only-this", 0, NULL, "erase：只清除这一条，挂在它上面的留着"},
    {"deleted", 0, NULL, "list：只列删除过、内容还在的，找到要依法清除的（县中心的管理员）"},
    {"end", 0, NULL, "结束协办"},
    {"wait", 0, "SECONDS", "等答复最多几秒（默认 30）"},
    {"wish", 0, "NAME", "受援人点名的承办人"},
    {"text", 0, NULL, "以文字输出"},
    {"pdf", 0, "FILE", "写成 PDF"},
    {"xlsx", 0, "FILE", "写成电子表格"},
    {"town", 0, "TOWN", "只看这个镇街（名称或代码）"},
    {"progress", 0, NULL, "各镇街的回访进度；给了 --town 时为各村居的"},
    {"satisfaction", 0, NULL, "各项评价和满意率"},
    {"form13", 0, NULL, "年报表十三的各栏"},
    {"csv", 0, "FILE", "写成 CSV，一行一个单位"},
    {"year-start", 0, "MM-DD", "统计年度从哪月哪日起（默认按规则），如 12-01、12-21"},
    {"columns", 0, "N", "文字的宽度（默认 80）"},
    {"draft", 0, NULL, "校验没有通过也写，注明是草稿"},
    {"give", 0, "NAME", "交给谁（账号或姓名）"},
    {"machine", 0, "N", "连同这台电脑（aidpostd stations 里的号）"},
    {"disable", 0, NULL, "停用账号（县中心的管理员，名下都交出去以后）"},
    {"sensitive", 0, NULL, "连同敏感内容（只给县中心数据的所有者）"},
    {NULL, 0, NULL, NULL},
};

static const char common_options[] = "data json as password-file lang help version";
static const char screen_options[] = "slow charset plain"; /* without a verb, which opens the screens */

static const struct cli_verb verbs[] = {
    {"init", "center", "建立县中心的数据（编号、机构）", "name area orgs practice", 1, 1, CLI_NO_STORE, cli_init},
    {"demo", "", "练习县：在本机起中心和工作站", "headless stations records slow charset plain", 0, 0, CLI_NO_STORE, cli_demo},
    {"practice", "", "练习：一个单独的工作站，人和事都是编的，不与正式数据往来", "reset headless slow charset plain", 0, 0, CLI_NO_STORE, cli_practice},
    {"tour", "", "导览：在练习的数据里一步一步录下第一条咨询", "reset slow charset plain", 0, 0, CLI_NO_STORE, cli_tour},
    {"import", "TYPE FILE", "从 .csv .tsv .jsonl 导入（- 为标准输入）", "event group map org", 2, 2, CLI_STORE, cli_import},
    {"export", "TYPE FILE", "导出到 .csv .tsv .jsonl .xlsx", "where labels", 2, 2, CLI_STORE, cli_export},
    {"list", "TYPE", "列出记录：按类别的日期，新的在前；人员等没有日期的按名称倒着排", "where limit deleted", 1, 1, CLI_STORE, cli_list},
    {"get", "ID", "一条记录的全部内容和分歧", "", 1, 1, CLI_STORE, cli_get},
    {"history", "ID", "谁在何时改了什么", "", 1, 1, CLI_STORE, cli_history},
    {"related", "ID", "相关的记录：它引用的，和引用它的各有多少条", "", 1, 1, CLI_STORE, cli_related},
    {"search", "TEXT..", "查找：汉字、拼音首字母、号码尾数", "limit type", 1, 64, CLI_STORE, cli_search},
    {"count", "TYPE", "记录条数", "where", 1, 1, CLI_STORE, cli_count},
    {"set", "ID|TYPE FIELD=VALUE..", "修改一条；写类型和 --where 就是条件选中的全部，先用 --dry-run 试算", "where dry-run limit", 2, 128, CLI_STORE, cli_set},
    {"undo-bulk", "[NO]", "整批撤回批量修改（默认自己最近的一次）；之后又改过的不动", "", 0, 1, CLI_STORE, cli_undo_bulk},
    {"bulks", "", "做过的批量修改，新的在前", "limit", 0, 0, CLI_STORE, cli_bulks},
    {"add", "TYPE FIELD=VALUE..", "新增", "", 1, 128, CLI_STORE, cli_add},
    {"do", "ACTION ID|new [FIELD=VALUE..]", "办理：案件和其他记录的各个动作（见 actions），delete undo resolve，人员的 merge unmerge not-same；do delete TYPE --where 删条件选中的全部，do transfer|share|unshare case --where 条件 target=单位 成批移送、请协办", "where dry-run limit", 2, 128, CLI_STORE, cli_do},
    {"actions", "[TYPE|ID]", "办理动作：谁在什么状态办、要填什么；可以只看一类记录的，写编号时只列现在能办的", "", 0, 1, CLI_STORE, cli_actions},
    {"user", "add|list|set|disable|enable|passwd [NAME]", "账号（只在县中心）", "role org display limit", 1, 8, CLI_STORE, cli_user},
    {"leave", "NAME [ID..]", "交接：某人名下还没有办完的案件、期限、值班、草稿；--give 交给别人，--disable 停用账号，--pdf 打交接单", "give machine disable text pdf", 1, 128, CLI_STORE, cli_leave},
    {"signins", "", "登录记录，新的在前（list signin）", "where limit", 0, 0, CLI_STORE, cli_signins},
    {"rule", "list|set [NAME VALUE]", "县规则和本机设置；VALUE 为空恢复默认", "from basis", 1, 3, CLI_STORE, cli_rule},
    {"ledger", "[L1..L15|NAME [FILE]]", "台账和常用名单；文件 .xlsx .csv .jsonl", "from to year where sort save", 0, 2, CLI_STORE, cli_ledger},
    {"todo", "", "待办：各件的期限，先到期的在前；草稿、分歧、隔离的和待复核的变更", "limit all", 0, 0, CLI_STORE, cli_todo},
    {"mine", "[TYPE]", "自己的数字：录了几条，每条几秒、几键（中位数）；只有自己看得到", "", 0, 1, CLI_STORE, cli_pace},
    {"event", "ID", "一次活动：人次、份数、现场受理等，每个数字是哪些记录", "round", 1, 1, CLI_STORE, cli_event},
    {"campaign", "[ID|latest]", "宣传周的合计：场次、镇街、部门、法规、咨询、资料；--text 写成一段话", "text round", 0, 1, CLI_STORE, cli_campaign},
    {"outreach", "", "一段时间的宣传：场次、人次、份数、媒体、荣誉、锦旗、培训、联席会（默认今年）", "from to year round", 0, 0, CLI_STORE, cli_outreach},
    {"quick", "EVENT [LINE..]", "外展现场一行一条咨询，如 ldbc2 或 '142 20人 张文芳；工资'；不写 LINE 从标准输入逐行读", "", 1, INT_MAX, CLI_STORE, cli_quick},
    {"tally", "EVENT CATEGORY [N]", "现场计数：这一类咨询加 N 人（默认 1，减写 -1）", "", 2, 3, CLI_STORE, cli_tally},
    {"stock", "", "宣传材料的库存；不足的和账上缺的有记号", "org", 0, 0, CLI_STORE, cli_stock},
    {"deadline", "CODE DAY [扣除天数]", "按规则算一个期限，如 deadline D01 2026-03-02", "", 2, 3, CLI_STORE, cli_deadline},
    {"candidates", "CASE_ID", "谁可以承办这件案子，合适的在前，写明理由", "wish", 1, 1, CLI_STORE, cli_candidates},
    {"fairness", "", "一段时间里指派得匀不匀", "period", 0, 0, CLI_STORE, cli_fairness},
    {"eval", "CASE [round=初评 项号=得分:理由..]|due|second|standards", "案件质量评估：逐项打分、看各轮、待评的、可以复评的案件、评分项目", "year", 1, 128, CLI_STORE, cli_eval},
    {"assess", "[fix|standards] KIND [WHO] [note=..]", "年度目标考核：名次、一人的得分和理由、核定、指标；KIND 是 handler firm station volunteer", "year rows", 1, 4, CLI_STORE, cli_assess},
    {"law", "TEXT..", "法条：引的条文（民法典188、法援法24-34）或几个词", "limit", 1, 64, CLI_NO_STORE, cli_law},
    {"moved", "[read]", "县中心移送到本站、从本站移送走的案件，请本站协办的：30 天内的，* 还没有看过；moved read 记下看过了", "", 0, 1, CLI_STORE, cli_moved},
    {"flagged", "[review ID..]", "等中心复核的变更：已停用账号离线写的，记录移交或清除以后才到的", "all", 0, 64, CLI_STORE, cli_flagged},
    {"conflicts", "", "两台机器都改过的项，等人来定：每个值是谁、何时、在哪台机器上写的", "limit", 0, 0, CLI_STORE, cli_conflicts},
    {"resolve", "ID FIELD", "定一处冲突：--keep shown|other|both 或 --value 值", "keep value", 2, 2, CLI_STORE, cli_resolve},
    {"lookup", "TEXT", "问县中心：这个人去过别的站没有；写全姓名或证件号码，要写理由", "reason wait", 1, 1, CLI_STORE, cli_lookup},
    {"lookups", "", "问过的：谁、何时、为什么查了谁（在县中心为全县的）", "limit", 0, 0, CLI_STORE, cli_lookups},
    {"share", "ID", "请别的站协办：那个站看得到这条记录和挂在它上面的，也能办；--end 结束（只在县中心）", "org end", 1, 1, CLI_STORE, cli_share},
    {"erase", "ID", "依法清除：内容从各台机器上抹去，不能恢复，删除过的也要这样才抹去；案卷在保管期内的不清除（县中心的管理员）", "reason officer with-children only-this", 1, 1, CLI_STORE, cli_erase},
    {"erasures", "", "依法清除过的：理由、批准人，哪些站已经清除", "", 0, 0, CLI_STORE, cli_erasures},
    {"check-id", "NUMBER [KIND]", "证件号码对不对，说明了什么（性别、出生日期、地区）", "", 1, 2, CLI_NO_STORE, cli_check_id},
    {"duplicates", "[PERSON]", "可能是同一人的人员档案", "limit", 0, 1, CLI_STORE, cli_duplicates},
    {"interest", "CASE [handler=ID]", "利益冲突：案中各人、承办人在别的案件里站在哪一方", "", 1, 2, CLI_STORE, cli_interest},
    {"eligibility", "CASE", "是否属于援助范围、经济困难条件，依据哪一条", "", 1, 1, CLI_STORE, cli_eligibility},
    {"visits", "", "回访：某年结案的民事案件里待访的，按走访路线；进度、满意率", "year town limit progress satisfaction", 0, 0, CLI_STORE, cli_visits},
    {"complaints", "", "投诉：没有办结的和期限；某年收到的；年报表十三", "year form13", 0, 0, CLI_STORE, cli_complaints},
    {"volunteers", "", "志愿者名册：时长、星级、聘期、失约和投诉，够不够除名的条件", "year", 0, 0, CLI_STORE, cli_volunteers},
    {"volunteer", "ID", "一名志愿者的全部：聘书、服务、培训、转介、失约和投诉", "year", 1, 1, CLI_STORE, cli_volunteer},
    {"network", "", "中心、分部、工作站、村居联络点：维护的人群、联络员、人员、今天谁值班", "", 0, 0, CLI_STORE, cli_network},
    {"duty", "", "值班表，一天一行，没有人的工作日标出来", "from to", 0, 0, CLI_STORE, cli_duty},
    {"types", "", "记录的种类", "", 0, 0, CLI_NO_STORE, cli_types},
    {"fields", "TYPE", "一类记录的字段", "", 1, 1, CLI_NO_STORE, cli_fields},
    {"doctor", "", "这台机器合不合用：磁盘加密、时钟、空间、权限、终端、备份、字体；不行的写明怎么办", "", 0, 0, CLI_NO_STORE, cli_doctor},
    {"verify", "", "按变更日志重建并核对", "", 0, 0, CLI_STORE, cli_verify},
    {"backup", "[FILE|FOLDER]", "加密备份，读回核对；给文件夹时文件名由本机编号和时间组成", "key-file newest to-center", 0, 1, CLI_STORE, cli_backup},
    {"restore", "FILE", "从备份恢复到空文件夹", "key-file", 1, 1, CLI_NO_STORE, cli_restore},
    {"dump", "", "记录或日志，每行一条", "log full", 0, 0, CLI_STORE, cli_dump},
    {"report", "summary|monthly|quarterly|form1..13|rows CELL|..", "总结和统计报表：文字、PDF、电子表格，每个数是哪些记录；校验、存档、同比、图", "period year-start org text pdf xlsx csv draft columns limit all sensitive", 1, 8,
     CLI_STORE, cli_report},
    {"document", "KIND ID|issue KIND ID|list|slots|wording KIND", "文书：预览、打印、出具；list slots wording KIND", "text pdf", 1, 3, CLI_STORE, cli_document},
    {"manual", "[1|5]", "手册页（man 格式）：1 命令，5 记录种类和字段；aidpost manual | man -l -", "", 0, 1, CLI_NO_STORE, cli_manual},
    {"completion", "", "bash 的补全脚本", "", 0, 0, CLI_NO_STORE, cli_completion},
};

/* Who types one of the sync program's is told where it is. */
static const char DAEMON_VERBS[] = "center station once upward enrol revoke settle stations status backups retire bundle";

enum { N_VERBS = sizeof(verbs) / sizeof(verbs[0]) };

const struct cli_verb *cli_verb_at(size_t index)
{
    return index < N_VERBS ? &verbs[index] : NULL;
}

const struct option_def *cli_option_table(void)
{
    return options;
}

const char *cli_common_options(void)
{
    return common_options;
}

static const struct cli_verb *find_verb(const char *name)
{
    for (size_t i = 0; i < N_VERBS; i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

/* ---- help -------------------------------------------------------------------------------------------------------- */

static void put_padded(struct buf *out, const char *text, size_t columns)
{
    size_t used = width_text(text, strlen(text));

    buf_puts(out, text);
    do
        buf_putc(out, ' ');
    while (++used < columns);
}

static void put_options(struct buf *out, const char *names)
{
    struct option_def shown[sizeof(options) / sizeof(options[0])];
    size_t n = 0;

    for (size_t i = 0; options[i].name; i++)
        if (option_listed(names, options[i].name))
            shown[n++] = options[i];
    shown[n] = (struct option_def){NULL, 0, NULL, NULL};
    option_help(shown, out);
}

static void put_help(struct buf *out, const struct cli_verb *verb)
{
    if (verb) {
        buf_printf(out, _("用法: aidpost %s %s\n%s\n\n"), verb->name, _(verb->arguments), _(verb->help));
        if (verb->run == cli_report)
            cli_report_help(out);
        put_options(out, verb->options);
        put_options(out, common_options);
        return;
    }
    buf_puts(out, _("法援站 aidpost - 县乡法律援助记录\n\n用法: aidpost                 打开屏幕\n      aidpost 动作 [参数] [选项]\n\n"));
    for (size_t i = 0; i < N_VERBS; i++) {
        char usage[96];

        snprintf(usage, sizeof(usage), "  %s %s", verbs[i].name, _(verbs[i].arguments));
        put_padded(out, usage, 42);
        buf_printf(out, "%s\n", _(verbs[i].help));
    }
    buf_puts(out, "\n");
    put_options(out, common_options);
    put_options(out, screen_options);
    buf_puts(out, _("\n退出码: 0 完成  1 失败（没有改动）  2 用法不对  3 部分完成\n每个动作的选项: aidpost 动作 --help\n"));
}

/* ---- context ----------------------------------------------------------------------------------------------------- */

const char *cli_argument(const struct cli *cli, size_t n)
{
    return n + 1 < cli->options.n_arguments ? cli->options.arguments[n + 1] : NULL;
}

size_t cli_arguments(const struct cli *cli)
{
    return cli->options.n_arguments - 1;
}

void cli_note(struct cli *cli, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vfprintf(cli->system->err, _(format), args);
    va_end(args);
    fputc('\n', cli->system->err);
}

enum status cli_flush(struct cli *cli, struct errmsg *err)
{
    if (cli->text.status)
        return errmsg_set(err, cli->text.status, "结果太大");
    if (cli->text.len < FLUSH_BYTES)
        return STATUS_OK;
    cli->flushed = true;
    if (fwrite(cli->text.data, 1, cli->text.len, cli->system->out) != cli->text.len)
        return errmsg_set(err, STATUS_IO, "不能写标准输出: %s", file_reason(errno));
    buf_clear(&cli->text);
    return STATUS_OK;
}

void cli_progress(struct cli *cli, const char *what, size_t done, size_t all, uint64_t count)
{
    char bar[BAR_COLUMNS + 1];
    size_t filled;

    if (!isatty(fileno(cli->system->err)))
        return;
    filled = all ? (size_t)((double)done / (double)all * BAR_COLUMNS) : BAR_COLUMNS;
    for (size_t i = 0; i < BAR_COLUMNS; i++)
        bar[i] = i < filled ? '#' : '.';
    bar[BAR_COLUMNS] = 0;
    fprintf(cli->system->err, "\r%s [%s] %llu", _(what), bar, (unsigned long long)count);
    if (done >= all)
        fputc('\n', cli->system->err);
    fflush(cli->system->err);
    cli->progress_shown = done < all;
}

void cli_time(int64_t unix_ms, char out[32])
{
    char text[TIME_TEXT_BYTES];

    day_format_time(unix_ms, DAY_OFFICE_OFFSET_MIN, text);
    text[10] = 'T';
    snprintf(out, 32, "%s+08:00", text);
}

void cli_json_id(struct cli *cli, const char *key, struct id id)
{
    char text[ID_TEXT_BYTES];

    id_format(id, text);
    json_key(&cli->json, key);
    json_string(&cli->json, text);
}

enum status cli_number(struct cli *cli, const char *option, int64_t otherwise, int64_t *out, struct errmsg *err)
{
    const char *text = option_value(&cli->options, option);
    char *end;

    *out = otherwise;
    if (!text)
        return STATUS_OK;
    errno = 0;
    *out = strtoll(text, &end, 10);
    if (!*text || *end || errno || *out < 0)
        return errmsg_set(err, STATUS_USAGE, "--%s 应是不小于 0 的整数", option);
    return STATUS_OK;
}

enum status cli_type(const char *name, const struct record_type **type, struct errmsg *err)
{
    *type = catalogue_find(name);
    if (*type && !((*type)->flags & TYPE_INNER))
        return STATUS_OK;
    return errmsg_set(err, STATUS_USAGE, "没有 %s 这类记录，aidpost types 列出全部（如 consultation、case）", name);
}

int32_t cli_today(const struct cli *cli)
{
    return day_of_ms(cli->actor.now_ms, DAY_OFFICE_OFFSET_MIN);
}

/* A day as people say it (昨天, 3.8) is written out; else the text stays. */
static const char *spoken_day(const struct cli *cli, const struct field_def *field, const char *text, char out[DAY_TEXT_BYTES])
{
    int32_t today = cli_today(cli), day;

    if (field->kind != FIELD_DAY || day_phrase_parse(text, strlen(text), today, &day) != STATUS_OK)
        return text;
    day_format(day, out);
    return out;
}

enum status cli_split_assignment(const char *text, char name[CLI_FIELD_BYTES], const char **value, struct errmsg *err)
{
    const char *equals = strchr(text, '=');

    if (!equals || equals == text || (size_t)(equals - text) >= CLI_FIELD_BYTES)
        return errmsg_set(err, STATUS_USAGE, "应写成 字段=值，而不是 %.100s", text);
    snprintf(name, CLI_FIELD_BYTES, "%.*s", (int)(equals - text), text);
    *value = equals + 1;
    return STATUS_OK;
}

enum status cli_assign(struct cli *cli, struct record *record, const char *assignment, struct errmsg *err)
{
    const struct field_def *field;
    const char *value;
    char name[CLI_FIELD_BYTES], id[ID_TEXT_BYTES], day[DAY_TEXT_BYTES];
    enum status status = cli_split_assignment(assignment, name, &value, err);

    if (status)
        return status;
    field = catalogue_field(record->type, name);
    if (!field || field->kind == FIELD_SECRET)
        return errmsg_set(err, STATUS_USAGE, "%s没有字段 %s（aidpost fields %s 列出全部）", _(record->type->label), name, record->type->name);
    const char *text = spoken_day(cli, field, cli_reference(cli, field, value, id), day);
    status = record_parse(record, field, cli->codes, text, strlen(text), err);
    return status ? errmsg_wrap(err, status, "%s（%s）", _(field->label), field->name) : STATUS_OK;
}

enum status cli_once_each(const struct cli *cli, size_t first, struct errmsg *err)
{
    for (size_t i = first; i < cli_arguments(cli); i++) {
        const char *one = cli_argument(cli, i), *equals = strchr(one, '=');
        size_t len = equals ? (size_t)(equals + 1 - one) : 0;

        for (size_t j = first; equals && j < i; j++)
            if (strncmp(one, cli_argument(cli, j), len) == 0)
                return errmsg_set(err, STATUS_USAGE, "字段 %.*s 写了两次，只能写一次", (int)len - 1, one);
    }
    return STATUS_OK;
}

/* ---- passwords --------------------------------------------------------------------------------------------------- */

static enum status open_secrets(struct cli *cli, struct errmsg *err)
{
    const char *path = option_value(&cli->options, "password-file");

    if (cli->secrets)
        return STATUS_OK;
    cli->secrets = path ? fopen(path, "r") : cli->system->in;
    if (!cli->secrets)
        return errmsg_set(err, STATUS_IO, "不能打开 %s: %s", path, file_reason(errno));
    return STATUS_OK;
}

enum status cli_secret(struct cli *cli, const char *question, struct buf *out, struct errmsg *err)
{
    struct termios before, quiet;
    enum status status = open_secrets(cli, err);
    bool terminal;
    char line[CLI_SECRET_MAX_BYTES];
    size_t len;

    if (status)
        return status;
    terminal = isatty(fileno(cli->secrets)) && tcgetattr(fileno(cli->secrets), &before) == 0;
    if (terminal) {
        fprintf(cli->system->err, "%s: ", _(question));
        fflush(cli->system->err);
        quiet = before;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(fileno(cli->secrets), TCSAFLUSH, &quiet);
    }
    if (!fgets(line, sizeof(line), cli->secrets))
        status = errmsg_set(err, STATUS_USAGE, "%s: 没有给出；请写在标准输入的第一行或用 --password-file", _(question));
    if (terminal) {
        tcsetattr(fileno(cli->secrets), TCSAFLUSH, &before);
        fputc('\n', cli->system->err);
    }
    if (status)
        return status;
    len = strcspn(line, "\r\n");
    if (len + 1 == sizeof(line))
        status = errmsg_set(err, STATUS_TOO_LARGE, "%s: 过长", _(question));
    else
        buf_append(out, line, len);
    hash_wipe(line, sizeof(line));
    return status ? status : out->status;
}

/* ---- the store ---------------------------------------------------------------------------------------------------- */

static void unix_user(char *out, size_t out_bytes)
{
    struct passwd *user = getpwuid(getuid());

    if (user)
        snprintf(out, out_bytes, "%s", user->pw_name);
    else
        snprintf(out, out_bytes, "uid%ld", (long)getuid());
}

static enum status owner_actor(struct cli *cli, struct errmsg *err)
{
    char name[ACTOR_NAME_MAX_BYTES];
    struct stat stat_of;
    struct passwd *owner;

    unix_user(name, sizeof(name));
    if (stat(store_path(cli->store), &stat_of) != 0)
        return errmsg_set(err, STATUS_IO, "不能查看 %s: %s", store_path(cli->store), file_reason(errno));
    if (stat_of.st_uid != geteuid()) {
        owner = getpwuid(stat_of.st_uid);
        return errmsg_set(err, STATUS_FORBIDDEN, "这份数据属于用户 %s；请用 sudo -u %s，或用 --as 给出账号", owner ? owner->pw_name : "?", owner ? owner->pw_name : "?");
    }
    cli->actor = machine_owner(&cli->machine, name, cli->system->now_ms(cli->system->clock));
    return STATUS_OK;
}

/* Who may not come in with a password that is too old may still change it. */
static bool is_own_passwd(const struct cli *cli, const char *user)
{
    const struct option_set *given = &cli->options;

    return given->n_arguments == 3 && strcmp(given->arguments[0], "user") == 0 && strcmp(given->arguments[1], "passwd") == 0 && strcmp(given->arguments[2], user) == 0;
}

static void note_signin(struct cli *cli, const struct signin_result *result)
{
    if (result->warn && result->old)
        cli_note(cli, "密码已过期，再过 %d 天就不能登录；请到县中心改密码", result->days_left);
    else if (result->warn)
        cli_note(cli, "密码再过 %d 天到期；请在县中心用 aidpost user passwd 改", result->days_left);
    if (result->unrecorded)
        cli_note(cli, "这次登录没有记下：数据文件写不进去");
}

static enum status account_actor_of(struct cli *cli, const char *user, struct errmsg *err)
{
    struct signin_door door = {.store = cli->store, .machine = &cli->machine, .codes = cli->codes, .random = cli->system->random, .via = SIGNIN_COMMAND};
    struct signin_result result;
    struct buf password;
    enum status status;

    buf_init(&password, CLI_SECRET_MAX_BYTES);
    status = cli_secret(cli, "密码", &password, err);
    if (status) {
        buf_wipe(&password);
        return status;
    }
    status = signin_enter(&door, user, buf_cstr(&password), password.len, SIGNIN_IN, cli->system->now_ms(cli->system->clock), &result, err);
    buf_wipe(&password);
    if (status == STATUS_AUTH && result.must_change && is_own_passwd(cli, user)) {
        errmsg_clear(err);
        status = STATUS_OK;
    } else if (status == STATUS_AUTH && result.must_change) {
        return errmsg_set(err, status, "密码已过期；先用 aidpost user passwd %s --as %s 改", user, user);
    }
    if (status)
        return status;
    note_signin(cli, &result);
    cli->actor = result.actor;
    snprintf(cli->account, sizeof(cli->account), "%s", user);
    return STATUS_OK;
}

/* On a terminal the screens ask for the password; from a file or a pipe it is read here. */
static enum status asks_on_screen(struct cli *cli, const char *user, bool *asks, struct errmsg *err)
{
    int64_t required = 0;
    enum status status = STATUS_OK;

    if (cli->for_screens && !user)
        status = settings_int(cli->store, "require_signin", &required, err);
    *asks = required != 0 || (cli->for_screens && user && !option_value(&cli->options, "password-file") && isatty(fileno(cli->system->in)));
    return status;
}

static enum status find_actor(struct cli *cli, struct errmsg *err)
{
    const char *user = option_value(&cli->options, "as");
    bool asks;

    cli->ask_account = NULL;
    cli->account[0] = 0;
    enum status status = asks_on_screen(cli, user, &asks, err);
    if (status)
        return status;
    if (!asks)
        return user ? account_actor_of(cli, user, err) : owner_actor(cli, err);
    cli->ask_account = user ? user : "";
    cli->actor = (struct actor){.role = ROLE_AUDITOR, .org = -1}; /* nobody yet: sees nobody's rows, writes nothing */
    return STATUS_OK;
}

void cli_close_store(struct cli *cli)
{
    code_book_free(cli->codes);
    cli->codes = NULL;
    if (cli->store)
        store_close(cli->store);
    cli->store = NULL;
}

/* Before anything is written: was the store put back behind our back? */
static enum status check_guard(struct cli *cli, const char *folder, struct errmsg *err)
{
    bool restored;
    enum status status = guard_check(cli->store, folder, cli->system->random, &restored, err);

    if (!status && restored)
        cli_note(cli, "%s", GUARD_RESTORED_TEXT);
    return status ? status : guard_turn(cli->store, folder, cli->system->random, cli->system->now_ms(cli->system->clock), false, err);
}

enum status cli_open_store(struct cli *cli, const char *folder, struct errmsg *err)
{
    enum status status;

    cli_close_store(cli);
    status = store_open(&cli->store, folder, STORE_OPEN_EXISTING, err);
    if (status == STATUS_NOT_FOUND)
        return errmsg_set(err, status, "%s 里没有数据；县中心先用 aidpost init center，工作站先用 aidpostd enrol", folder);
    if (!status)
        status = check_guard(cli, folder, err);
    if (!status)
        status = machine_load(cli->store, &cli->machine, err);
    if (!status)
        status = county_codes_load(&cli->codes, cli->store, &cli->machine, err);
    if (!status)
        status = find_actor(cli, err);
    if (status)
        cli_close_store(cli);
    return status;
}

/* ---- run --------------------------------------------------------------------------------------------------------- */

static enum status find_folder(struct cli *cli, struct errmsg *err)
{
    const char *given = option_value(&cli->options, "data"), *base = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    int n;

    if (given && !*given) /* --data "$DIR" where DIR is not set: not the machine's own data instead */
        return errmsg_set(err, STATUS_USAGE, "--data 不能为空");
    if (!given)
        given = getenv("AIDPOST_DATA");
    if (given && *given)
        n = snprintf(cli->folder, sizeof(cli->folder), "%s", given);
    else if (base && *base)
        n = snprintf(cli->folder, sizeof(cli->folder), "%s/aidpost", base);
    else if (home && *home && strcmp(home, "/") != 0)
        n = snprintf(cli->folder, sizeof(cli->folder), "%s/.local/share/aidpost", home);
    else
        n = snprintf(cli->folder, sizeof(cli->folder), "/var/lib/aidpost");
    if (n < 0 || (size_t)n >= sizeof(cli->folder))
        return errmsg_set(err, STATUS_USAGE, "数据文件夹的路径过长");
    return STATUS_OK;
}

static enum status check_options(const struct cli *cli, const struct cli_verb *verb, struct errmsg *err)
{
    const char *own = verb ? verb->options : screen_options;

    for (size_t i = 0; options[i].name; i++)
        if (cli->options.values[i] && !option_listed(common_options, options[i].name) && !option_listed(own, options[i].name))
            return errmsg_set(err, STATUS_USAGE, "%s 不能用选项 --%s", verb ? verb->name : "aidpost", options[i].name);
    if (verb && (cli_arguments(cli) < (size_t)verb->min_arguments || cli_arguments(cli) > (size_t)verb->max_arguments))
        return errmsg_set(err, STATUS_USAGE, "用法: aidpost %s %s", verb->name, _(verb->arguments));
    return STATUS_OK;
}

/* What was written by a clock that is wrong has wrong days where nobody typed them. */
static void note_clock(struct cli *cli)
{
    struct buf text;

    buf_init(&text, ERRMSG_MAX_BYTES);
    if (clock_warn(cli->store, cli->system->now_ms(cli->system->clock), &text))
        cli_note(cli, "注意: %s", buf_cstr(&text));
    buf_release(&text);
}

/* A verb on the store; changelog_head tells whether it wrote. */
static enum status run_on_store(struct cli *cli, const struct cli_verb *verb, struct errmsg *err)
{
    int64_t before = 0, after = 0;
    enum status status = cli_open_store(cli, cli->folder, err);

    if (!status)
        status = changelog_head(cli->store, &before, err);
    if (status)
        return status;
    const struct code_book *codes = cli->codes;
    uint64_t unread = code_book_unread(codes);
    status = verb->run(cli, err);
    cli->wrote = cli->store != NULL && changelog_head(cli->store, &after, NULL) == STATUS_OK && after != before;
    if (cli->wrote)
        note_clock(cli);
    else if (!status && cli->codes != NULL && cli->codes == codes && code_book_unread(codes) != unread) /* a list that could not be read looked empty: what was told is without it */
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    return status;
}

static enum status run_verb(struct cli *cli, struct errmsg *err)
{
    const char *name = cli->options.n_arguments ? cli->options.arguments[0] : NULL;
    const struct cli_verb *verb = name ? find_verb(name) : NULL;
    enum status status;

    if (option_value(&cli->options, "version")) {
        version_put(&cli->text, cli->json_output);
        return STATUS_OK;
    }
    if (option_value(&cli->options, "help")) {
        put_help(&cli->text, verb);
        return STATUS_OK;
    }
    if (name && !verb)
        return errmsg_set(err, STATUS_USAGE, option_listed(DAEMON_VERBS, name) ? "%s 是 aidpostd 的命令: aidpostd --help" : "不认识的动作 %s；aidpost --help 列出全部", name);
    status = check_options(cli, verb, err);
    if (!status)
        status = find_folder(cli, err);
    if (status)
        return status;
    if (!verb) {
        if (!cli->system->screens)
            return errmsg_set(err, STATUS_UNSUPPORTED, "这个程序没有屏幕");
        return cli->system->screens(cli, err);
    }
    return verb->open == CLI_STORE ? run_on_store(cli, verb, err) : verb->run(cli, err);
}

static int exit_code(enum status status)
{
    switch (status) {
    case STATUS_OK:
        return CLI_EXIT_DONE;
    case STATUS_USAGE:
        return CLI_EXIT_USAGE;
    case STATUS_PARTIAL:
        return CLI_EXIT_PART;
    default:
        return CLI_EXIT_FAILED;
    }
}

/* What stands on stdout of a verb that failed: what it says by itself ("see above"), else nothing; with --json the reason. */
static void answer_failure(struct cli *cli, enum status status, const struct errmsg *err)
{
    if (cli->answered || cli->flushed || status == STATUS_PARTIAL)
        return;
    buf_clear(&cli->text);
    if (!cli->json_output)
        return;
    json_begin(&cli->json, &cli->text);
    json_object(&cli->json);
    json_key(&cli->json, "error");
    json_string(&cli->json, status_name(status));
    json_key(&cli->json, "message");
    json_string(&cli->json, errmsg_text(err, status));
    json_object_end(&cli->json);
}

static bool wants_json(int argc, char *const argv[])
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--json") == 0)
            return true;
    return false;
}

int cli_run(const struct cli_system *system, int argc, char *const argv[])
{
    struct cli *cli = calloc(1, sizeof(*cli));
    struct errmsg err;
    enum status status;
    int code;

    if (!cli) {
        fprintf(system->err, "aidpost: %s\n", status_text(STATUS_NOMEM));
        return CLI_EXIT_FAILED;
    }
    errmsg_clear(&err);
    cli->system = system;
    cli->json_output = wants_json(argc, argv);
    buf_init(&cli->text, TEXT_MAX_BYTES);
    buf_init(&cli->scratch, FLUSH_BYTES);
    json_begin(&cli->json, &cli->text);
    status = language_start(argc, argv, getenv("AIDPOST_LANG"), &err);
    if (!status)
        status = option_parse(&cli->options, options, argc, argv, &err);
    if (!status) {
        status = run_verb(cli, &err);
        cli_close_store(cli);
    }
    if (!status && cli->text.status)
        status = errmsg_set(&err, cli->text.status, "结果太大");
    code = exit_code(status);
    if (status)
        answer_failure(cli, status, &err);
    if (cli->json_output && cli->text.len > 0)
        buf_putc(&cli->text, '\n');
    if (cli->progress_shown)
        fputc('\n', system->err);
    fwrite(buf_cstr(&cli->text), 1, cli->text.len, system->out);
    /* Behind it: "see above" is meant as it stands. */
    bool written = fflush(system->out) == 0;
    if (status)
        fprintf(system->err, "aidpost: %s\n", errmsg_text(&err, status));
    if ((!written || ferror(system->out)) && code == CLI_EXIT_DONE) {
        fprintf(system->err, "aidpost: %s\n", cli->wrote ? _("不能写标准输出；要做的已经做好存下了，不要再做一遍") : _("不能写标准输出"));
        code = cli->wrote ? CLI_EXIT_PART : CLI_EXIT_FAILED;
    }
    if (cli->secrets && cli->secrets != system->in)
        fclose(cli->secrets);
    option_release(&cli->options);
    buf_wipe(&cli->text);
    buf_wipe(&cli->scratch);
    free(cli);
    return code;
}
