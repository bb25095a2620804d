/* core/base/day_span.h - runs of days as people say them for lists and filters, seen from today: 本月, 上周, 最近7天, 今年; a single day is a run of one.
 *
 *   a day              all that core/base/day_phrase.h takes
 *   weeks              本周 这周 上周 下周, from Monday
 *   months             本月 这个月 上月 上个月 下月 下个月
 *   quarters, halves   本季度 上季度, 上半年 下半年 of this year
 *   years              今年 本年 去年 前年 明年
 *   back from today    最近7天 近7天 近两周 最近3个月 近半年 近一年: today is the last of the days
 *   on from today      未来7天 今后两周: today is the first
 * In English: thisweek lastweek nextweek thismonth lastmonth nextmonth thisquarter lastquarter thisyear lastyear, last7days next7days (blanks and capitals do not matter), today, yesterday, tomorrow. */
#ifndef CORE_BASE_DAY_SPAN_H
#define CORE_BASE_DAY_SPAN_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"

/* Both ends included, *from <= *to. Errors: STATUS_MALFORMED (none of these), STATUS_RANGE (no such days); both are unchanged. */
enum status day_span_parse(const char *text, size_t len, int32_t today, int32_t *from, int32_t *to);

#endif /* CORE_BASE_DAY_SPAN_H */
