/* core/record/clock.c - see clock.h. */
#include "core/record/clock.h"

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/record/change.h"
#include "core/record/changelog.h"

enum { CHANGES_ASKED = 64 };

static void take_later(int64_t *latest, int64_t ms)
{
    if (ms > *latest)
        *latest = ms;
}

/* A query of one number, NULL for none. */
static enum status take_number(struct store *store, const char *sql, int64_t *latest, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, sql);
    enum status status;

    if (stmt_row(stmt, &status, err)) {
        take_later(latest, stmt_column_int(stmt, 0));
        stmt_reset(stmt);
    }
    return status;
}

/* Of the own changes those above `known`. */
static enum status take_changes(struct store *store, int64_t log, uint64_t known, int64_t *latest, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT header FROM change WHERE log=?1 AND seq>?3 ORDER BY seq DESC LIMIT ?2");
    enum status status;

    stmt_int(stmt, 1, log);
    stmt_int(stmt, 2, CHANGES_ASKED);
    stmt_int(stmt, 3, (int64_t)known);
    while (stmt_row(stmt, &status, err)) {
        struct change change;
        size_t len;
        const uint8_t *header = stmt_column_blob(stmt, 0, &len);

        if (header != NULL && change_decode_header(header, len, &change) == STATUS_OK)
            take_later(latest, change.at_ms);
    }
    return status;
}

/* What the last contact said: our clock, and the center's minus ours. False: there was none, or the center's own clock stood before the program was made. */
struct contact {
    bool said;
    int64_t at_ms, skew_ms;
};

static enum status last_contact(struct store *store, struct contact *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT at_ms,skew_ms FROM sync_attempt WHERE ok ORDER BY no DESC LIMIT 1");
    enum status status;

    *out = (struct contact){.said = false};
    if (!stmt_row(stmt, &status, err))
        return status;
    out->at_ms = stmt_column_int(stmt, 0);
    out->skew_ms = stmt_column_int(stmt, 1);
    out->said = out->at_ms + out->skew_ms >= CLOCK_PROGRAM_MS;
    stmt_reset(stmt);
    return STATUS_OK;
}

static enum status find_latest(struct store *store, const struct contact *contact, int64_t *latest_ms, struct errmsg *err)
{
    struct log_info log;
    enum status status = changelog_own(store, &log, err);

    *latest_ms = 0;
    if (status == STATUS_OK)
        status = store_meta_read_int(store, "backed_up_ms", latest_ms, err);
    /* The sum is what the center's clock showed, however ours stood then; what it has was written before. */
    if (status == STATUS_OK && contact->said)
        take_later(latest_ms, contact->at_ms + contact->skew_ms);
    if (status == STATUS_OK)
        status = take_changes(store, log.no, contact->said ? log.have_seq : 0, latest_ms, err);
    if (status == STATUS_OK)
        status = take_number(store, "SELECT max(last_contact_ms) FROM peer", latest_ms, err);
    return status;
}

enum status clock_latest(struct store *store, int64_t *latest_ms, struct errmsg *err)
{
    struct contact contact;
    enum status status = last_contact(store, &contact, err);

    *latest_ms = 0;
    return status == STATUS_OK ? find_latest(store, &contact, latest_ms, err) : status;
}

static int64_t ahead_by(const struct contact *contact, int64_t now_ms)
{
    return contact->said && contact->skew_ms < -CLOCK_SLACK_MS && contact->at_ms <= now_ms ? -contact->skew_ms : 0;
}

enum status clock_ahead(struct store *store, int64_t now_ms, int64_t *ahead_ms, struct errmsg *err)
{
    struct contact contact;
    enum status status = last_contact(store, &contact, err);

    *ahead_ms = status == STATUS_OK ? ahead_by(&contact, now_ms) : 0;
    return status;
}

enum clock_fault clock_judge(int64_t now_ms, int64_t latest_ms)
{
    if (now_ms < CLOCK_PROGRAM_MS)
        return CLOCK_BEFORE_PROGRAM;
    return latest_ms > now_ms + CLOCK_SLACK_MS ? CLOCK_BEHIND : CLOCK_FINE;
}

static bool say_fault(int64_t now_ms, int64_t latest_ms, struct buf *out)
{
    enum clock_fault fault = clock_judge(now_ms, latest_ms);
    char now[DAY_TEXT_BYTES], then[DAY_TEXT_BYTES];

    day_format(day_of_ms(now_ms, DAY_OFFICE_OFFSET_MIN), now);
    day_format(day_of_ms(latest_ms, DAY_OFFICE_OFFSET_MIN), then);
    if (fault == CLOCK_BEFORE_PROGRAM)
        buf_printf(out, _("本机的钟是 %s，不对；日期和期限都会错，校准以后再录"), now);
    else if (fault == CLOCK_BEHIND)
        buf_printf(out, _("本机的钟慢了或曾快过: 现在 %s，最近记录 %s；请先校准"), now, then);
    return fault != CLOCK_FINE;
}

bool clock_warn(struct store *store, int64_t now_ms, struct buf *out)
{
    enum { WORDS_BYTES = 64 };
    int64_t latest_ms, ahead_ms;
    struct contact contact;
    struct buf words;

    if (last_contact(store, &contact, NULL) != STATUS_OK || find_latest(store, &contact, &latest_ms, NULL) != STATUS_OK)
        return false;
    ahead_ms = ahead_by(&contact, now_ms);
    if (say_fault(now_ms, latest_ms, out))
        return true;
    if (ahead_ms == 0)
        return false;
    buf_init(&words, WORDS_BYTES);
    clock_skew_words(ahead_ms, &words);
    buf_printf(out, _("本机的钟比县中心%s；日期和期限会错，校准以后再录"), buf_cstr(&words));
    buf_release(&words);
    return true;
}

void clock_skew_words(int64_t skew_ms, struct buf *out)
{
    enum { MINUTE_S = 60, HOUR_S = 60 * MINUTE_S, DAY_S = 24 * HOUR_S, YEAR_S = 31556952 };
    int64_t s = skew_ms == INT64_MIN ? INT64_MAX / 1000 : (skew_ms < 0 ? -skew_ms : skew_ms) / 1000;

    buf_puts(out, skew_ms < 0 ? _("慢") : _("快"));
    if (s < 2 * HOUR_S)
        buf_printf(out, _(" %lld 分钟"), (long long)(s / MINUTE_S));
    else if (s < 2 * DAY_S)
        buf_printf(out, _(" %lld 小时"), (long long)(s / HOUR_S));
    else if (s < 2 * (int64_t)YEAR_S)
        buf_printf(out, _(" %lld 天"), (long long)(s / DAY_S));
    else
        buf_printf(out, _(" %lld 年"), (long long)((s + DAY_S) / YEAR_S));
}
