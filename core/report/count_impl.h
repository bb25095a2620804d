/* core/report/count_impl.h - what the files of count.h share. */
#ifndef CORE_REPORT_COUNT_IMPL_H
#define CORE_REPORT_COUNT_IMPL_H

#include "core/aid/person_group.h"
#include "core/aid/stat_matter.h"
#include "core/data/data_lines.h"
#include "core/report/count.h"

enum { CONSULT_ROWS_MAX = 128, CONSULT_CODE_BYTES = 8 };

/* A line of consult_map.tsv. */
struct consult_row {
    char code[CONSULT_CODE_BYTES], topic[CONSULT_CODE_BYTES], kind[CONSULT_CODE_BYTES];
};

struct count_rules {
    const struct code_book *codes; /* borrowed */
    struct stat_matter_map *matters;
    struct consult_row categories[CONSULT_ROWS_MAX], topics[CONSULT_ROWS_MAX]; /* sorted by code */
    size_t n_categories, n_topics;
};

/* Where counts of one row go. */
struct counter {
    count_emit emit;
    void *context;
    int type;
};

/* part < 0 or amount 0: nothing. */
void counter_put(const struct counter *counter, enum count_measure measure, enum count_dimension dimension, int64_t part, int32_t day, int64_t amount);
/* As a code: part 0 counts nowhere. */
void counter_put_code(const struct counter *counter, enum count_measure measure, enum count_dimension dimension, const char *code, int32_t day, int64_t amount);
/* The town's nine digits. */
void counter_put_town(const struct counter *counter, enum count_measure measure, const char *town, int32_t day, int64_t amount);
/* Every group of the set: bit n is part n of enum person_group_part. */
void counter_put_groups(const struct counter *counter, enum count_measure measure, uint32_t parts, int32_t day, int64_t amount);

/* Groups of people (core/aid/person_group.h) as the forms have them: bit n is part n; never PG_OTHER. */
uint32_t count_group_parts(uint32_t groups);
/* What an identity number says: fills sex and born where they are not known. */
void count_read_id(const char *id_no, struct person_facts *person);

/* Whether a code is one of those listed, "05 06": two characters each, with blanks between. */
bool count_code_in(const char *code, const char *list);

#endif /* CORE_REPORT_COUNT_IMPL_H */
