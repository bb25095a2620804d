/* sync/hub_ingest_write.c - what came of a chunk at a hub is written: changes, rows, what is erased, report cells, heads. Many rows a statement. See hub_ingest.h. */
#include <stdlib.h>
#include <string.h>

#include "core/record/scope_sum.h"
#include "sync/hub_ingest.h"

typedef void (*put_one)(struct hub_work *work, const void *item);

/* n items by the largest statements that fit. */
static void write_many(struct hub_work *work, enum hub_many kind, const void *items, size_t n, size_t size, put_one put, bool (*wanted)(const void *item))
{
    static const size_t sizes[HUB_SIZES] = {1, 8, 64};
    size_t left = 0, in = 0;
    int at = 0;

    for (size_t i = 0; i < n; i++)
        left += wanted((const char *)items + i * size);
    for (size_t i = 0; i < n; i++) {
        const void *item = (const char *)items + i * size;

        if (!wanted(item))
            continue;
        if (in == 0)
            at = left >= 64 ? 2 : left >= 8 ? 1 : 0;
        put(work, item);
        if (++in < sizes[at])
            continue;
        pg_send(work->pg, hub_many(work->hub, kind, at), NULL, NULL);
        left -= in;
        in = 0;
    }
}

static void put_change(struct hub_work *work, const void *item)
{
    const struct taken *taken = item;
    struct ingest *self = hub_ingest_of(work);

    pg_put_int(work->pg, work->result->peer.org);
    pg_put_int(work->pg, (int64_t)taken->order);
    pg_put_int(work->pg, self->log->no);
    pg_put_int(work->pg, (int64_t)taken->change.seq);
    pg_put_int(work->pg, taken->state);
    pg_put_bool(work->pg, (taken->change.flags & CHANGE_FLAG_MORE) != 0);
    if (taken->prev != 0)
        pg_put_int(work->pg, taken->prev);
    else
        pg_put_null(work->pg);
    if (taken->inner_log[0] != '\0') {
        pg_put_text(work->pg, taken->inner_log);
        pg_put_int(work->pg, taken->inner_seq);
    } else {
        pg_put_null(work->pg);
        pg_put_null(work->pg);
    }
    pg_put_bytes(work->pg, self->headers.data + taken->header_at, taken->header_len);
    pg_put_bytes(work->pg, taken->body == NULL ? NULL : taken->body, taken->body_len);
    pg_put_bytes(work->pg, taken->chain.bytes, HASH_BYTES);
}

static bool is_new_change(const void *item)
{
    return ((const struct taken *)item)->order != 0;
}

static void put_told(struct hub_work *work, const void *item)
{
    const struct told_row *row = item;
    struct ingest *self = hub_ingest_of(work);

    pg_put_int(work->pg, work->result->peer.org);
    pg_put_bytes(work->pg, row->id.bytes, ID_BYTES);
    pg_put_int(work->pg, (int64_t)row->type_no);
    pg_put_int(work->pg, row->scope);
    pg_put_bool(work->pg, row->gone);
    if (row->json_len > 0)
        pg_put_bytes(work->pg, self->json.data + row->json_at, row->json_len);
    else
        pg_put_null(work->pg);
    pg_put_int(work->pg, row->last);
}

static bool is_told(const void *item)
{
    const struct told_row *row = item;

    return row->told && !row->erased && !row->erase;
}

static void put_touched(struct hub_work *work, const void *item)
{
    const struct told_row *row = item;

    pg_put_int(work->pg, work->result->peer.org);
    pg_put_bytes(work->pg, row->id.bytes, ID_BYTES);
    pg_put_int(work->pg, (int64_t)row->type_no);
    pg_put_int(work->pg, row->scope);
    pg_put_int(work->pg, row->last);
}

static bool is_touched(const void *item)
{
    const struct told_row *row = item;

    return !row->erase && (row->erased || !row->told);
}

/* What was of the row before this chunk loses its content; and the row. */
static void write_erasure(struct hub_work *work, const struct told_row *row)
{
    static const struct pg_statement bodies = {HUB_ERASE_BODIES,
                                               "WITH RECURSIVE line(ord,prev) AS (SELECT c.ord,c.prev FROM change c WHERE c.county=$1 AND c.ord=$2 "
                                               "UNION ALL SELECT c.ord,c.prev FROM line l JOIN change c ON c.county=$1 AND c.ord=l.prev) "
                                               "UPDATE change SET body=NULL,inner_log=NULL,inner_seq=NULL WHERE county=$1 AND ord IN (SELECT ord FROM line)",
                                               "ii"};
    static const struct pg_statement gone = {HUB_ERASE_ROW,
                                             "INSERT INTO county_row(county,id,type_no,scope,gone,erased,cells,ord) VALUES($1,$2,$3,$4,true,true,NULL,$5) "
                                             "ON CONFLICT (county,id) DO UPDATE SET gone=true,erased=true,cells=NULL,ord=EXCLUDED.ord",
                                             "ibiii"};

    if (row->stored != 0) {
        pg_put_int(work->pg, work->result->peer.org);
        pg_put_int(work->pg, row->stored);
        pg_send(work->pg, &bodies, NULL, NULL);
    }
    put_touched(work, row);
    pg_send(work->pg, &gone, NULL, NULL);
}

