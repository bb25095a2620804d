/* tui/doctor.c - what the facts mean. See doctor.h. */
#include "tui/doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/record/clock.h"

enum {
    MIB = 1024 * 1024,
    SPACE_LEAST_MIB = 200,  /* below: a day's work and its backup may not fit */
    SPACE_WARN_MIB = 1024,
    SPACE_STORES = 3,       /* a backup holds a copy and its proof beside the store */
    ROWS_LEAST = 20,
    COLS_LEAST = 60,
    SKEW_SEE_TO_S = 120,
    CONTACT_DAYS = 30
};
static const int64_t DAY_MS = 86400000;

struct sheet {
    struct doctor_finding *findings;
    size_t n;
};

static struct doctor_finding *add(struct sheet *sheet, const char *name, const char *label)
{
    struct doctor_finding *finding = &sheet->findings[sheet->n++];

    *finding = (struct doctor_finding){.name = name, .label = label};
    return finding;
}

static void say(struct doctor_finding *finding, enum doctor_state state, const char *text, const char *advice)
{
    finding->state = state;
    snprintf(finding->text, sizeof finding->text, "%s", _(text));
    snprintf(finding->advice, sizeof finding->advice, "%s", _(advice));
}

__attribute__((format(printf, 4, 5))) static void say_with(struct doctor_finding *finding, enum doctor_state state, const char *advice, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(finding->text, sizeof finding->text, _(format), args);
    va_end(args);
    finding->state = state;
    snprintf(finding->advice, sizeof finding->advice, "%s", _(advice));
}

static void judge_disk(const struct doctor_facts *facts, struct sheet *sheet)
{
    struct doctor_finding *finding = add(sheet, "disk-encryption", _("磁盘加密"));

    if (facts->encrypted == DOCTOR_YES)
        say(finding, DOCTOR_WELL, _("数据所在的磁盘已加密"), "");
    else if (facts->encrypted == DOCTOR_NO)
        say_with(finding, DOCTOR_WRONG, _("电脑丢了，里面的内容谁都能读。请重装系统时选“加密整个磁盘”（LUKS），或把数据放到加密的分区上"), _("数据所在的磁盘没有加密（%s）"), facts->device);
    else
        say(finding, DOCTOR_SEE_TO, _("看不出数据所在的磁盘是否加密"), _("请向装机的人问清楚，要用 LUKS 加密"));
    if (facts->swap_in_clear == DOCTOR_YES)
        say(add(sheet, "swap", _("交换分区")), DOCTOR_SEE_TO, _("交换分区没有加密，内存里的内容可能写到盘上"), _("请关掉（swapoff -a，并从 /etc/fstab 去掉），或改为加密的"));
}

/* skew_ms is the center's clock minus ours. */
static void say_skew(const struct doctor_facts *facts, struct doctor_finding *finding)
{
    struct buf words;

    buf_init(&words, sizeof finding->text);
    clock_skew_words(-facts->skew_ms, &words);
    say_with(finding, DOCTOR_SEE_TO, _("请校对日期时间"), _("与县中心的钟比，%s"), buf_cstr(&words));
    buf_release(&words);
}

static void judge_time(const struct doctor_facts *facts, struct sheet *sheet)
{
    struct doctor_finding *finding = add(sheet, "clock", _("时钟"));
    enum clock_fault fault = clock_judge(facts->now_ms, facts->last_known_ms);
    char now[TIME_TEXT_BYTES];

    day_format_time(facts->now_ms, DAY_OFFICE_OFFSET_MIN, now);
    if (fault == CLOCK_BEFORE_PROGRAM)
        say_with(finding, DOCTOR_WRONG, _("登记的日期和期限都会错。请先把日期时间校对好（timedatectl set-time）；主板电池可能没电了"), _("时钟是 %s，不对"), now);
    else if (fault == CLOCK_BEHIND)
        say_with(finding, DOCTOR_WRONG, _("请校对日期时间；如果是从前校得太快了，过了那天就好"), _("时钟是 %s，比数据里最后的时间还早"), now);
    else if (facts->last_contact_ms != 0 && (facts->skew_ms > SKEW_SEE_TO_S * 1000 || facts->skew_ms < -SKEW_SEE_TO_S * 1000))
        say_skew(facts, finding);
    else if (facts->clock_kept == DOCTOR_NO)
        say_with(finding, DOCTOR_SEE_TO, _("能上网时打开自动校时（timedatectl set-ntp true）；不能上网的，每周看一次"), _("时钟是 %s，没有自动校时"), now);
    else
        say_with(finding, DOCTOR_WELL, "", "%s", now);
}

