/* tui/views/record_list.h - between the parts of the list of any record type: record_list.c opens it and takes keys, record_list_columns.c chooses its columns, record_list_rows.c reads its pages,
 * record_list_count.c the numbers at its head, record_list_filter.c what narrows and orders it, record_list_draw.c draws. Not for others. */
#ifndef TUI_VIEWS_RECORD_LIST_H
#define TUI_VIEWS_RECORD_LIST_H

#include "core/record/row_count.h"
#include "core/record/search.h"
#include "tui/edit_field.h"
#include "tui/list.h"
#include "tui/views/due.h"
#include "tui/views/erase_ask.h"
#include "tui/views/export_ask.h"

enum { FOUND_MAX = 200, FIND_CHARS = 60, FIND_COLUMNS = 24, LIST_FIELDS_MAX = 7, FILTER_BYTES = 400, WORDS_BYTES = 256 };

/* A number at the head of the list. */
struct counted {
    struct row_count rows;
    int64_t shown;
    bool more;  /* there are more: it has not been counted to its end yet */
    bool again; /* something changed since this count began */
    int64_t began_ms;
};

/* Rows one way from a row that were looked at, and none of them is picked by the filter: the next page goes on behind them. */
struct looked_gap {
    bool pending, from_set; /* from_set: from a row, else from the list's end */
    int64_t from_row;
    struct list_key at;
};

struct record_list {
    const struct record_type *type;
    struct list list;
    struct list_column columns[LIST_FIELDS_MAX + 1]; /* and the days left, for cases */
    const struct field_def *fields[LIST_FIELDS_MAX];
    size_t n_fields;
    int cols;                        /* of the screen that the columns were chosen for */
    struct edit_field find;
    struct filter filter;
    bool has_filter;
    char filter_text[FILTER_BYTES]; /* as the person wrote it */
    int32_t filter_day;             /* from where its days are counted */
    char where[FILTER_BYTES];       /* what the list was opened with, "": nothing; holds beside the person's own */
    char where_words[WORDS_BYTES];
    const struct field_def *order; /* NULL: the type's own */
    bool ascending;
    bool searching;              /* rows are found[] */
    struct id found[FOUND_MAX];
    size_t n_found;
    struct search_walk walk;    /* hits so far */
    struct looked_gap gaps[2];  /* towards the end, towards the start */
    int64_t looked;             /* rows, since a key asked for what is being looked for */
    int64_t looked_shown_ms;    /* when the number was last painted */
    struct counted all, picked; /* rows of the type; of the filter, when nothing is searched for */
    bool stale;         /* the text to look for has changed since */
    bool in_find;       /* the cursor stands in the find line */
    bool shows_due;     /* cases: what counts their periods */
    struct due_clock clock;
    struct export_ask export;
    bool deleted; /* what is shown are the deleted ones, for who erases by law; the numbers at the head are not theirs */
    struct erase_ask erasing;
    struct id_set marks;
    char kept[FILTER_BYTES]; /* the filters on digits, as one line */
};

/* ---- columns ---- */

/* The type's own ones, for a screen of so many columns (0: all that there is room for in the table). Sets shows_due and cols. */
void record_list_choose_columns(struct record_list *state, int columns);

/* ---- rows ---- */

/* The list's source; the context is the view. */
enum status record_list_fetch(void *context, enum list_way way, const struct list_key *key, size_t max, struct list_page *page, struct errmsg *err);
/* What is looked for, from the start: a page of hits, or `before` of them when that is more; whether the rows are found[] now. The list is not read anew. Errors: storage. */
enum status record_list_find(struct view *view, size_t before, struct errmsg *err);
/* One piece of the search: until `hits` more are there, or so many records were looked at as a key may wait for. Errors: storage; the hits so far stay. */
enum status record_list_find_more(struct view *view, size_t hits, struct errmsg *err);
/* What was looked at and led to nothing is not known any more. */
void record_list_forget_gaps(struct record_list *state);
/* The next piece of a page that a filter leaves unfilled. Whether there was something to look for; tells what came and how far it is. */
bool record_list_look_on(struct view *view);
/* Hits [0..n), as far as there are any: for what cannot wait. Errors: storage; the hits so far stay. */
enum status record_list_find_until(struct view *view, size_t n, struct errmsg *err);

/* ---- counting: a first piece at once, more of it while no key waits ---- */

/* Another number than before is to be shown. filter: NULL or borrowed until the count is begun again. Errors: storage. */
enum status record_list_count_anew(struct view *view, struct counted *counted, const struct filter *filter, struct errmsg *err);
/* The same number, of now; the old one is shown until it is there. A long one waits for its time. Errors: storage; the old number stays. */
enum status record_list_count_again(struct view *view, struct counted *counted, struct errmsg *err);
/* The next piece. Whether there was something to count; tells when it is done. */
bool record_list_count_on(struct view *view, struct counted *counted);
/* What the list shows now, how many of them; *more: at least. */
int64_t record_list_total(const struct record_list *state, bool *more);

/* ---- filter and order ---- */

/* The condition the list is opened with. Errors: filter_parse's, STATUS_TOO_LARGE; then nothing is set. */
enum status record_list_limit(struct view *view, const char *where, struct errmsg *err);
/* The person's own condition, "" for none, beside what the list was opened with; rows and numbers are read anew. One that does not parse is told, the old one stays. */
void record_list_set_filter(struct view *view, const char *text);
/* A digit alone is the filter kept on it, else a condition. Errors are told. */
void record_list_take_filter(struct view *view, const char *text);
/* The person's own condition onto that digit (none: the digit's goes). Errors are told. */
void record_list_keep_filter(struct view *view, const char *text);
/* The filters on digits, for the last line. */
void record_list_show_kept(struct view *view);
/* What the list was opened with falls away; the person's own condition stays. */
void record_list_all(struct view *view);
/* The direction a list begins with: words and codes from the first on, days and numbers from the last. */
void record_list_begin_order(struct record_list *state);
/* That direction, the other one, then the next field. */
void record_list_next_order(struct view *view);

/* ---- the rows anew; errors are told ---- */

void record_list_read_again(struct view *view, bool from_start);
/* What was typed since is looked for: before the picture, and before what works on what was found. */
void record_list_settle(struct view *view);

/* ---- the picture ---- */

void record_list_title(struct view *view, struct buf *left, struct buf *right);
void record_list_draw(struct view *view, struct canvas *canvas);
void record_list_hint(struct view *view, size_t columns, struct buf *out);

#endif /* TUI_VIEWS_RECORD_LIST_H */