static void put_figures_key(struct hub_work *work, const struct figures *figures)
{
    pg_put_int(work->pg, work->result->peer.org);
    pg_put_text(work->pg, figures->report);
    pg_put_text(work->pg, figures->period);
    pg_put_int(work->pg, figures->org);
}

static void write_figures(struct hub_work *work, const struct figures *figures)
{
    static const struct pg_statement out = {HUB_CELLS_OUT, "DELETE FROM report_cell WHERE county=$1 AND report=$2 AND period=$3 AND org=$4", "itti"};
    static const struct pg_statement in = {
        HUB_CELLS_IN, "INSERT INTO report_cell(county,report,period,org,cell,value,from_day,until_day) SELECT $1,$2,$3,$4,f.key,f.value::numeric,$5,$6 FROM jsonb_each_text($7) f", "ittiiij"};

    put_figures_key(work, figures);
    pg_send(work->pg, &out, NULL, NULL);
    put_figures_key(work, figures);
    pg_put_int(work->pg, figures->from);
    pg_put_int(work->pg, figures->until);
    pg_put_bytes(work->pg, figures->text, figures->len);
    pg_send(work->pg, &in, NULL, NULL);
}

static void write_heads(struct hub_work *work)
{
    static const struct pg_statement head = {HUB_INNER_HEAD,
                                             "INSERT INTO inner_head(county,inner_log,head_seq) VALUES($1,$2,$3) "
                                             "ON CONFLICT (county,inner_log) DO UPDATE SET head_seq=greatest(inner_head.head_seq,EXCLUDED.head_seq)",
                                             "iti"};
    struct ingest *self = hub_ingest_of(work);

    for (size_t i = 0; i < self->n_inner; i++) {
        if (self->inner[i].most <= self->inner[i].head)
            continue;
        pg_put_int(work->pg, work->result->peer.org);
        pg_put_text(work->pg, self->inner[i].log);
        pg_put_int(work->pg, self->inner[i].most);
        pg_send(work->pg, &head, NULL, NULL);
    }
}

static void write_head(struct hub_work *work, uint64_t n, uint64_t sum)
{
    static const struct pg_statement set_head = {HUB_SET_HEAD, "UPDATE log SET head_seq=$3,head_hash=$4 WHERE county=$1 AND no=$2", "iiib"};
    static const struct pg_statement add_order = {HUB_ADD_ORDER, "UPDATE county SET order_head=order_head+$2,scope_sum=$3 WHERE no=$1", "iii"};
    const struct hub_log *log = hub_ingest_of(work)->log;

    pg_put_int(work->pg, work->result->peer.org);
    pg_put_int(work->pg, log->no);
    pg_put_int(work->pg, (int64_t)log->head_seq);
    pg_put_bytes(work->pg, log->head_hash.bytes, HASH_BYTES);
    pg_send(work->pg, &set_head, NULL, NULL);
    pg_put_int(work->pg, work->result->peer.org);
    pg_put_int(work->pg, (int64_t)n);
    pg_put_int(work->pg, (int64_t)sum);
    pg_send(work->pg, &add_order, NULL, NULL);
}

/* Place, chain, links; what an erasure takes from changes of this very chunk. */
uint64_t hub_ingest_place(struct hub_work *work, uint64_t *sum)
{
    struct ingest *self = hub_ingest_of(work);
    uint64_t order = work->order_head;

    *sum = work->scope_sum;
    for (size_t i = self->n_known; i < self->n; i++) {
        struct taken *taken = &self->all[i];
        const uint8_t *header = self->headers.data + taken->header_at;

        taken->order = ++order;
        taken->chain = self->head = change_chain(self->head, header, taken->header_len);
        if (taken->state != HUB_REFUSED)
            *sum ^= scope_sum_of(header, taken->header_len, order);
        if (taken->row == NO_ROW)
            continue;
        struct told_row *row = &self->rows[taken->row];

        taken->prev = row->last;
        row->last = (int64_t)order;
        if ((row->erased || row->erase) && taken->change.op != CHANGE_ERASE) {
            taken->body = NULL;
            taken->inner_log[0] = '\0';
        }
    }
    return order - work->order_head;
}

void hub_ingest_write(struct hub_work *work, uint64_t n, uint64_t sum)
{
    struct ingest *self = hub_ingest_of(work);

    for (size_t i = 0; i < self->n_rows; i++) /* before new changes take over what is erased */
        if (self->rows[i].erase)
            write_erasure(work, &self->rows[i]);
    write_many(work, HUB_MANY_ADD, self->all, self->n, sizeof *self->all, put_change, is_new_change);
    write_many(work, HUB_MANY_TELL, self->rows, self->n_rows, sizeof *self->rows, put_told, is_told);
    write_many(work, HUB_MANY_TOUCH, self->rows, self->n_rows, sizeof *self->rows, put_touched, is_touched);
    for (size_t i = self->n_known; i < self->n; i++) {
        struct figures figures;

        if (self->all[i].cells && hub_ingest_figures(&self->all[i], &figures))
            write_figures(work, &figures);
    }
    write_heads(work);
    write_head(work, n, sum);
}
