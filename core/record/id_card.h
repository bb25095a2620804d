/* core/record/id_card.h - identity document numbers: checks and what can be read from them. Sources: GB 11643-1999 (resident identity number, id_card.c);
 * GB/T 2260 (areas, id_card_area.c); document kinds and patterns as in the set id_kind (research domain.md 4.14, id_number.c). */
#ifndef CORE_RECORD_ID_CARD_H
#define CORE_RECORD_ID_CARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/status.h"

struct id_card {
    char number[19];   /* 18 characters, X upper case */
    char original[16]; /* the 15-digit number it was upgraded from, "" if it was given with 18 */
    int32_t born;      /* day */
    int sex;           /* GB/T 2261.1: 1 male, 2 female */
    char area[7];      /* first six digits */
};

/* Resident identity number: 18 characters (full-width and lower-case x accepted, blanks dropped) or an old 15-digit one, which is upgraded.
 * Errors: STATUS_INVALID with the reason (length, a letter at place n, date, checksum: "第 18 位应为 X"). today: a birth day after it is refused;
 * DAY_MAX where no day is known. */
enum status id_card_parse(const char *text, size_t len, int32_t today, struct id_card *out, struct errmsg *err);
/* The check character for the first 17 digits. */
char id_card_checksum(const char digits[17]);
/* The 15-digit number that the same person had before 1999; false for births before 1900 or after 1999. Nothing is lost by keeping the upgraded one only. */
bool id_card_old_number(const struct id_card *card, char out[16]);

enum { ID_AREA_NAME_BYTES = 64, ID_AREA_PATH_BYTES = 192 };
struct id_area {
    char name[ID_AREA_NAME_BYTES]; /* "溧水县", as it was called at the birth day; "" if the code is in no list */
    char path[ID_AREA_PATH_BYTES]; /* "江苏省南京市溧水县" */
    int from, to;                  /* years of the first and last list that has it; 0: open or not known */
    bool existed;                  /* at the birth day */
};
/* The area of the first six digits (core/data/area_codes.tsv). A code that had been abolished before the birth day, or did not exist yet, is worth a warning and never a
 * refusal: registers kept old codes in use. For births before 1989 a code counts that was in use by then: that is when most numbers were given out. O(log n). */
void id_card_area(const char area[7], int32_t born, struct id_area *out);

/* A number of any kind of document, as read. */
enum { ID_NUMBER_BYTES = 64 };
struct id_number {
    char kind[3];                 /* code of id_kind: as given, or 11 when it was guessed; "" unknown */
    char number[ID_NUMBER_BYTES]; /* normalised */
    bool has_card;                /* card holds what it says about the person: kinds 11, 12, 34, 41 */
    struct id_card card;
    int disability; /* kind 41: 1 sight 2 hearing 3 speech 4 limbs 5 intellect 6 mind 7 several (GB/T 26341); else 0 */
    int grade;      /* kind 41: 1..4; else 0 */
    int copy;       /* kind 41: 0 the first certificate, n after B<n> */
};
/* Read a number of the given kind (code of set id_kind; "" = guess: 18 characters, the first a digit other than 9, are a resident identity number, so are 15 digits).
 * Errors: STATUS_INVALID with the reason; STATUS_TOO_LARGE. */
enum status id_number_read(const char *kind, const char *text, size_t len, int32_t today, struct id_number *out, struct errmsg *err);
/* The same, for who wants the normalised number only. */
enum status id_number_check(const char *kind, const char *text, size_t len, int32_t today, char *out, size_t out_bytes, struct errmsg *err);
/* "视力残疾一级"; "" if it is none. Static texts joined into out. */
enum { ID_DISABILITY_BYTES = 40 };
void id_number_disability(const struct id_number *number, char out[ID_DISABILITY_BYTES]);

/* ASCII twins, upper case, without blanks: what every check begins with. Errors: STATUS_INVALID (not UTF-8, a control character), STATUS_TOO_LARGE. */
enum status id_number_fold(const char *text, size_t len, char *out, size_t out_bytes, struct errmsg *err);

#endif /* CORE_RECORD_ID_CARD_H */
