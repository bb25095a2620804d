/* tui/views/conflict_rows.h - open conflicts copied out of the store for the screens: cells with all their values, who wrote them, when, on which machine, in which order. */
#ifndef TUI_VIEWS_CONFLICT_ROWS_H
#define TUI_VIEWS_CONFLICT_ROWS_H

#include "core/record/conflict.h"
#include "core/record/machine_name.h"
#include "tui/app.h"

enum { CONFLICT_VALUE_BYTES = 1200, CONFLICT_WHO_BYTES = 64, CONFLICT_CELLS_MAX = 40 };

struct conflict_value {
    char text[CONFLICT_VALUE_BYTES]; /* for people */
    char raw[CONFLICT_VALUE_BYTES];  /* as record_parse takes it; cut: not to be written back */
    bool cut;
    char station[CONFLICT_WHO_BYTES], user[CONFLICT_WHO_BYTES]; /* station: the machine's name where it is known, else its office or number, 本站 or 本机.. */
    char machine[MACHINE_CALLED_BYTES];                         /* ..the name in full; "": not known */
    int64_t at_ms, order, skew_ms;
    bool skew_known;
    struct log_id log;
    uint64_t seq;
};

/* One cell. */
struct conflict_choice {
    const struct record_type *type;
    struct id id;
    const struct field_def *field; /* NULL: delete against edit */
    struct conflict_value values[CONFLICT_SIDES_MAX]; /* the first is shown */
    size_t n, more;
    char before[CONFLICT_VALUE_BYTES]; /* what it held before any of them; "": nothing */
    char both[CONFLICT_VALUE_BYTES];   /* all joined, as far as it goes; "": not for this field */
    bool both_cut;
    bool by_action;                    /* only one of the values may be taken */
    bool reopened;                     /* was settled and taken back on this screen */
};

struct conflict_choices {
    struct conflict_choice *cells; /* owned */
    size_t n;
};

/* The record's cells with open conflicts, oldest first. Errors: storage, STATUS_NOMEM. */
enum status conflict_choices_read(struct conflict_choices *out, const struct app_context *context, struct id id, struct errmsg *err);
/* A cell that was settled, as it stood before: the last value that each machine wrote in it. out->reopened is set. Errors: STATUS_NOT_FOUND (the history does not tell), storage. */
enum status conflict_choice_settled(struct conflict_choice *out, const struct app_context *context, const struct record_type *type, struct id id, const struct field_def *field, struct errmsg *err);
/* One side's value to the end, as people read it, appended; of delete against edit what that side wrote in its last change, a line a field. Errors: STATUS_NOT_FOUND (settled meanwhile), storage. */
enum status conflict_value_whole(const struct app_context *context, const struct conflict_choice *cell, size_t side, struct buf *out, struct errmsg *err);
/* How many bytes the values of a cell have in common at their beginning, whole characters. */
size_t conflict_values_shared(const struct conflict_choice *cell);
void conflict_choices_release(struct conflict_choices *choices);
/* "快 3 分钟" when known and a minute or more; appends. */
void conflict_skew_text(const struct conflict_value *value, struct buf *out);
/* Of the field for people: its label, or what a deletion is called. */
const char *conflict_field_label(const struct field_def *field);

#endif /* TUI_VIEWS_CONFLICT_ROWS_H */