static void judge_space(const struct doctor_facts *facts, struct sheet *sheet)
{
    struct doctor_finding *finding = add(sheet, "free-space", _("剩余空间"));
    int64_t free_mib = facts->free_bytes / MIB;

    if (facts->free_bytes < 0)
        say(finding, DOCTOR_SEE_TO, _("看不出剩余空间"), _("请看一下磁盘是否快满了（df -h）"));
    else if (free_mib < SPACE_LEAST_MIB || (facts->store_bytes > 0 && facts->free_bytes < facts->store_bytes))
        say_with(finding, DOCTOR_WRONG, _("满了就存不下新记录（已存的不会坏）。请清理磁盘，旧备份可以移到别处"), _("只剩 %lld MB"), (long long)free_mib);
    else if (free_mib < SPACE_WARN_MIB || (facts->store_bytes > 0 && facts->free_bytes < SPACE_STORES * facts->store_bytes))
        say_with(finding, DOCTOR_SEE_TO, _("备份时要放得下两份数据。请清理磁盘"), _("剩 %lld MB"), (long long)free_mib);
    else
        say_with(finding, DOCTOR_WELL, "", _("剩 %lld MB"), (long long)free_mib);
}

static void judge_rights(const struct doctor_facts *facts, struct sheet *sheet)
{
    struct doctor_finding *finding;

    if (facts->folder_mode < 0)
        return;
    finding = add(sheet, "permissions", _("文件权限"));
    if (facts->foreign_owner)
        say(finding, DOCTOR_WRONG, _("数据属于另一个用户"), _("请用那个用户打开（装成服务时是 aidpost）"));
    else if ((facts->folder_mode & 077) != 0 || (facts->store_mode > 0 && (facts->store_mode & 077) != 0))
        say_with(finding, DOCTOR_WRONG, _("请改为只有自己可读: chmod -R go= 数据文件夹"), _("别的用户能读数据文件夹（%03o）"), (unsigned)facts->folder_mode);
    else
        say(finding, DOCTOR_WELL, _("数据只有本用户可读"), "");
}

static void judge_terminal(const struct doctor_facts *facts, struct sheet *sheet)
{
    struct doctor_finding *finding = add(sheet, "locale", _("文字编码"));

    if (facts->utf8)
        say(finding, DOCTOR_WELL, "UTF-8", "");
    else
        say(finding, DOCTOR_WRONG, _("系统里没有 UTF-8 的语言环境"), _("请安装或生成 C.UTF-8（Debian 自带），否则汉字显示不出"));
    if (!facts->on_terminal)
        return;
    finding = add(sheet, "terminal", _("终端"));
    if (facts->term[0] == 0 || strcmp(facts->term, "dumb") == 0)
        say(finding, DOCTOR_SEE_TO, _("终端没有说明自己的类型（TERM）"), _("换一个终端程序，或先 export TERM=xterm"));
    else if (facts->rows > 0 && (facts->rows < ROWS_LEAST || facts->cols < COLS_LEAST))
        say_with(finding, DOCTOR_SEE_TO, _("请把窗口放大到至少 80 列 24 行"), _("窗口只有 %d 列 %d 行"), facts->cols, facts->rows);
    else if (strcmp(facts->term, "linux") == 0)
        say(finding, DOCTOR_SEE_TO, _("这是内核的文字控制台，它显示不了汉字"), _("请用 fbterm、kmscon 或图形界面里的终端，或从别的电脑 SSH 进来"));
    else
        say_with(finding, DOCTOR_WELL, "", _("%s，%d 列 %d 行"), facts->term, facts->cols, facts->rows);
}

/* Nothing that it did not say is well, or missing. */
static void judge_store(const struct doctor_facts *facts, struct sheet *sheet)
{
    if (facts->unread[0] != '\0')
        say_with(add(sheet, "store", _("数据")), DOCTOR_WRONG, _("备份、同步都看不出。请先把数据文件夹整个复制到别处，再核对: aidpost verify"), _("数据读不出: %s"), facts->unread);
}

static void judge_backup(const struct doctor_facts *facts, struct sheet *sheet)
{
    static const char advice[] = "请备份到 U 盘或另一台电脑: aidpost backup 文件夹；服务可以每夜自动做（aidpost-backup.timer）";
    struct doctor_finding *finding;
    int64_t days = (facts->now_ms - facts->backed_up_ms) / DAY_MS;

    if (!facts->has_store)
        return;
    finding = add(sheet, "backup", _("备份"));
    if (facts->backed_up_ms == 0)
        say(finding, facts->center ? DOCTOR_WRONG : DOCTOR_SEE_TO, _("还没有备份过"), advice);
    else if (days > facts->backup_remind_days)
        say_with(finding, facts->center ? DOCTOR_WRONG : DOCTOR_SEE_TO, advice, _("%lld 天没有备份"), (long long)days);
    else if (facts->center_backup_ms != 0)
        say_with(finding, DOCTOR_WELL, "", _("%lld 天前，已读回核对；县中心有 %lld 天前的一份"), (long long)days, (long long)((facts->now_ms - facts->center_backup_ms) / DAY_MS));
    else
        say_with(finding, DOCTOR_WELL, "", _("%lld 天前，已读回核对"), (long long)days);
}

