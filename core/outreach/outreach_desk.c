/* core/outreach/outreach_desk.c - see outreach_desk.h. The text kept has one value a line: volunteer, worker, groups, the keys 0 to 9; '-' for what is empty. */
#include "core/outreach/outreach_desk.h"

#include <stdio.h>
#include <string.h>

#include "core/aid/consultation.h"
#include "core/base/day.h"
#include "core/outreach/event.h"
#include "core/outreach/quick_line.h"
#include "core/record/code_book.h"
#include "core/record/row.h"

enum { DESK_TEXT_BYTES = 1024, META_NAME_BYTES = 64 };

static const char BARRACKS_CATEGORY[] = "28"; /* 军人军属权益 */
static const char ANSWERED[] = "01"; /* 当场答复 */

/* What is asked most at events of the county (research domain.md row 14), the rest in the order of the book. */
static const char *const USUAL[] = {"01", "02", "14", "04", "21", "23", "03", "16", "28", "29"};

/* ---- keeping it ---- */

static void meta_name(struct id event, char out[META_NAME_BYTES])
{
    char id[ID_TEXT_BYTES];
    id_format(event, id);
    snprintf(out, META_NAME_BYTES, "outreach:%s", id);
}

static void take_word(const char **at, char *out, size_t out_bytes)
{
    size_t len = strcspn(*at, "\n");
    bool empty = len == 1 && (*at)[0] == '-';
    snprintf(out, out_bytes, "%.*s", empty ? 0 : (int)len, *at);
    *at += len + ((*at)[len] == '\n');
}

enum status outreach_desk_load(struct store *store, struct id event, struct outreach_desk *out, struct errmsg *err)
{
    char name[META_NAME_BYTES], volunteer[ID_TEXT_BYTES];
    struct buf text;
    bool there;
    *out = (struct outreach_desk){.volunteer = {{0}}};
    meta_name(event, name);
    buf_init(&text, DESK_TEXT_BYTES);
    enum status status = store_meta_read_blob(store, name, &text, &there, err);
    if (status == STATUS_OK && there) {
        const char *at = buf_cstr(&text);
        take_word(&at, volunteer, sizeof volunteer);
        if (id_parse(volunteer, strlen(volunteer), &out->volunteer) != STATUS_OK)
            out->volunteer = (struct id){{0}};
        take_word(&at, out->worker, sizeof out->worker);
        take_word(&at, out->groups, sizeof out->groups);
        for (size_t i = 0; i < DESK_KEYS; i++)
            take_word(&at, out->keys[i], sizeof out->keys[i]);
    }
    buf_release(&text);
    return status;
}

static void put_word(struct buf *out, const char *word)
{
    buf_printf(out, "%s%s", out->len > 0 ? "\n" : "", word[0] != '\0' ? word : "-");
}

enum status outreach_desk_save(struct store *store, struct id event, const struct outreach_desk *desk, struct errmsg *err)
{
    char name[META_NAME_BYTES], volunteer[ID_TEXT_BYTES] = "";
    bool own;
    enum status status = store_join(store, "desk", &own, err);
    struct buf text;
    if (status != STATUS_OK)
        return status;
    meta_name(event, name);
    buf_init(&text, DESK_TEXT_BYTES);
    if (!id_is_zero(desk->volunteer))
        id_format(desk->volunteer, volunteer);
    put_word(&text, volunteer);
    put_word(&text, desk->worker);
    put_word(&text, desk->groups);
    for (size_t i = 0; i < DESK_KEYS; i++)
        put_word(&text, desk->keys[i]);
    status = text.status == STATUS_OK ? store_meta_set_blob(store, name, text.data, text.len, err) : text.status;
    buf_release(&text);
    return store_leave(store, own, status, err);
}

enum status outreach_desk_forget(struct store *store, struct id event, struct errmsg *err)
{
    char name[META_NAME_BYTES];
    bool own;
    enum status status = store_join(store, "desk", &own, err);
    if (status != STATUS_OK)
        return status;
    meta_name(event, name);
    return store_leave(store, own, store_meta_remove(store, name, err), err);
}

/* ---- the tally keys ---- */

/* The key that is looked at first holds what is asked most: 1, 2 .. 9, then 0. */
static size_t key_at(size_t place)
{
    return (place + 1) % DESK_KEYS;
}

int outreach_desk_key(const struct outreach_desk *desk, const char *category)
{
    for (size_t i = 0; i < DESK_KEYS; i++)
        if (category[0] != '\0' && strcmp(desk->keys[i], category) == 0)
            return (int)i;
    return -1;
}

static void add_category(const struct code_book *codes, const char *category, struct outreach_desk *desk)
{
    const struct code *code = code_book_find(codes, "category", category);
    if (code == NULL || !code_usable(code, CODE_DAY_NEWEST) || outreach_desk_key(desk, category) >= 0)
        return;
    for (size_t place = 0; place < DESK_KEYS; place++) {
        char *key = desk->keys[key_at(place)];
        if (key[0] == '\0') {
            snprintf(key, DESK_CODE_BYTES, "%s", category);
            return;
        }
    }
}

struct asked {
    char category[DESK_CODE_BYTES];
    int64_t persons;
};

struct most_asked {
    struct asked rows[DESK_KEYS]; /* most people first */
    size_t n;
};

