/* core/data/data.h - the tables that ship inside the programs, so that these need no files at run time.
 *
 * The files of this folder are linked in as they are (embed.S). Lines end with a line feed; no header line; no cell holds
 * a tab or a line feed; UTF-8. SOURCES tells where each comes from. The columns:
 *
 *   pinyin.tsv          char initials                  every character with its readings' initials, most common first;
 *                                                      sorted by code point
 *   pinyin_order.tsv    reading chars                  the characters in the order of their readings, as names are sorted: core/record/pinyin_order.h; "(曾)": as a
 *                                                      surname, "(尉迟)": before that one; last, with no reading, those of U+3400 to U+9FFF without one
 *   codes.tsv           set code name                  the shipped code sets
 *   consult_map.tsv     set code topic kind            what a consultation's category or topic counts as: code of consult_topic (and those of the county's
 *                                                      typical topics, x21 x22), code of consult_type (core/report/count.h)
 *   area_codes.tsv      code name from to              county and higher area codes ever used, for the first six digits of identity numbers; years of
 *                                                      the first and last list that has the name (from empty: before 1981; to empty: still in use; both
 *                                                      empty: not known); sorted by code, then from
 *   assess_standards.tsv kind metric weight target cap note   the yearly assessment (core/quality/assess_standard.h)
 *   causes.tsv          code level parent name from to causes of action: civil M.., criminal X.., administrative Z..; days in force, empty: no bound
 *   causes_2020.tsv     the same                       civil causes in force until 2025: L..
 *   favourites.tsv      set number name                the county's most used codes and the numbers that pick them (1..99), by name, so that they hold for every version
 *   divisions.tsv       code level parent name         counties of the country, towns and villages of Jiangsu; sorted by
 *                                                      code (2, 4, 6, 9, 12 digits), so that a county's places follow it
 *   en.mo               not a table: English texts, made from en.po (core/base/language.h)
 *   eval_standards.tsv  standard edition number part item max help   how case files are judged (core/quality/eval_standard.h)
 *   holidays.tsv        date is_off_day name           public holidays (1) and make-up working days (0)
 *   laws.zst            packed text, not a table: core/aid/law.c
 *   ledgers.tsv         code part title part_title type condition pick period sort columns
 *                                                      the office's ledgers (core/report/ledger.h)
 *   ministry_forms.tsv  form number key heading unit source   the Ministry's statistical forms, column by column (core/aid/form_book.h)
 *   report_checks.tsv   form rule words todo           checks in and across the statistical forms (core/report/report_check.h)
 *   surnames.tsv        surname weight                 for made-up people
 *   sync_chars.txt      characters, most frequent first; one line (sync/columns_text.c)
 *   sync_dictionary_1.zdict   not a table: what zstd knows beforehand when changes travel (sync/compress.h)
 *   given_names.tsv     char male female               for made-up people
 *   stat_matters.tsv    cause matter matter_of_migrants categories   what a cause of action counts as (core/aid/stat_matter.h)
 *   rules.tsv           name label kind initial min max basis mark help
 *                                                      what the county may set (core/aid/rule.h); min and max empty: the kind's own
 *   summary_templates.txt   wording of summaries: core/paper/summary_slot.c
 *   practice_texts.txt  questions of lay people, one a line
 *   templates.txt       wording of papers: core/paper/template.c */
#ifndef CORE_DATA_DATA_H
#define CORE_DATA_DATA_H

#include <stddef.h>

struct data_file {
    const char *name;
    const char *text; /* static; text[len] is 0; .mo, .zst, .zdict: bytes that may hold 0 */
    size_t len;
};

/* The file of that name ("codes.tsv"), NULL if there is none. Static. */
const struct data_file *data_find(const char *name);
/* All of them, for --version and tests: index 0.. until NULL. */
const struct data_file *data_at(size_t index);

#endif /* CORE_DATA_DATA_H */
