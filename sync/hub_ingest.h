/* sync/hub_ingest.h - INGEST at a hub between its parts: hub_ingest.c has the steps and what is looked up, hub_ingest_read.c reads the chunk, hub_ingest_write.c writes what came of it. Included by these only. */
#ifndef SYNC_HUB_INGEST_H
#define SYNC_HUB_INGEST_H

#include "core/record/upward.h"
#include "sync/hub_impl.h"

enum { NO_ROW = -1, REPORT_TEXT_BYTES = 64 };

struct taken {
    struct change change;
    size_t header_at, header_len; /* in ingest.headers */
    const uint8_t *body;          /* borrowed from the entries; NULL: gone */
    size_t body_len;
    struct hash chain;
    enum hub_state state;
    uint64_t order;
    long row;     /* whose change it is; NO_ROW */
    int64_t prev; /* 0: none */
    char inner_log[UPWARD_LOG_TEXT_BYTES]; /* "": none, or one that is here already */
    int64_t inner_seq;
    bool alias; /* told under an erased row's alias: it takes the place of what was erased */
    bool cells; /* figures of a report */
};

/* What a county_cells says; text, a flat JSON object of numbers and nulls, is borrowed from the change's body. */
struct figures {
    char report[REPORT_TEXT_BYTES], period[REPORT_TEXT_BYTES];
    int64_t from, until, org;
    const char *text;
    size_t len;
};

struct told_row {
    struct id id;
    bool known, erased, erase, told, gone; /* known: in the database; erase: by this chunk */
    int64_t stored, last;                  /* its last change there, and now */
    uint64_t type_no;
    int64_t scope;
    size_t json_at, json_len; /* in ingest.json; len 0: no cells */
};

/* A log within the county, of which this chunk tells. */
struct inner {
    char log[UPWARD_LOG_TEXT_BYTES];
    int64_t least, most, head; /* what is told; what came before, 0: nothing */
};

struct ingest {
    struct inner *inner;
    size_t n_inner;
    struct taken *all; /* the chunk, from its first number on */
    size_t n, n_known; /* the first n_known were here before */
    struct told_row *rows;
    size_t n_rows;
    struct buf headers, json;
    struct upward_change upward;
    struct hub_log *log; /* NULL: a new one */
    struct log_id log_id;
    struct hash head;
    enum status repeated; /* of the headers that came before */
};

/* hub_ingest.c */
struct ingest *hub_ingest_of(struct hub_work *work);
/* STATUS_NOMEM, said in the result. */
enum status hub_ingest_no_memory(struct hub_work *work);

/* hub_ingest_read.c. Errors: STATUS_MALFORMED, STATUS_VERSION, STATUS_NOMEM, said in the result. */
/* The chunk's entries into `all`; bodies stay where they came. */
enum status hub_ingest_read_entries(struct hub_work *work);
/* The rows of its new changes, each once, ascending by id; each change knows its row. */
enum status hub_ingest_collect_rows(struct hub_work *work);
/* The parts of a report's figures, borrowed; false: some are missing. What is marked as cells was found whole and such as the database takes; all else is HUB_NOT_UNDERSTOOD, and is not written. */
bool hub_ingest_figures(const struct taken *taken, struct figures *out);
/* What the new changes tell of rows, inner changes and reports. Want of memory shows in `json` and `headers`. */
void hub_ingest_read_changes(struct ingest *self);
/* NULL: not among them. */
struct told_row *hub_ingest_row(struct ingest *self, struct id id);

/* hub_ingest_write.c */
/* Place, chain and links of the new changes, in memory. Returns how many; *sum: the county's scope sum with them. */
uint64_t hub_ingest_place(struct hub_work *work, uint64_t *sum);
/* Queue everything to be written. */
void hub_ingest_write(struct hub_work *work, uint64_t n, uint64_t sum);

#endif /* SYNC_HUB_INGEST_H */
