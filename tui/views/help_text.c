/* tui/views/help_text.c - see help_text.h. */
#include "tui/views/help_text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/aid/law.h"
#include "core/base/language.h"
#include "core/record/catalogue.h"
#include "tui/views/common.h"
#include "tui/views/views.h"

enum { ARTICLES_MAX = 3, CODES_SHOWN = 8, CITE_MAX_BYTES = 1 << 18 };

static const char EVERYWHERE[] = "各屏通用\n"
                                 "中文输入法开着也能用: 数字 F键 方向键 Enter Tab Esc Ctrl\n"
                                 "没有F键: 先按 Esc 再按数字，Esc 2 = F2，Esc 0 = F10\n"
                                 "F9 看法条: 从光标所在项的说明或内容里引的条文看起\n"
                                 "Ctrl-Q 锁屏（用账号登录时）: 离开座位时按，登录后接着写\n"
                                 "全角的数字和符号与半角一样\n"
                                 "名字里的字打不出: 可从别处粘贴；屏幕显示 〓 时数据仍然正确\n"
                                 "断线、断电: 正在写的内容每项离开时和停手两秒后自动存成草稿，下次在首页继续\n"
                                 "每次修改都留下历史，保存之后也能撤销\n";

/* ---- the index ---- */

static const struct help_topic TOPICS[] = {
    {"首页和录入", &view_home, "首页"},
    {"首页和录入", &view_consult_entry, "咨询速录"},
    {"首页和录入", &view_record_list, "列表"},
    {"首页和录入", &view_bulk, "批量修改"},
    {"首页和录入", &view_record_edit, "新建和修改记录"},
    {"首页和录入", &view_search, "查找"},
    {"首页和录入", &view_related, "相关记录"},
    {"首页和录入", &view_history, "历史"},
    {"首页和录入", &view_drafts, "草稿"},
    {"首页和录入", &view_lookup, "问县中心"},
    {"首页和录入", &view_pace, "我的数字"},
    {"首页和录入", &view_registers, "登记簿"},
    {"首页和录入", &view_act, "登记簿里的办理"},
    {"案件", &view_case, "案件"},
    {"案件", &view_case_action, "办理一步"},
    {"案件", &view_inbox, "收件箱"},
    {"案件", &view_document, "文书"},
    {"案件", &view_todo, "期限"},
    {"案件", &view_law, "法条"},
    {"案件", &view_rules, "规则"},
    {"案件", &view_duplicates, "查重"},
    {"案件", &view_merge, "合并档案"},
    {"外展", &view_outreach, "外展活动"},
    {"外展", &view_outreach_start, "活动开场"},
    {"外展", &view_outreach_event, "现场一行一条"},
    {"外展", &view_outreach_tally, "按键计数"},
    {"外展", &view_outreach_material, "发放材料"},
    {"外展", &view_outreach_close, "收场"},
    {"外展", &view_figures, "宣传统计"},
    {"外展", &view_campaign_text, "宣传周成文"},
    {"外展", &view_stock, "宣传材料库存"},
    {"回访和质量", &view_visits, "回访"},
    {"回访和质量", &view_visit_worklist, "待回访名单"},
    {"回访和质量", &view_visit_answers, "回访答复"},
    {"回访和质量", &view_visit_voices, "答复的明细"},
    {"回访和质量", &view_quality, "质量"},
    {"回访和质量", &view_eval_due, "待评估的案件"},
    {"回访和质量", &view_eval_sheet, "逐项打分"},
    {"回访和质量", &view_eval_rounds, "评估各轮"},
    {"回访和质量", &view_assess, "年度考核"},
    {"回访和质量", &view_assess_sheet, "考核表"},
    {"回访和质量", &view_assess_rows, "考核的明细"},
    {"台账和报表", &view_ledgers, "台账和名单"},
    {"台账和报表", &view_ledger, "一本台账"},
    {"台账和报表", &view_reports, "报表"},
    {"台账和报表", &view_report_day, "报表日"},
    {"台账和报表", &view_report_form, "一张报表"},
    {"台账和报表", &view_report_rows, "数的明细"},
    {"台账和报表", &view_report_checks, "校验"},
    {"台账和报表", &view_report_late, "补报和调整"},
    {"台账和报表", &view_report_late_rows, "补报的明细"},
    {"台账和报表", &view_report_summary, "工作总结"},
    {"台账和报表", &view_report_charts, "图"},
    {"台账和报表", &view_report_chart, "条形图"},
    {"台账和报表", &view_report_heat, "乡镇各月"},
    {"台账和报表", &view_report_bar_rows, "图的明细"},
    {"同步和账号", &view_sync, "同步"},
    {"同步和账号", &view_stations, "各站"},
    {"同步和账号", &view_stick, "U 盘交接"},
    {"同步和账号", &view_conflicts, "冲突"},
    {"同步和账号", &view_conflict, "定一处冲突"},
    {"同步和账号", &view_passages, "移交"},
    {"同步和账号", &view_left_draft, "移送走没存的字"},
    {"同步和账号", &view_flagged, "复核"},
    {"同步和账号", &view_leave, "交接"},
    {"同步和账号", &view_signin, "登录"},
    {"同步和账号", &view_password, "改密码"},
    {"同步和账号", &view_first_start, "第一次使用"},
    {"同步和账号", &view_first_setup, "登记这台机器"},
    {"同步和账号", &view_help, "帮助"},
    {"同步和账号", &view_help_index, "全部帮助"},
};

