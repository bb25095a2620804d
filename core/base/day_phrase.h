/* core/base/day_phrase.h - days as people say and type them in a hurry, seen from today: 明天, 下周一, 3.8, -2, 月底.
 *
 *   in full            everything day_parse takes; 26-3-8 and 260308 are of this century
 *   day words          今天 明天 后天 大后天 昨天 前天 大前天, also 今 明 昨, 当天 今日 明日 昨日, and their initials jt mt ht dht zt qt dqt
 *   distance           +7  -2  3天后  2天前  两周后  1个月前 (months end at their last day: 1-31 and a month is 2-28)
 *   day of the week    周三 星期三 礼拜三: of this week, which begins on Monday; 下周一 下下周一 上周五 本周日
 *   day of a month     8日 8号: of this month; 下月8日 上月底 本月底 月底
 *   day of a year      3-8  3.8  3/8  3月8日  0308  去年3月8日  明年3.8
 * A month and a day without a year are of this year, or of the year before or after when that day is at most DAY_PHRASE_NEAR days away: 12-28 typed on 5 January is last week.
 * Full-width characters count as their twins, blanks as nothing, numbers may be Chinese (三月八日). */
#ifndef CORE_BASE_DAY_PHRASE_H
#define CORE_BASE_DAY_PHRASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"

enum { DAY_PHRASE_NEAR = 60, DAY_PHRASE_MAX_BYTES = 96 };

/* Errors: STATUS_MALFORMED (none of these, or longer than DAY_PHRASE_MAX_BYTES), STATUS_RANGE (no such day: 2-30); *day is unchanged. */
enum status day_phrase_parse(const char *text, size_t len, int32_t today, int32_t *day);
/* The text as it is compared: twins in ASCII, small letters, no blanks, Chinese numbers as digits (最近七天: 最近7天). False: it is empty, not UTF-8, or too long. */
bool day_phrase_fold(const char *text, size_t len, char out[DAY_PHRASE_MAX_BYTES]);

#endif /* CORE_BASE_DAY_PHRASE_H */