static void judge_kept(const struct doctor_facts *facts, struct sheet *sheet)
{
    struct doctor_finding *finding;

    if (facts->kept == 0)
        return;
    finding = add(sheet, "station-backups", _("站点备份"));
    if (facts->kept_overdue > 0)
        say_with(finding, DOCTOR_SEE_TO, _("请看那些机器有没有联系、夜间备份（aidpost-backup.timer）在不在做: aidpostd backups、aidpostd stations"),
                 _("在这里保管备份的 %zu 个站里，%zu 个太久没有送来新的（站点 %u 号 %s %lld 天）"), facts->kept, facts->kept_overdue, facts->kept_oldest_station, facts->kept_oldest_called, (long long)facts->kept_oldest_days);
    else
        say_with(finding, DOCTOR_WELL, "", _("在这里保管 %zu 个站的备份，最旧的 %lld 天前送到"), facts->kept, (long long)facts->kept_oldest_days);
}

static void judge_sync(const struct doctor_facts *facts, struct sheet *sheet)
{
    struct doctor_finding *finding;
    int64_t days = (facts->now_ms - facts->last_contact_ms) / DAY_MS;

    if (!facts->has_store || facts->center || !facts->contacted)
        return;
    finding = add(sheet, "sync", _("同步"));
    if (facts->last_contact_ms == 0)
        say(finding, DOCTOR_SEE_TO, _("还没有与县中心同步成功过"), _("请看同步屏（15）写的原因；没有网络的，用 U 盘"));
    else if (days >= CONTACT_DAYS)
        say_with(finding, DOCTOR_SEE_TO, _("请接一次网，或用 U 盘带到县中心（15 同步，3 U 盘）"), _("%lld 天没有与县中心联系"), (long long)days);
    else
        say_with(finding, DOCTOR_WELL, "", _("%lld 天前与县中心同步过"), (long long)days);
}

static void judge_upward(const struct doctor_facts *facts, struct sheet *sheet)
{
    if (!facts->upward_kept)
        return;
    say_with(add(sheet, "upward", _("上报")), facts->upward_overdue ? DOCTOR_SEE_TO : DOCTOR_WELL,
             facts->upward_overdue ? _("请看 aidpost-upward 服务在不在运行、上级的地址通不通: aidpostd upward status --data 上报目录") : "", "%s", facts->upward);
}

static void judge_papers(const struct doctor_facts *facts, struct sheet *sheet)
{
    struct doctor_finding *finding;

    if (!facts->has_pdf)
        return;
    finding = add(sheet, "font", _("文书字体"));
    if (facts->pdf_lacks[0] != '\0')
        say_with(finding, DOCTOR_SEE_TO, _("请安装 Pango 和 Cairo（Debian: libpangocairo-1.0-0）"), "%s", facts->pdf_lacks);
    else if (facts->has_font)
        say(finding, DOCTOR_WELL, _("有能印汉字的字体"), "");
    else
        say(finding, DOCTOR_SEE_TO, _("没有能印汉字的字体，文书和报表写不成 PDF"), _("请安装 fonts-noto-cjk"));
}

size_t doctor_judge(const struct doctor_facts *facts, struct doctor_finding out[DOCTOR_CHECKS_MAX])
{
    struct sheet sheet = {.findings = out};

    judge_disk(facts, &sheet);
    judge_time(facts, &sheet);
    judge_space(facts, &sheet);
    judge_rights(facts, &sheet);
    judge_terminal(facts, &sheet);
    judge_store(facts, &sheet);
    if (facts->unread[0] == '\0') {
        judge_backup(facts, &sheet);
        judge_kept(facts, &sheet);
        judge_sync(facts, &sheet);
        judge_upward(facts, &sheet);
    }
    judge_papers(facts, &sheet);
    return sheet.n;
}

const char *doctor_state_name(enum doctor_state state)
{
    static const char *const names[] = {[DOCTOR_WELL] = "ok", [DOCTOR_SEE_TO] = "attention", [DOCTOR_WRONG] = "problem"};

    return names[state];
}
