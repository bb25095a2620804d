/* core/base/day.h - calendar days as numbers: days since 1970-01-01 in the proleptic Gregorian calendar.
 * Days have no time zone; the office's clock is UTC+8 (day_of_ms takes the offset). Range: 1900-01-01 .. 2199-12-31. */
#ifndef CORE_BASE_DAY_H
#define CORE_BASE_DAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"

#define DAY_MIN (-25567) /* 1900-01-01 */
#define DAY_MAX 84005    /* 2199-12-31 */

enum { DAY_TEXT_BYTES = 11, DAY_OFFICE_OFFSET_MIN = 480, TIME_TEXT_BYTES = 20 };

/* Errors: STATUS_RANGE if there is no such day. */
enum status day_from_ymd(int year, int month, int dom, int32_t *day);
void day_to_ymd(int32_t day, int *year, int *month, int *dom);
/* "YYYY-MM-DD" (also YYYY/M/D, YYYY.M.D, YYYY年M月D日, YYYYMMDD). Errors: STATUS_MALFORMED, STATUS_RANGE. */
enum status day_parse(const char *text, size_t len, int32_t *day);
/* A day out of range is written "0000-00-00". */
void day_format(int32_t day, char out[DAY_TEXT_BYTES]);
int day_weekday(int32_t day); /* 0 = Sunday .. 6 */
/* Full years between two days, as a person's age: it grows on the birthday (of 29 February: on 1 March). Negative when
 * born later. */
int day_age(int32_t born, int32_t on);
/* The local day and time of a moment; offset in minutes east of UTC. Held within DAY_MIN..DAY_MAX. */
int32_t day_of_ms(int64_t unix_ms, int offset_min);
void day_format_time(int64_t unix_ms, int offset_min, char out[TIME_TEXT_BYTES]); /* "YYYY-MM-DD HH:MM:SS" */

#endif /* CORE_BASE_DAY_H */
