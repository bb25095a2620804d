/* sync/heal_order.c - see heal_order.h.
 *
 * A station sees a part of the order and cannot tell what else there was. It samples the changes it got, by the number they came with, and the center looks which of them it has at the same number. Up to the greatest that it has both agree; from the least that it has not, and from the first change of the station's scope that the station has not,
 * numbers may have been given twice.
 * FILES. Nobody can be asked, so a file tells all of the newest samples and a few below. A center that needs more says so in its answer (COMPARE), and the next file tells it. */
#include "sync/heal_order.h"

#include <assert.h>
#include <string.h>

#include "core/record/lapsed.h"
#include "core/record/order.h"
#include "core/record/returned.h"

void heal_order_mark(const uint8_t *header, size_t len, uint8_t mark[MARK_BYTES])
{
    struct hash hash = hash_of(header, len);

    memcpy(mark, hash.bytes, MARK_BYTES);
}

enum status heal_order_mark_at(struct store *store, uint64_t number, uint8_t mark[MARK_BYTES], bool *there, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT header FROM change WHERE lsn=?1");
    enum status status;
    size_t len;

    stmt_int(stmt, 1, (int64_t)number);
    *there = stmt_row(stmt, &status, err);
    if (!*there)
        return status;
    const uint8_t *header = stmt_column_blob(stmt, 0, &len);
    heal_order_mark(header, len, mark);
    stmt_reset(stmt);
    return STATUS_OK;
}

struct order_check {
    struct store *store;
    struct errmsg *err;
};

static enum status order_agrees(void *context, uint64_t number, const uint8_t mark[MARK_BYTES], bool *agrees)
{
    struct order_check *check = context;
    uint8_t ours[MARK_BYTES];
    bool there;
    enum status status = heal_order_mark_at(check->store, number, ours, &there, check->err);

    *agrees = status == STATUS_OK && there && memcmp(ours, mark, MARK_BYTES) == 0;
    return status;
}

static bool is_told(const uint8_t mark[MARK_BYTES])
{
    static const uint8_t none[MARK_BYTES];

    return memcmp(mark, none, MARK_BYTES) != 0;
}

/* ---- center ---- */

/* Both agree; but something it got without its content is whole here by now. Files are answered without: the next session does it. */
static enum status judge_resend(struct store *store, const struct session_request *request, struct session_result *result)
{
    uint64_t from;
    enum status status = request->file || request->hello.protocol_max < PROTOCOL_HEALING ? STATUS_OK : returned_resend(store, result->peer.station_no, &from, &result->err);

    if (status != STATUS_OK || request->file || request->hello.protocol_max < PROTOCOL_HEALING || from == 0 || request->hello.rcur < from)
        return status;
    result->heal.rewind = true;
    result->heal.common_order = from - 1;
    return STATUS_OK;
}

enum status heal_order_judge(struct store *store, const struct session_request *request, struct session_result *result)
{
    const struct message_hello *hello = &request->hello;
    struct order_check check = {store, &result->err};
    bool agrees = true;
    enum status status = STATUS_OK;

    if (hello->rcur == 0)
        return STATUS_OK;
    if (is_told(hello->order_mark))
        status = order_agrees(&check, hello->rcur, hello->order_mark, &agrees);
    else
        agrees = hello->rcur <= result->order_head;
    if (status == STATUS_OK && agrees)
        return judge_resend(store, request, result);
    if (status != STATUS_OK)
        return status;
    if (hello->protocol_max < PROTOCOL_HEALING)
        return errmsg_set(&result->err, STATUS_VERSION, "县中心从备份恢复过，本站的程序太旧，不能把恢复前的内容交回：请先更新本站的程序；双方数据未动");
    result->heal.compare = (struct message_compare){.what = COMPARE_ORDER, .from = 1, .to = hello->rcur};
    return STATUS_OK;
}

/* The station has seen numbers that this center does not remember: it must not give them again. lost_twice: it gave them twice before, and lost both. */
static enum status begin_era(struct store *store, const struct session_request *request, struct session_result *result, uint64_t differing, bool lost_twice)
{
    struct errmsg *err = &result->err;
    uint64_t seed = 0;
    enum status status;

    for (size_t i = 0; i < sizeof seed; i++)
        seed = seed << 8 | request->entropy[i];
    status = lost_twice ? order_begin_twice(store, random_seeded(&seed), err) : order_begin_era(store, differing, random_seeded(&seed), err);
    if (status == STATUS_OK)
        status = replica_state(store, &result->state, err);
    return status == STATUS_OK ? replica_order_head(store, &result->order_head, err) : status;
}

/* The samples of a frame, or of a file; ascending. */
struct told_samples {
    const uint8_t *at;
    size_t n;
    uint64_t from, to;
    bool whole; /* these are all that the station saw from `from` to `to` */
};

