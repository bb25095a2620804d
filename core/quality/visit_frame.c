/* core/quality/visit_frame.c - the cases of a year that are to be visited: figures, progress by place, the worklist in route order. See visit.h. */
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/quality/route.h"
#include "core/quality/visit_impl.h"
#include "core/record/pinyin_order.h"
#include "core/record/privacy.h"
#include "core/record/row.h"

enum { SQL_MAX_BYTES = 2048, MERGES_MAX = 8, ROWS_FIRST = 64, FILE_TEXT_BYTES = 4096 };

/* Who refused or has died is not visited again. */
static bool is_again(int outcome)
{
    return outcome == 2 || outcome == 3 || outcome == 6;
}

/* ---- walking ---- */

/* 02: civil cases. */
static struct stmt *frame_statement(struct store *store, const struct actor *actor, int32_t from, int32_t to, bool hide_sealed)
{
    struct buf sql;
    int index = 3;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_puts(&sql, "SELECT id,name,town,village,applicant,safe_contact,phone,cause,handler,handler_ref,scope,closed_on,n FROM \"case\""
                   " WHERE closed_on BETWEEN ?1 AND ?2 AND case_type='02' AND gone=0");
    row_scope_sql(actor, &sql, &index);
    if (hide_sealed)
        privacy_sql(actor, catalogue_find("case"), &sql);
    buf_puts(&sql, " ORDER BY closed_on,n");
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    stmt_int(stmt, 1, from);
    stmt_int(stmt, 2, to);
    index = 3;
    row_scope_bind(actor, stmt, &index);
    return stmt;
}

static struct frame_case read_case(struct stmt *stmt)
{
    return (struct frame_case){
        .id = stmt_column_id(stmt, 0),
        .name = stmt_column_text(stmt, 1, NULL),
        .town = stmt_column_text(stmt, 2, NULL),
        .village = stmt_column_text(stmt, 3, NULL),
        .applicant = stmt_column_text(stmt, 4, NULL),
        .safe_contact = stmt_column_text(stmt, 5, NULL),
        .phone = stmt_column_text(stmt, 6, NULL),
        .cause = stmt_column_text(stmt, 7, NULL),
        .handler = stmt_column_text(stmt, 8, NULL),
        .handler_ref = stmt_column_text(stmt, 9, NULL),
        .scope = stmt_column_int(stmt, 10),
        .closed_on = (int32_t)stmt_column_int(stmt, 11),
        .n = stmt_column_int(stmt, 12),
    };
}