enum { TOPIC_COUNT = sizeof TOPICS / sizeof TOPICS[0] };

size_t help_topics(void)
{
    return TOPIC_COUNT;
}

const struct help_topic *help_topic_at(size_t index)
{
    assert(index < TOPIC_COUNT);
    return &TOPICS[index];
}

const struct help_topic *help_topic_find(const char *class_name)
{
    for (size_t i = 0; i < TOPIC_COUNT; i++)
        if (strcmp(TOPICS[i].class->name, class_name) == 0)
            return &TOPICS[i];
    return NULL;
}

/* ---- a screen ---- */

void help_text_screen(struct view *view, struct buf *out)
{
    if (view->class->help != NULL)
        buf_printf(out, "%s\n\n", _(view->class->help));
    keymap_help(view->class->keymap(view), out);
    buf_putc(out, '\n');
}

enum status help_text_topic(struct app *app, const struct help_topic *topic, struct buf *out)
{
    size_t bytes = topic->class->state_bytes;
    struct view view = {.class = topic->class, .app = app, .state = calloc(1, bytes > 0 ? bytes : 1)};
    if (view.state == NULL)
        return STATUS_NOMEM;
    help_text_screen(&view, out);
    free(view.state);
    return STATUS_OK;
}

/* ---- a field ---- */

static const char *how_written(const struct field_def *field)
{
    switch (field->kind) {
    case FIELD_LONG:
        return _("可写几行，Ctrl-J 换行");
    case FIELD_DAY:
        return _("日期，写 2026-10-23、10-23、3.8 都行，也可写 今天、明天、下周一、月底、-2（两天前）");
    case FIELD_MONEY:
        return _("钱数，以元为单位，写 12000、1.2万、12元5角 都行");
    case FIELD_INT:
        return _("整数");
    case FIELD_BOOL:
        return _("1 是，0 否");
    case FIELD_CODE:
        return _("代码、拼音首字母或汉字，F4 列出全部");
    case FIELD_CODES:
        return _("可选几个，用 + 连起来，如 11+15；代码、拼音首字母或汉字都行，F4 列出全部");
    case FIELD_REF:
        return _("指到另一条记录: 打姓名、名称、首字母或编号，F4 列出");
    case FIELD_PHONE:
        return _("电话号码，查找时打尾号就行");
    case FIELD_ID_NO:
        return _("证件号码，身份证会核对校验位");
    default:
        return NULL;
    }
}

static void put_codes(struct view *view, const struct field_def *field, struct buf *out)
{
    const struct code_book *book = view_context(view)->codes;
    if ((field->kind != FIELD_CODE && field->kind != FIELD_CODES) || book == NULL)
        return;
    size_t n = code_book_count(book, field->codes);
    for (size_t i = 0; i < n && i < CODES_SHOWN; i++) {
        const struct code *code = code_book_at(book, field->codes, i);
        buf_printf(out, "%s%s %s", i > 0 ? "  " : _("可以是 "), code->code, _(code->name));
    }
    if (n > CODES_SHOWN)
        buf_printf(out, _("  等共 %zu 项"), n);
    if (n > 0)
        buf_putc(out, '\n');
}

static void put_when(const struct field_def *field, struct buf *out)
{
    if (field->flags & FIELD_REQUIRED)
        buf_puts(out, _("必填\n"));
    if (field->flags & FIELD_CENTER)
        buf_puts(out, _("由县中心填写，工作站只能看\n"));
    if (field->flags & FIELD_ACTION)
        buf_puts(out, _("由办理动作填写，作出决定以后只能更正\n"));
    if (field->flags & FIELD_SENSITIVE)
        buf_puts(out, _("敏感信息: 不进日志，导出时另外标明\n"));
}

/* The articles that the field's words cite; if they cite none, those of what is being done. */
static void put_articles(struct view *view, const struct field_def *field, struct buf *out)
{
    struct law_book *book;
    size_t hits[ARTICLES_MAX], n = 0;
    if (law_book_open(&book, NULL) != STATUS_OK)
        return;
    if (field->help != NULL)
        n = law_book_citations(book, field->help, hits, ARTICLES_MAX);
    if (n == 0 && view->class->cite != NULL) {
        struct buf cited;
        buf_init(&cited, CITE_MAX_BYTES);
        view->class->cite(view, &cited);
        n = law_book_citations(book, buf_cstr(&cited), hits, ARTICLES_MAX);
        buf_wipe(&cited);
    }
    for (size_t i = 0; i < n && i < ARTICLES_MAX; i++) {
        const struct law_article *article = law_book_at(book, hits[i]);
        buf_printf(out, "%s%s  %s\n", article->law, article->title, article->text);
    }
    law_book_free(book);
}

void help_text_field(struct view *view, struct buf *out)
{
    const struct field_def *field = view->class->field != NULL ? view->class->field(view) : NULL;
    if (field == NULL)
        return;
    const char *how = how_written(field);
    buf_printf(out, _("这一项: %s\n"), _(field->label));
    if (field->help != NULL)
        buf_printf(out, "%s\n", _(field->help));
    if (how != NULL)
        buf_printf(out, _("写法: %s\n"), how);
    put_codes(view, field, out);
    put_when(field, out);
    put_articles(view, field, out);
    buf_putc(out, '\n');
}

void help_text_everywhere(struct buf *out)
{
    buf_puts(out, _(EVERYWHERE));
}