static struct told_samples samples_told(const struct session_request *request)
{
    const struct message_samples *samples = &request->samples;

    if (request->file) /* none is left out there */
        return (struct told_samples){.at = request->packed, .n = request->packed_len / SAMPLE_BYTES, .from = samples->from, .to = samples->to, .whole = true};
    return (struct told_samples){.at = samples->samples, .n = samples->samples_len / SAMPLE_BYTES, .from = samples->from, .to = samples->to, .whole = samples->samples_len / SAMPLE_BYTES < SAMPLES_MAX};
}

/* What the samples say of this number: 1 the same change, -1 another one, 0 nothing. O(log n). */
static int sample_says(const struct told_samples *told, uint64_t number, const uint8_t mark[MARK_BYTES])
{
    size_t low = 0, high = told->n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct reader reader;

        reader_init(&reader, told->at + middle * SAMPLE_BYTES, SAMPLE_BYTES);
        uint64_t at = reader_u64(&reader);
        if (at == number)
            return memcmp(reader_take(&reader, MARK_BYTES), mark, MARK_BYTES) == 0 ? 1 : -1;
        if (at < number)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

struct lost_twice {
    struct told_samples told;
    bool twice;
};

static bool look_at_place(void *context, uint64_t number, const void *header, size_t len)
{
    struct lost_twice *look = context;
    uint8_t mark[MARK_BYTES];

    heal_order_mark(header, len, mark);
    int says = sample_says(&look->told, number, mark);
    look->twice = says < 0 || (says == 0 && look->told.whole && number >= look->told.from && number <= look->told.to);
    return !look->twice;
}

/* What others handed back stands at places of a stretch that was lost. If this station, which saw that stretch, saw something else there, the center had gone on from its copy twice: what anybody has seen up to
 * such a number may be the one or the other (order.h: TWICE). Between the samples it saw nothing if they are all there are. */
static enum status was_lost_twice(struct store *store, const struct session_request *request, struct session_result *result, uint64_t common, bool *twice)
{
    struct lost_twice look = {.told = samples_told(request)};
    enum status status = order_each_returned(store, result->peer.org, common, request->hello.rcur, look_at_place, &look, &result->err);

    *twice = look.twice;
    return status;
}

static enum status parted_at(struct store *store, const struct session_request *request, struct session_result *result, uint64_t common, uint64_t differing)
{
    uint64_t unseen, seen = request->hello.rcur, era = (uint64_t)store_meta_int(store, "era", 0);
    bool credible = order_era_credible(order_era(seen), era);

    /* The cursor is damaged: what was sampled tells. If all of that agrees, nothing was lost here, and it goes back to where it must have been. */
    if (!credible && !order_era_credible(order_era(differing), era))
        differing = 0;
    if (!credible)
        seen = differing != 0 ? differing : common;
    uint64_t seen_era = order_era(seen);
    enum status status = order_first_unseen(store, result->peer.org, common, seen, &unseen, &result->err);

    if (status != STATUS_OK)
        return status;
    if (common == 0)
        return errmsg_set(&result->err, STATUS_FOREIGN, "本站以前同步的是另一个中心的数据，与这一个没有一处相同；双方数据未动，请联系中心");
    if (unseen != 0 && (differing == 0 || unseen < differing))
        differing = unseen;
    result->heal.rewind = true;
    result->heal.common_order = common;
    if (!credible && differing == 0)
        return STATUS_OK;
    if (seen_era < era && unseen == 0) { /* found before, by another station's coming */
        bool twice = false;

        if (!order_is_ambiguous(request->hello.rcur, order_era_start(era) + 1))
            status = was_lost_twice(store, request, result, common, &twice);
        return status == STATUS_OK && twice ? begin_era(store, request, result, 0, true) : status;
    }
    if (seen_era > era) /* put back to before an era had begun: the next one must be behind that */
        status = store_meta_set_int(store, "era", (int64_t)seen_era, &result->err);
    return status == STATUS_OK ? begin_era(store, request, result, differing, false) : status;
}

enum status heal_order_returns(struct store *store, const struct session_request *request, const void *entries, size_t len, struct session_result *result)
{
    uint64_t era = (uint64_t)store_meta_int(store, "era", 0), told = order_era(request->returned.last), differing = 0, handed = 0;

    if (!order_era_credible(told, era))
        return errmsg_set(&result->err, STATUS_MALFORMED, "这台机器交回的编号没有一个县中心给过，它的数据可能已损坏；请在它上面运行 aidpost verify，再重新登记");
    enum status status = returned_first_unseen(store, &result->peer, &request->log, entries, len, request->returned.count, request->after, &handed, &result->err);

    if (status != STATUS_OK || (told < era && handed == 0))
        return status;
    if (told >= era)
        status = order_first_unseen(store, result->peer.org, request->after, INT64_MAX, &differing, &result->err);
    if (handed != 0 && (differing == 0 || handed < differing))
        differing = handed;
    if (status == STATUS_OK && told > era)
        status = store_meta_set_int(store, "era", (int64_t)told, &result->err);
    return status == STATUS_OK ? begin_era(store, request, result, differing, false) : status;
}

/* As heal_narrow, of the samples in a file: none is left out from samples.from to samples.to. */
static enum status narrow_file(const struct session_request *request, struct order_check *check, struct heal_narrow *out)
{
    struct reader reader;
    uint64_t before = 0;

    *out = (struct heal_narrow){.common = 0};
    reader_init(&reader, request->packed, request->packed_len);
    while (reader_left(&reader) > 0 && out->differing == 0) {
        uint64_t number = reader_u64(&reader);
        const uint8_t *mark = reader_take(&reader, MARK_BYTES);
        bool same = false;
        enum status status = mark == NULL || number <= before || number > INT64_MAX ? STATUS_MALFORMED : order_agrees(check, number, mark, &same);

        if (status != STATUS_OK)
            return status;
        if (same)
            out->common = number;
        else
            out->differing = number;
        before = number;
    }
    out->done = out->common + 1 >= request->samples.from && (out->differing != 0 || request->samples.to >= request->hello.rcur);
    out->from = out->common > 0 ? out->common : 1;
    out->to = out->differing != 0 ? out->differing : request->hello.rcur;
    return STATUS_OK;
}

enum status heal_order_evaluate(struct store *store, const struct session_request *request, struct session_result *result)
{
    struct order_check check = {store, &result->err};
    struct heal_narrow narrow;

    assert(request->samples.what == COMPARE_ORDER); /* the session asked so */
    enum status status = request->file ? narrow_file(request, &check, &narrow) : heal_narrow(&request->samples, false, order_agrees, &check, &narrow);

    if (status == STATUS_MALFORMED)
        return errmsg_set(&result->err, STATUS_MALFORMED, "SAMPLES 帧的内容不成立");
    if (status != STATUS_OK)
        return status;
    if (narrow.done)
        return parted_at(store, request, result, narrow.common, narrow.differing);
    result->heal.compare = (struct message_compare){.what = COMPARE_ORDER, .from = narrow.from, .to = narrow.to};
    return STATUS_OK;
}

/* ---- station ---- */

/* Changes that the center has at the number they were delivered with: not those that came along when their record was moved here (an older center did not tell of each where it has it: what shares its number
 * with a change that stands there came along), and not those whose number does not stand any more (lapsed.h). */
#define SAMPLED                                                                                                    \
    "FROM change WHERE coalesce(given,rseq) BETWEEN ?1 AND ?2 AND rseq IS NOT NULL AND taken IS NULL AND " LAPSED_NOT("lsn") " AND " \
    "(given IS NULL OR given NOT IN (SELECT rseq FROM change WHERE given IS NULL AND rseq IS NOT NULL))"

enum status heal_order_sample(struct store *store, const struct message_compare *compare, struct message_samples *samples, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT count(*) " SAMPLED);
    int64_t count = 0, at = 0;
    enum status status;
    size_t taken = 0;

    stmt_int(stmt, 1, (int64_t)compare->from);
    stmt_int(stmt, 2, (int64_t)compare->to);
    if (stmt_row(stmt, &status, err)) {
        count = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    if (status != STATUS_OK || count == 0)
        return status;
    size_t n = heal_spread(1, (uint64_t)count);
    stmt = store_prepare(store, "SELECT coalesce(given,rseq),header " SAMPLED " ORDER BY 1");
    stmt_int(stmt, 1, (int64_t)compare->from);
    stmt_int(stmt, 2, (int64_t)compare->to);
    while (taken < n && stmt_row(stmt, &status, err)) {
        uint8_t mark[MARK_BYTES];
        size_t len;

        if ((uint64_t)++at != heal_spread_at(1, (uint64_t)count, n, taken))
            continue;
        const uint8_t *header = stmt_column_blob(stmt, 1, &len);
        heal_order_mark(header, len, mark);
        heal_sample_put(samples, (uint64_t)stmt_column_int(stmt, 0), mark);
        taken++;
    }
    if (taken == n)
        stmt_reset(stmt);
    return status;
}

enum { FILE_WHOLE = 512, FILE_WHOLE_MAX = 32 * 1024 };

/* Of the `count` samples of a range the newest `whole` are all told, and SAMPLES_MAX of those below. */
static enum status put_file_samples(struct store *store, const struct message_compare *range, uint64_t count, uint64_t whole, struct session_result *result)
{
    struct stmt *stmt = store_prepare(store, "SELECT coalesce(given,rseq),header " SAMPLED " ORDER BY 1");
    uint64_t below = count > whole ? count - whole : 0, at = 0, number = 0;
    size_t n = heal_spread(1, below), taken = 0;
    enum status status;

    stmt_int(stmt, 1, (int64_t)range->from);
    stmt_int(stmt, 2, (int64_t)range->to);
    result->samples.from = range->from;
    while (stmt_row(stmt, &status, &result->err)) {
        uint8_t mark[MARK_BYTES];
        size_t len;

        if (++at == below + 1 && below > 0)
            result->samples.from = number + 1;
        number = (uint64_t)stmt_column_int(stmt, 0);
        if (at <= below && (taken == n || at != heal_spread_at(1, below, n, taken)))
            continue;
        taken += at <= below;
        const uint8_t *header = stmt_column_blob(stmt, 1, &len);
        heal_order_mark(header, len, mark);
        buf_put_u64(&result->packed, number);
        buf_append(&result->packed, mark, MARK_BYTES);
    }
    return status != STATUS_OK ? status : result->packed.status;
}

enum status heal_order_sample_file(struct store *store, const struct session_request *request, struct session_result *result)
{
    uint64_t from = (uint64_t)store_meta_int(store, "order_asked_from", 0), to = (uint64_t)store_meta_int(store, "order_asked_to", 0);
    struct stmt *stmt = store_prepare(store, "SELECT count(*) " SAMPLED);
    bool asked = from != 0 && to <= request->compare.to;
    uint64_t count = 0;
    enum status status;

    result->compare = request->compare;
    if (asked)
        result->compare = (struct message_compare){.what = COMPARE_ORDER, .from = from, .to = to};
    stmt_int(stmt, 1, (int64_t)result->compare.from);
    stmt_int(stmt, 2, (int64_t)result->compare.to);
    if (stmt_row(stmt, &status, &result->err)) {
        count = (uint64_t)stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status == STATUS_OK ? put_file_samples(store, &result->compare, count, asked ? FILE_WHOLE_MAX : FILE_WHOLE, result) : status;
}

enum status heal_order_keep_compare(struct store *store, const struct session_request *request, struct session_result *result)
{
    enum status status = store_meta_set_int(store, "order_asked_from", (int64_t)request->compare.from, &result->err);

    return status == STATUS_OK ? store_meta_set_int(store, "order_asked_to", (int64_t)request->compare.to, &result->err) : status;
}

enum status heal_order_file_waits(struct store *store, bool *waits, struct errmsg *err)
{
    uint64_t after, to = 0;
    int64_t asked = 0;
    enum status status = store_meta_read_int(store, "order_asked_from", &asked, err);

    if (status == STATUS_OK)
        status = returned_stretch(store, &after, &to, err);
    *waits = asked != 0 || to > 0;
    return status;
}

enum status heal_order_own(struct store *store, struct session_result *result)
{
    uint64_t after, to;
    struct buf mark;

    buf_init(&mark, MARK_BYTES);
    if (store_meta_blob(store, "order_mark", &mark) && mark.len == MARK_BYTES)
        memcpy(result->order_mark, mark.data, MARK_BYTES);
    buf_release(&mark);
    enum status status = returned_stretch(store, &after, &to, &result->err);
    result->returns = to > 0;
    return status == STATUS_OK ? returned_handed(store, &result->handed, &result->err) : status;
}

enum status heal_order_keep_mark(struct store *store, const uint8_t mark[MARK_BYTES], struct errmsg *err)
{
    return is_told(mark) ? store_meta_set_blob(store, "order_mark", mark, MARK_BYTES, err) : store_meta_remove(store, "order_mark", err);
}

enum status heal_order_rewind(struct store *store, const struct session_request *request, struct session_result *result)
{
    struct stmt *stmt;
    uint8_t mark[MARK_BYTES] = {0};
    enum status status = returned_rewind(store, request->after, request->have_seq, &result->taken.rcur, &result->err);

    if (status == STATUS_OK)
        status = store_meta_remove(store, "order_asked_from", &result->err);
    if (status == STATUS_OK)
        status = store_meta_remove(store, "order_asked_to", &result->err);
    if (status != STATUS_OK)
        return status;
    /* The mark of the number both have. */
    stmt = store_prepare(store, "SELECT header FROM change WHERE rseq=?1 AND given IS NULL AND taken IS NULL");
    stmt_int(stmt, 1, (int64_t)result->taken.rcur);
    if (stmt_row(stmt, &status, &result->err)) {
        size_t len;
        const uint8_t *header = stmt_column_blob(stmt, 0, &len);

        heal_order_mark(header, len, mark);
        stmt_reset(stmt);
    }
    return status == STATUS_OK ? heal_order_keep_mark(store, mark, &result->err) : status;
}