static bool rank_category(void *context, const char *category, int64_t persons, int64_t matters)
{
    struct most_asked *most = context;
    size_t at = most->n;
    (void)matters;
    while (at > 0 && most->rows[at - 1].persons < persons)
        at--;
    if (at == DESK_KEYS)
        return true;
    most->n += most->n < DESK_KEYS;
    memmove(&most->rows[at + 1], &most->rows[at], (most->n - at - 1) * sizeof most->rows[0]);
    snprintf(most->rows[at].category, sizeof most->rows[at].category, "%s", category);
    most->rows[at].persons = persons;
    return true;
}

enum status outreach_desk_fill(struct store *store, const struct actor *actor, const struct code_book *codes, const struct record *event, struct outreach_desk *desk, struct errmsg *err)
{
    struct most_asked most = {.n = 0};
    enum status status = event_categories(store, actor, event->id, (struct id){{0}}, rank_category, &most, err);
    if (status != STATUS_OK)
        return status;
    if (event_is_barracks(event))
        add_category(codes, BARRACKS_CATEGORY, desk);
    for (size_t i = 0; i < most.n; i++)
        add_category(codes, most.rows[i].category, desk);
    for (size_t i = 0; i < sizeof USUAL / sizeof USUAL[0]; i++)
        add_category(codes, USUAL[i], desk);
    for (size_t i = 0; i < code_book_count(codes, "category"); i++)
        add_category(codes, code_book_at(codes, "category", i)->code, desk);
    return STATUS_OK;
}

/* ---- open events ---- */

enum { OPEN_EVENTS_MAX = 200, SQL_MAX_BYTES = 1024 };

static enum status read_open_ids(struct store *store, const struct actor *actor, size_t limit, struct id *ids, size_t *n, struct errmsg *err)
{
    struct buf sql;
    int index = 2;
    enum status status;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_puts(&sql, "SELECT id FROM event WHERE closed_on IS NULL AND gone=0");
    row_scope_sql(actor, &sql, &index);
    buf_puts(&sql, " ORDER BY date DESC, n DESC LIMIT ?1");
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    stmt_int(stmt, 1, (int64_t)limit);
    index = 2;
    row_scope_bind(actor, stmt, &index);
    for (*n = 0; stmt_row(stmt, &status, err);)
        ids[(*n)++] = stmt_column_id(stmt, 0);
    return status;
}

enum status outreach_open_events(struct store *store, const struct actor *actor, size_t limit, outreach_event_row row, void *context, struct errmsg *err)
{
    struct id ids[OPEN_EVENTS_MAX];
    size_t n = 0;
    enum status status = read_open_ids(store, actor, limit < OPEN_EVENTS_MAX ? limit : OPEN_EVENTS_MAX, ids, &n, err);
    bool more = true;
    for (size_t i = 0; i < n && more && status == STATUS_OK; i++) {
        struct record event;
        status = records_get(store, actor, catalogue_find("event"), ids[i], &event, err);
        if (status != STATUS_OK)
            break;
        more = row(context, &event);
        record_release(&event);
    }
    return status;
}

/* ---- a consultation ---- */

enum status outreach_begin(struct store *store, const struct actor *actor, const struct code_book *codes, const struct record *event, const struct outreach_desk *desk, struct record *record,
                           struct errmsg *err)
{
    char id[ID_TEXT_BYTES];
    enum status status = records_begin(store, actor, record, codes, err);
    if (status == STATUS_OK)
        status = event_give(event, day_of_ms(actor->now_ms, DAY_OFFICE_OFFSET_MIN), record);
    if (status == STATUS_OK)
        status = record_set_text(record, "handling", ANSWERED);
    if (status == STATUS_OK && desk->worker[0] != '\0')
        status = record_set_text(record, "worker", desk->worker);
    if (status == STATUS_OK && desk->groups[0] != '\0')
        status = record_set_text(record, "categories", desk->groups);
    if (status == STATUS_OK && !id_is_zero(desk->volunteer)) {
        id_format(desk->volunteer, id);
        status = record_set_text(record, "volunteer", id);
    }
    return status;
}

/* ---- a typed line ---- */

static enum status check_secrecy(const struct record *event, const char *text, size_t len, struct errmsg *err)
{
    struct buf unit;
    enum status status = STATUS_OK;
    buf_init(&unit, SQL_MAX_BYTES);
    if (event_is_barracks(event) && quick_text_names_unit(text, len, &unit))
        status = errmsg_set(err, STATUS_INVALID, "情况 “%.100s”: 像是番号。军营不写番号、驻地、任务，请改掉", buf_cstr(&unit));
    buf_release(&unit);
    return status;
}

enum status outreach_save_line(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct record *event,
                               const struct outreach_desk *desk, const struct outreach_line_typed *typed, struct record *out, struct errmsg *err)
{
    int32_t day = event_day(event, day_of_ms(actor->now_ms, DAY_OFFICE_OFFSET_MIN));
    struct quick_line line;
    enum status status = quick_line_parse(codes, day, typed->last_category, typed->text, typed->len, &line, err);
    if (status == STATUS_OK)
        status = check_secrecy(event, typed->text + line.text_at, typed->len - line.text_at, err);
    if (status != STATUS_OK)
        return status;
    record_init(out, catalogue_find("consultation"));
    status = outreach_begin(store, actor, codes, event, desk, out, err);
    if (status == STATUS_OK)
        status = quick_line_put(&line, codes, typed->text, typed->len, out, err);
    if (status == STATUS_OK && typed->person[0] != '\0')
        status = record_set_text(out, "person", typed->person);
    if (status == STATUS_OK)
        status = consultation_save(store, actor, codes, random, out, typed->draft, NULL, err);
    if (status != STATUS_OK)
        record_release(out);
    return status;
}
