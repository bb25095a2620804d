/* core/report/report_words.c - head and foot of reports in words: see report_impl.h. */
#include "core/report/report_impl.h"

#include <stdio.h>

#include "core/base/day.h"

void report_words_period(const struct period *period, struct buf *out)
{
    char label[PERIOD_LABEL_BYTES];

    period_label(period, label);
    buf_printf(out, "统计期间：%s", label);
}

void report_words_sign(const struct report_head *head, struct buf *out)
{
    char day[DAY_TEXT_BYTES];

    day_format(head->printed_on, day);
    buf_printf(out, "单位负责人：%s　填报人：%s　填报日期：%s", head->leader[0] != '\0' ? head->leader : "________", head->worker[0] != '\0' ? head->worker : "________", day);
}

void report_words_adjusted(const struct form_sheet *sheet, struct buf *out)
{
    const struct form_row *total = &sheet->rows[sheet->n_rows - 1];
    bool first = true;

    for (size_t i = 0; i < sheet->form->n_columns; i++) {
        const struct form_column *column = &sheet->form->columns[i];
        char wan[REPORT_WAN_BYTES];

        if (column->by_hand || total->adjusted[i] == 0)
            continue;
        buf_puts(out, first ? "含补报、调整：" : "，");
        if (column->money)
            report_wan(total->adjusted[i], wan);
        else
            snprintf(wan, sizeof wan, "%lld", (long long)total->adjusted[i]);
        buf_printf(out, "第%d栏 %s%s", column->no, total->adjusted[i] > 0 ? "+" : "", wan);
        first = false;
    }
}

void report_words_stations(const struct report_head *head, struct buf *out)
{
    if (head->stations[0] != '\0')
        buf_printf(out, "数据截至：%s", head->stations);
}
