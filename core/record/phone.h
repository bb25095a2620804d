/* core/record/phone.h - telephone numbers in one form, so that one telephone is one text however it was typed: people are recognised, duplicates and conflicts of interest found by it.
 *
 *   mobile      11 digits: 13812345678 (from +86 138-1234-5678, 0086 138.., 8613812345678, 013812345678)
 *   landline    area code, local number, extension: 025-57212345-801 (from (025)5721-2345转801, 02557212345-801, +86 25 57212345)
 *   others      as typed, with single hyphens: 12348, 400-820-8820, +852-23456789
 * What cannot be cut without a guess stays as typed. */
#ifndef CORE_RECORD_PHONE_H
#define CORE_RECORD_PHONE_H

#include "core/base/status.h"

enum { PHONE_MAX_BYTES = 128, PHONE_MOBILE_DIGITS = 11 };

/* text: ASCII twins without blanks, shorter than PHONE_MAX_BYTES. Errors: STATUS_MALFORMED (no telephone; the reason in err), out is then undefined. */
enum status phone_read(const char *text, char out[PHONE_MAX_BYTES], struct errmsg *err);

#endif /* CORE_RECORD_PHONE_H */