enum status visit_walk_frame(struct store *store, const struct actor *actor, int year, int32_t until, bool hide_sealed, frame_row row, void *context, struct errmsg *err)
{
    int32_t from, to;
    enum status status = day_from_ymd(year, 1, 1, &from);
    if (status == STATUS_OK)
        status = day_from_ymd(year, 12, 31, &to);
    if (status != STATUS_OK)
        return errmsg_set(err, STATUS_INVALID, "没有 %d 这个年度", year);
    struct stmt *stmt = frame_statement(store, actor, from, to, hide_sealed);
    while (stmt_row(stmt, &status, err)) {
        struct frame_case kase = read_case(stmt);
        status = visit_state_of(store, actor, kase.id, from, until, &kase.state, err);
        if (status != STATUS_OK || !row(context, &kase)) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

/* ---- figures ---- */

static void count(struct visit_frame *frame, const struct visit_state *state)
{
    frame->frame++;
    visit_satisfaction_add(&frame->satisfaction, state);
    if (state->reached) {
        frame->visited++;
    } else if (state->tries == 0) {
        frame->left++;
    } else {
        frame->unreachable++;
        frame->by_outcome[state->voice.outcome > 0 ? state->voice.outcome - 1 : VISIT_OUTCOMES - 1]++;
        frame->again += is_again(state->voice.outcome);
    }
}

static bool count_case(void *context, const struct frame_case *kase)
{
    count(context, &kase->state);
    return true;
}

enum status visit_frame(struct store *store, const struct actor *actor, int year, struct visit_frame *out, struct errmsg *err)
{
    return visit_frame_until(store, actor, year, DAY_MAX, out, err);
}

enum status visit_frame_until(struct store *store, const struct actor *actor, int year, int32_t until, struct visit_frame *out, struct errmsg *err)
{
    *out = (struct visit_frame){0};
    return visit_walk_frame(store, actor, year, until, false, count_case, out, err);
}

struct giving {
    visit_case_row row;
    void *context;
};

static bool give_case(void *context, const struct frame_case *kase)
{
    struct giving *giving = context;
    struct visit_case out = {.kase = kase->id, .n = kase->n, .closed_on = kase->closed_on, .tries = kase->state.tries, .reached = kase->state.reached};

    if (kase->state.tries > 0) {
        out.visit = kase->state.voice.visit;
        out.visit_on = kase->state.voice.date;
    }
    return giving->row(giving->context, &out);
}

enum status visit_cases(struct store *store, const struct actor *actor, int year, int32_t until, visit_case_row row, void *context, struct errmsg *err)
{
    struct giving giving = {.row = row, .context = context};

    return visit_walk_frame(store, actor, year, until, false, give_case, &giving, err);
}

enum { PLACE_BYTES = 16 };

struct place {
    char code[PLACE_BYTES];
    struct visit_frame frame;
};

struct places {
    const char *town; /* NULL: by town */
    struct place *items;
    size_t n, room;
    enum status status;
};

/* Few places come up, mostly the one of the case before: looked up from the end. */
static struct place *find_place(struct places *places, const char *code)
{
    for (size_t i = places->n; i > 0; i--)
        if (strcmp(places->items[i - 1].code, code) == 0)
            return &places->items[i - 1];
    if (places->n == places->room) {
        size_t room = places->room > 0 ? places->room * 2 : ROWS_FIRST;
        struct place *items = realloc(places->items, room * sizeof *items);
        if (items == NULL)
            return NULL;
        places->items = items;
        places->room = room;
    }
    struct place *place = &places->items[places->n++];
    *place = (struct place){.frame = {0}};
    strncpy(place->code, code, PLACE_BYTES - 1);
    return place;
}

static bool count_place(void *context, const struct frame_case *kase)
{
    struct places *places = context;
    if (places->town != NULL && strcmp(kase->town, places->town) != 0)
        return true;
    struct place *place = find_place(places, places->town != NULL ? kase->village : kase->town);
    if (place == NULL) {
        places->status = STATUS_NOMEM;
        return false;
    }
    count(&place->frame, &kase->state);
    return true;
}

/* Codes in order, what is not known last. */
static int order_codes(const char *a, const char *b)
{
    if (a[0] == '\0' || b[0] == '\0')
        return (a[0] == '\0') - (b[0] == '\0');
    return strcmp(a, b);
}

static int order_places(const void *a, const void *b)
{
    return order_codes(((const struct place *)a)->code, ((const struct place *)b)->code);
}

enum status visit_progress(struct store *store, const struct actor *actor, int year, const char *town, visit_progress_row row, void *context, struct errmsg *err)
{
    struct places places = {.town = town};
    enum status status = visit_walk_frame(store, actor, year, DAY_MAX, false, count_place, &places, err);
    if (status == STATUS_OK && places.status != STATUS_OK)
        status = errmsg_set(err, places.status, "%s", status_text(places.status));
    if (places.n > 0)
        qsort(places.items, places.n, sizeof *places.items, order_places);
    for (size_t i = 0; status == STATUS_OK && i < places.n; i++) {
        const struct place *place = &places.items[i];
        struct visit_progress progress = {.town = town != NULL ? town : place->code, .village = town != NULL ? place->code : NULL, .frame = &place->frame};
        if (!row(context, &progress))
            break;
    }
    free(places.items);
    return status;
}

/* ---- the worklist ---- */

/* Texts stand one behind the other in `texts`, found by offset. */
enum text { TEXT_NAME, TEXT_CONTACT, TEXT_ADDRESS, TEXT_HANDLER, TEXT_CAUSE, TEXT_TOWN, TEXT_VILLAGE, TEXTS };

struct stop {
    char *texts[TEXTS]; /* [TEXT_NAME] owns the block */
    const char *door;   /* the address behind the names of town and village */
    struct id kase;
    bool careful;
    int32_t closed_on;
    struct visit_state state;
};

struct route {
    struct store *store;
    const struct actor *actor;
    const struct code_book *codes;
    const char *town;
    struct stop *stops;
    size_t n, room;
    enum status status;
    struct errmsg *err;
};

/* What the worklist takes from the person's file; owned. */
struct file {
    bool hidden, careful;
    struct buf phone, address, safe;
};

static void file_init(struct file *file)
{
    *file = (struct file){.hidden = false};
    buf_init(&file->phone, FILE_TEXT_BYTES);
    buf_init(&file->address, FILE_TEXT_BYTES);
    buf_init(&file->safe, FILE_TEXT_BYTES);
}

static void file_release(struct file *file)
{
    buf_wipe(&file->phone);
    buf_wipe(&file->address);
    buf_wipe(&file->safe);
}

static void keep(struct buf *out, struct stmt *stmt, int column)
{
    size_t len;
    const char *text = stmt_column_text(stmt, column, &len);
    if (len == 0)
        return;
    buf_clear(out);
    buf_append(out, text, len);
}

/* One file of the chain of merges. next: the file it was merged into, zero: none. */
static enum status read_file(struct route *route, struct id id, struct file *file, struct id *next)
{
    struct buf sql;
    int index = 2;
    enum status status;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_puts(&sql, "SELECT phone,address,safe_contact,coalesce(sealed,0),merged_into FROM person WHERE id=?1 AND gone=0");
    row_scope_sql(route->actor, &sql, &index);
    struct stmt *stmt = store_prepare_buf(route->store, &sql);
    buf_release(&sql);
    stmt_id(stmt, 1, id);
    index = 2;
    row_scope_bind(route->actor, stmt, &index);
    *next = (struct id){{0}};
    if (!stmt_row(stmt, &status, route->err))
        return status;
    keep(&file->phone, stmt, 0);
    keep(&file->address, stmt, 1);
    keep(&file->safe, stmt, 2);
    file->hidden |= stmt_column_int(stmt, 3) != 0 && !privacy_sees_sealed(route->actor);
    size_t len;
    const char *text = stmt_column_text(stmt, 4, &len);
    if (len > 0 && id_parse(text, len, next) != STATUS_OK)
        *next = (struct id){{0}};
    stmt_reset(stmt);
    return STATUS_OK;
}

/* The applicant's file and those it was merged into: the last one that says something counts, a safe contact in any of them holds. */
static enum status read_person(struct route *route, const char *applicant, struct file *file)
{
    struct id id;
    enum status status = STATUS_OK;
    if (id_parse(applicant, strlen(applicant), &id) != STATUS_OK)
        return STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < MERGES_MAX && !id_is_zero(id); i++)
        status = read_file(route, id, file, &id);
    file->careful = file->safe.len > 0;
    return status;
}

/* The first of two texts that is not empty. */
static const char *either(const char *a, const char *b)
{
    return a[0] != '\0' ? a : b;
}

static enum status add_stop(struct route *route, const struct frame_case *kase, const struct file *file)
{
    bool careful = file->careful || kase->safe_contact[0] != '\0';
    const char *const texts[TEXTS] = {
        [TEXT_NAME] = kase->name,
        [TEXT_CONTACT] = careful ? either(kase->safe_contact, buf_cstr(&file->safe)) : either(kase->phone, buf_cstr(&file->phone)),
        [TEXT_ADDRESS] = careful ? "" : buf_cstr(&file->address),
        [TEXT_HANDLER] = kase->handler,
        [TEXT_CAUSE] = kase->cause,
        [TEXT_TOWN] = kase->town,
        [TEXT_VILLAGE] = careful ? "" : kase->village,
    };
    if (route->n == route->room) {
        size_t room = route->room > 0 ? route->room * 2 : ROWS_FIRST;
        struct stop *stops = realloc(route->stops, room * sizeof *stops);
        if (stops == NULL)
            return STATUS_NOMEM;
        route->stops = stops;
        route->room = room;
    }
    size_t bytes = 0;
    for (size_t i = 0; i < TEXTS; i++)
        bytes += strlen(texts[i]) + 1;
    char *at = malloc(bytes);
    if (at == NULL)
        return STATUS_NOMEM;
    struct stop *stop = &route->stops[route->n++];
    *stop = (struct stop){.kase = kase->id, .careful = careful, .closed_on = kase->closed_on, .state = kase->state};
    for (size_t i = 0; i < TEXTS; i++) {
        size_t len = strlen(texts[i]) + 1;
        stop->texts[i] = memcpy(at, texts[i], len);
        at += len;
    }
    stop->door = route_within(route->codes, stop->texts[TEXT_TOWN], stop->texts[TEXT_VILLAGE], stop->texts[TEXT_ADDRESS]);
    return STATUS_OK;
}

static bool take_case(void *context, const struct frame_case *kase)
{
    struct route *route = context;
    const struct visit_state *state = &kase->state;
    struct file file;
    if (route->town != NULL && strcmp(route->town, kase->town) != 0)
        return true;
    if (state->reached || (state->tries > 0 && !is_again(state->voice.outcome)))
        return true;
    file_init(&file);
    route->status = read_person(route, kase->applicant, &file);
    if (route->status == STATUS_OK && !file.hidden)
        route->status = add_stop(route, kase, &file);
    file_release(&file);
    return route->status == STATUS_OK;
}

static int order_stops(const void *a, const void *b, void *pinyin)
{
    const struct stop *x = a, *y = b;
    int order = order_codes(x->texts[TEXT_TOWN], y->texts[TEXT_TOWN]);
    if (order == 0)
        order = order_codes(x->texts[TEXT_VILLAGE], y->texts[TEXT_VILLAGE]);
    if (order == 0)
        order = route_compare(x->door, y->door);
    if (order == 0)
        order = pinyin_order_strings(pinyin, x->texts[TEXT_NAME], y->texts[TEXT_NAME]);
    return order != 0 ? order : memcmp(&x->kase, &y->kase, sizeof x->kase);
}

static bool give_stop(const struct stop *stop, visit_todo_row row, void *context)
{
    char outcome[2] = "";
    if (stop->state.tries > 0 && stop->state.voice.outcome > 0)
        outcome[0] = (char)('0' + stop->state.voice.outcome);
    struct visit_todo todo = {
        .kase = stop->kase,
        .name = stop->texts[TEXT_NAME],
        .contact = stop->texts[TEXT_CONTACT],
        .careful = stop->careful,
        .town = stop->texts[TEXT_TOWN],
        .village = stop->texts[TEXT_VILLAGE],
        .address = stop->texts[TEXT_ADDRESS],
        .cause = stop->texts[TEXT_CAUSE],
        .handler = stop->texts[TEXT_HANDLER],
        .closed_on = stop->closed_on,
        .tries = stop->state.tries,
        .last = stop->state.voice.visit,
        .last_on = stop->state.voice.date,
        .last_outcome = outcome,
    };
    return row(context, &todo);
}

enum status visit_worklist(struct store *store, const struct actor *actor, const struct code_book *codes, int year, const char *town, visit_todo_row row, void *context,
                           struct errmsg *err)
{
    struct route route = {.store = store, .actor = actor, .codes = codes, .town = town, .err = err};
    enum status status = visit_walk_frame(store, actor, year, DAY_MAX, true, take_case, &route, err);
    if (status == STATUS_OK && route.status != STATUS_OK)
        status = route.status == STATUS_NOMEM ? errmsg_set(err, route.status, "%s", status_text(route.status)) : route.status;
    if (route.n > 0)
        qsort_r(route.stops, route.n, sizeof *route.stops, order_stops, store_pinyin(store));
    for (size_t i = 0; status == STATUS_OK && i < route.n; i++)
        if (!give_stop(&route.stops[i], row, context))
            break;
    for (size_t i = 0; i < route.n; i++)
        free(route.stops[i].texts[0]);
    free(route.stops);
    return status;
}
