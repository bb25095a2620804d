/* core/report/tally_impl.h - the parts of a tally: cells, the two views of the data, what changed, the ends of periods. Inside tally*.c only. */
#ifndef CORE_REPORT_TALLY_IMPL_H
#define CORE_REPORT_TALLY_IMPL_H

#include "core/report/tally.h"

/* ---- buckets: half months ---- */

/* Days out of DAY_MIN..DAY_MAX count as the nearest. */
int32_t tally_bucket_of(int32_t day);
int32_t tally_bucket_first(int32_t bucket);
int32_t tally_bucket_last(int32_t bucket);
/* The whole buckets of a period, *first..*last (none: *first > *last), and the days of it in no whole bucket: up to two ranges. Days are held within DAY_MIN..DAY_MAX; from > to: nothing. */
struct tally_range {
    int32_t from, to;
};
size_t tally_split(int32_t from, int32_t to, int32_t *first, int32_t *last, struct tally_range edges[2]);

/* ---- cells ---- */

struct tally_cell {
    int64_t metric, org, value;
    int32_t bucket;
};
/* Sums by (metric, bucket, org). */
struct tally_cells {
    struct tally_cell *cells; /* owned: a hash table while adding, sorted afterwards */
    size_t n, room;
    enum status status; /* STATUS_OK or STATUS_NOMEM; sticks */
};
void tally_cells_release(struct tally_cells *cells);
void tally_cells_add(struct tally_cells *cells, int64_t metric, int32_t bucket, int64_t org, int64_t amount);
/* Nothing is added any more: cells that are not 0 stand at 0..n-1, by metric, bucket, org. */
enum status tally_cells_sort(struct tally_cells *cells);
/* First sorted cell at or behind (metric, bucket). */
size_t tally_cells_find(const struct tally_cells *cells, int64_t metric, int32_t bucket);
int tally_cell_compare(const void *a, const void *b);
/* a + b; what does not fit turns over, so that what was added can always be taken away again. */
int64_t tally_add(int64_t a, int64_t b);

/* ---- views: what counting a row needs of the store, as it is or as it was when it was last counted ---- */

enum tally_type { TALLY_CONSULTATION, TALLY_CASE, TALLY_PARTY, TALLY_HANDLER, TALLY_GROUP, TALLY_TYPES };
const struct record_type *tally_type(enum tally_type type);

enum { KIND_MEMOS = 512, GROUP_MEMOS = 64, PARTY_TEXT_BYTES = 32 };
struct kind_memo {
    char ref[ID_TEXT_BYTES];
    int kind;
};
struct group_memo {
    char ref[ID_TEXT_BYTES];
    int64_t speaker; /* row number of the case that speaks for the group; 0: each speaks for itself */
};
struct tally_view {
    struct store *store;
    const struct count_rules *rules;
    bool then;                   /* what the journal remembers goes before what is there now */
    int64_t upto[TALLY_TYPES];   /* rows with a higher number are not there */
    struct kind_memo kinds[KIND_MEMOS];
    struct group_memo groups[GROUP_MEMOS];
    char party_texts[COUNT_PARTIES_MAX][PARTY_TEXT_BYTES];
    const char *parties[COUNT_PARTIES_MAX];
};
void tally_view_init(struct tally_view *view, struct store *store, const struct count_rules *rules, bool then, const int64_t upto[TALLY_TYPES]);

/* Columns of both a type's table and its journal. */
#define TALLY_CASE_COLUMNS                                                                                                                                         \
    "n,id,scope,gone,received_on,decided_on,closed_on,terminated_on,born,sex,state,ethnic,categories,town,case_type,matter,cause,stat_matter,stage,legal_status,"  \
    "notice_ground,source,exempt_32,decision,refuse_reason,aid_form,outcome,recovered,wages_recovered,consultation,handler_ref,case_group"
#define TALLY_CONSULTATION_COLUMNS "n,id,scope,gone,date,sex,age_band,id_no,town,category,handling,channel,stat_topic,categories,persons,matters"
enum { TALLY_N, TALLY_ID, TALLY_SCOPE, TALLY_GONE, TALLY_FIELDS, TALLY_CASE_COUNT = 32, TALLY_CONSULTATION_COUNT = 16 };

/* Count the row that a statement with those columns stands on. Nothing if it is gone. Errors: storage. */
enum status tally_count_case(struct tally_view *view, struct stmt *row, count_emit emit, void *context, struct errmsg *err);
void tally_count_consultation(const struct tally_view *view, struct stmt *row, count_emit emit, void *context);

/* A count_emit into cells. */
struct tally_sink {
    struct tally_cells *cells;
    int64_t org;
    int sign;
    bool by_day;      /* only days of the range, all in bucket 0 */
    int32_t from, to;
    int32_t day, bucket; /* remembered: rows have few days */
};
void tally_sink_emit(void *context, int64_t metric, int32_t day, int64_t amount);

/* ---- what changed ---- */

/* What the tally lacks: what rows hold now, less what they held when counted. marks: how far was counted; upto: how far to count now, not below the marks. Errors: storage. */
enum status tally_difference(struct store *store, const struct count_rules *rules, const int64_t marks[TALLY_TYPES], const int64_t upto[TALLY_TYPES], struct tally_cells *out,
                             struct errmsg *err);
/* Write down what changed and up to so many new rows of each of the two big types, in the caller's transaction. Errors: storage. */
enum status tally_fold_part(struct store *store, const struct code_book *codes, const struct count_rules *rules, int64_t rows, struct errmsg *err);
/* Rows with an event in the range, each once; cases, then consultations. The row function says false to stop. Errors: storage. */
struct tally_dated {
    struct store *store;
    int32_t from, to;
    const char *case_columns, *consultation_columns; /* of the select; NULL: none of the type are wanted */
    bool (*row)(void *context, enum tally_type type, struct stmt *stmt);
    void *context;
};
enum status tally_dated_rows(const struct tally_dated *dated, struct errmsg *err);

/* Which rules the county's codes make of ours; not 0. Some 10 us. */
int64_t tally_stamp(const struct code_book *codes);

/* Some days counted from their rows. */
struct tally_edge {
    struct tally_range range;
    struct tally_cells cells; /* sorted; bucket 0 */
    struct tally_edge *next;
};

struct tally {
    struct store *store;
    const struct actor *actor;
    const struct code_book *codes;
    struct count_rules *rules; /* made when something is counted */
    bool reads;                /* holds a reading transaction of its own */
    bool anew;                 /* the table was made by other rules: all there is lies in `over` */
    struct tally_cells over;   /* sorted */
    struct tally_edge *edges;  /* owned list: each is counted once while the tally is open */
};

/* The rules, made at the first call. Errors: STATUS_NOMEM. */
enum status tally_rules(struct tally *tally, struct errmsg *err);
/* A view of the data as it is, for the caller to free(); makes the rules. It remembers handlers and groups: not for longer than they stay as they are. Errors: STATUS_NOMEM. */
enum status tally_fresh_view(struct tally *tally, struct tally_view **view, struct errmsg *err);

#endif /* CORE_REPORT_TALLY_IMPL_H */
