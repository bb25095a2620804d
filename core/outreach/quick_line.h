/* core/outreach/quick_line.h - one consultation of an outreach event as one typed line (research domain.md 7.2: at most 12 keys).
 *
 *   ldbc2            劳动报酬, a woman of age; everything else is a default
 *   142 20人 03 张文芳 13900000000；工资三个月没发
 *
 * The category comes first: two digits, pinyin initials or Chinese; '=' is the category of the line before. At once behind it stands one digit for sex and age: odd is 男, even 女;
 * 1 2 成年, 3 4 老年, 5 6 未成年; 0 says nothing. The rest stands behind a blank, a comma or a slash (、 is the slash of an input method), in any order:
 *   20人 20r *20     people         03, or a single digit after sex and age     handling         7 digits and more    telephone
 *   +07 +js 军属     groups of people instead of the event's, +0 none           other words: the name               ; or ： and then free text to the end
 * Full-width digits, letters and signs are their ASCII twins everywhere but in name and text, so that an input method may stay on.
 * Pure: no store, no clock. O(line * set). */
#ifndef CORE_OUTREACH_QUICK_LINE_H
#define CORE_OUTREACH_QUICK_LINE_H

#include "core/record/code_book.h"
#include "core/record/record.h"

enum quick_part { QUICK_CATEGORY, QUICK_WHO, QUICK_PERSONS, QUICK_HANDLING, QUICK_GROUPS, QUICK_NAME, QUICK_PHONE, QUICK_TEXT, QUICK_PARTS };

enum { QUICK_LINE_CHARS = 300, QUICK_WORD_BYTES = 256, QUICK_CODE_BYTES = 33, QUICK_LIST_BYTES = 64 };

struct quick_line {
    unsigned given;                    /* bits 1 << enum quick_part: typed in the line */
    char category[QUICK_CODE_BYTES];   /* codes; "" when not given */
    char sex[QUICK_CODE_BYTES], age_band[QUICK_CODE_BYTES];
    char handling[QUICK_CODE_BYTES];
    char groups[QUICK_LIST_BYTES];     /* codes of person_category, ascending, comma-separated */
    char name[QUICK_WORD_BYTES], phone[QUICK_WORD_BYTES];
    int64_t persons;                   /* 1..9999; 0 when not given */
    size_t text_at;                    /* where the free text begins in the line; its length when there is none */
    bool text_open;                    /* the sign for free text was met: what is typed at the end belongs to it */
    enum quick_part part;              /* where reading ended: the part that is wrong, or the last one read */
    char word[QUICK_WORD_BYTES];       /* that part as typed, folded: for the hint of choices */
};

/* Read a line. last_category: code of the line before for '=', or "". On error *out holds what was read before the wrong part, and out->part is that part.
 * Errors: STATUS_INVALID (unknown or ambiguous word, or no category), STATUS_RANGE (people), STATUS_TOO_LARGE, STATUS_MALFORMED (not UTF-8); the message names part and word and says what to type. */
enum status quick_line_parse(const struct code_book *codes, int32_t day, const char *last_category, const char *text, size_t len, struct quick_line *out, struct errmsg *err);
/* Put what was given into a consultation; what was not given stays as it is there. Text without Chinese or Latin goes to content like any other.
 * Errors: record_parse's (a telephone, a name), naming the part. */
enum status quick_line_put(const struct quick_line *line, const struct code_book *codes, const char *text, size_t len, struct record *record, struct errmsg *err);
/* The line that would give this consultation, appended: to repeat it, or to put it right. person: with name and telephone. groups: the event's, which need not be said. */
void quick_line_of(const struct record *record, bool person, const char *groups, struct buf *out);
/* Bytes that the category takes at the beginning of a line, blanks before it included: what the choice from a table replaces. */
size_t quick_line_head(const char *text, size_t len);
/* "男 成年" for people; nothing when both are unknown. Appends. */
void quick_who_text(const struct code_book *codes, const char *sex, const char *age_band, struct buf *out);

/* Whether a text seems to name a unit of the forces (番号), which must not be written down: a number followed by 部队, 支队, 师, 旅, 团, 营, 连, 舰 or 艇; a number
 * written in Chinese needs 第 before it or three figures, since 一连 and 三班倒 are plain words. The first such words are appended to out (may be NULL). */
bool quick_text_names_unit(const char *text, size_t len, struct buf *out);

#endif /* CORE_OUTREACH_QUICK_LINE_H */
