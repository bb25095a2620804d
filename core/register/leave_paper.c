/* core/register/leave_paper.c - the paper that is signed when a worker goes: see leave.h. Papers are Chinese in every language of the program. */
#include "core/register/leave.h"

#include "core/aid/deadline.h"
#include "core/base/day.h"
#include "core/paper/markup.h"
#include "core/record/practice_sign.h"

#include <string.h>

static void put_words(struct buf *out, const char *text)
{
    markup_put(text, strlen(text), out);
}

static void put_item(struct buf *out, size_t no, const struct leave_item *item)
{
    char day[DAY_TEXT_BYTES] = "", given_on[DAY_TEXT_BYTES] = "";

    if (item->due != DEADLINE_NO_DAY)
        day_format(item->due, day);
    buf_printf(out, "|%zu|%s|", no, item->way == LEAVE_DRAFT ? "草稿" : item->type->label);
    put_words(out, item->title);
    buf_printf(out, "|%s %s|", day, item->period);
    if (item->given[0] == '\0' && item->way == LEAVE_ELSEWHERE)
        buf_puts(out, "已移交 ");
    put_words(out, item->given[0] != '\0' ? item->given : item->way == LEAVE_ASSIGN ? "由中心另行指派" : item->org);
    if (item->given[0] != '\0' && item->given_on != DEADLINE_NO_DAY) {
        day_format(item->given_on, given_on);
        buf_printf(out, " %s", given_on);
    }
    buf_puts(out, "|\n");
}

static void put_laptop(struct buf *out, const struct peer *laptop)
{
    char moment[TIME_TEXT_BYTES] = "从未";

    if (laptop->last_contact_ms != 0)
        day_format_time(laptop->last_contact_ms, DAY_OFFICE_OFFSET_MIN, moment);
    buf_printf(out, "\n　　电脑：%u 号机（", laptop->station_no);
    put_words(out, laptop->name);
    buf_printf(out, "），最近一次同步 %s，中心已收到它的第 %llu 条变更%s。\n", moment, (unsigned long long)laptop->have_seq, laptop->revoked ? "，已停用" : "，还没有停用");
}

/* What of this machine is not at the center yet, whoever wrote it. */
static void put_machine(struct buf *out, const struct machine *here, const struct retirement *machine)
{
    char moment[TIME_TEXT_BYTES] = "从未";

    if (machine->last_contact_ms != 0)
        day_format_time(machine->last_contact_ms, DAY_OFFICE_OFFSET_MIN, moment);
    buf_printf(out, "\n　　本机（%u 号机", here->station_no);
    if (machine->called[0] != '\0')
        buf_putc(out, ' ');
    put_words(out, machine->called);
    buf_printf(out, "）：最近一次同步 %s，没有送到县中心的变更 %lld 条；本机上的草稿 %lld 份，替别的机器转交、还没有交到的文件 %lld 个。\n", moment, (long long)machine->pending,
               (long long)machine->drafts, (long long)machine->relays);
}

void leave_paper(const struct leave_person *who, const struct leave_list *list, const struct machine *here, const struct retirement *machine, const struct peer *laptop, int32_t today, struct buf *out)
{
    char day[DAY_TEXT_BYTES];
    size_t given = leave_list_given(list), elsewhere = leave_list_elsewhere(list);

    day_format(today, day);
    if (here->practice)
        practice_sign_paper(out);
    buf_puts(out, "# 工作交接单\n> ");
    put_words(out, here->name);
    buf_printf(out, "　%s\n\n　　移交人：", day);
    put_words(out, who->display[0] != '\0' ? who->display : who->user);
    if (who->user[0] != '\0') {
        buf_puts(out, "（账号 ");
        put_words(out, who->user);
        buf_printf(out, "，%s）", who->disabled ? "已停用" : "还没有停用");
    }
    buf_printf(out, "。名下未办结 %zu 件，已交出 %zu 件，尚未交出 %zu 件", list->n, given, list->n - given - elsewhere);
    if (elsewhere > 0)
        buf_printf(out, "，另有 %zu 件已移交其他单位", elsewhere);
    buf_puts(out, "。\n\n");
    if (list->n > 0)
        buf_puts(out, "|=3|6|15|12|9|\n|序号|类别|事项|期限|接收人|\n");
    for (size_t i = 0; i < list->n; i++)
        put_item(out, i + 1, &list->items[i]);
    if (machine != NULL)
        put_machine(out, here, machine);
    if (laptop != NULL)
        put_laptop(out, laptop);
    buf_puts(out, "\n　　以上事项、案卷材料和印章、设备已当面点清。\n\n[sign: 移交人][sign: 接收人][sign: 监交人]\n");
}
