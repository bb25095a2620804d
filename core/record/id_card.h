/* core/record/id_card.h - identity document numbers: checks and what can be read from them. Sources: GB 11643-1999 (resident identity number);
 * document kinds and patterns as in the set id_kind. */
#ifndef CORE_RECORD_ID_CARD_H
#define CORE_RECORD_ID_CARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"

struct id_card {
    char number[19];  /* 18 characters, X upper case */
    int32_t born;     /* day */
    int sex;          /* GB/T 2261.1: 1 male, 2 female */
    char area[7];     /* first six digits */
};

/* Resident identity number: 18 characters (full-width and lower-case x accepted, blanks dropped) or an old 15-digit one, which is upgraded.
 * Errors: STATUS_INVALID with the reason (length, a letter at place n, date, checksum: "第 18 位应为 X"). today: a birth day after it is refused;
 * DAY_MAX where no day is known. */
enum status id_card_parse(const char *text, size_t len, int32_t today, struct id_card *out, struct errmsg *err);
/* The check character for the first 17 digits. */
char id_card_checksum(const char digits[17]);
/* Check a number of the given kind (code of set id_kind; "" = guess: 18 characters are checked as resident identity number). Writes the normalised number.
 * Errors: STATUS_INVALID with the reason; STATUS_TOO_LARGE. */
enum status id_number_check(const char *kind, const char *text, size_t len, int32_t today, char *out, size_t out_bytes, struct errmsg *err);

#endif /* CORE_RECORD_ID_CARD_H */
