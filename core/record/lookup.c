/* core/record/lookup.c - see lookup.h. */
#include "core/record/lookup.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/record/privacy.h"
#include "core/record/record.h"

enum { SQL_MAX_BYTES = 4096, NUMBER_MIN_CHARS = 6, NAME_MIN_CHARS = 2, HOUR_MS = 3600 * 1000 };

#define COLUMNS "SELECT no,station,user,text,reason,asked_ms,state,coalesce(total,0),coalesce(lines,''),coalesce(answered_ms,0) FROM lookup "

static void copy_column(char *out, size_t out_bytes, struct stmt *stmt, int column)
{
    size_t len;
    const char *text = stmt_column_text(stmt, column, &len);
    if (len >= out_bytes)
        len = utf8_cut(text, len, out_bytes - 1);
    memcpy(out, text, len);
    out[len] = '\0';
}

/* Places of lines that were erased by law. */
static void leave_out_empty(char lines[LOOKUP_LINES_BYTES])
{
    char *to = lines;
    for (const char *at = lines; *at != '\0'; at++)
        if (*at != '\n' || (to > lines && to[-1] != '\n'))
            *to++ = *at;
    if (to > lines && to[-1] == '\n')
        to--;
    *to = '\0';
}

static void read_row(struct stmt *stmt, struct lookup *out)
{
    *out = (struct lookup){.no = stmt_column_int(stmt, 0), .station = (uint32_t)stmt_column_int(stmt, 1), .asked_ms = stmt_column_int(stmt, 5),
                           .state = (enum lookup_state)stmt_column_int(stmt, 6), .total = stmt_column_int(stmt, 7), .answered_ms = stmt_column_int(stmt, 9)};
    copy_column(out->user, sizeof out->user, stmt, 2);
    copy_column(out->text, sizeof out->text, stmt, 3);
    copy_column(out->reason, sizeof out->reason, stmt, 4);
    copy_column(out->lines, sizeof out->lines, stmt, 8);
    leave_out_empty(out->lines);
}

static enum status one_row(struct stmt *stmt, struct lookup *out, struct errmsg *err)
{
    enum status status;
    if (!stmt_row(stmt, &status, err))
        return status == STATUS_OK ? STATUS_NOT_FOUND : status;
    read_row(stmt, out);
    stmt_reset(stmt);
    return STATUS_OK;
}

/* ---- asking ---- */

/* Six letters and digits or more, most of them digits, and nothing else: a document's number. */
static bool is_number(const char *text)
{
    size_t digits = 0, len = strlen(text);
    for (size_t i = 0; i < len; i++) {
        if (!isascii((unsigned char)text[i]) || !isalnum((unsigned char)text[i]))
            return false;
        digits += isdigit((unsigned char)text[i]) != 0;
    }
    return len >= NUMBER_MIN_CHARS && digits * 2 >= len;
}

/* As records hold it. */
static enum status read_text(const struct code_book *codes, const char *typed, char out[LOOKUP_TEXT_BYTES], struct errmsg *err)
{
    struct record record;
    char packed[LOOKUP_TEXT_BYTES];
    size_t n = 0;
    for (const char *at = typed; *at != '\0' && n + 1 < sizeof packed; at++)
        if (*at != ' ' && *at != '-')
            packed[n++] = (char)(*at >= 'a' && *at <= 'z' ? *at - 'a' + 'A' : *at);
    packed[n] = '\0';
    if (is_number(packed)) {
        memcpy(out, packed, n + 1);
        return STATUS_OK;
    }
    record_init(&record, catalogue_find("consultation"));
    enum status status = record_parse(&record, catalogue_field(record.type, "name"), codes, typed, strlen(typed), err);
    const char *name = status == STATUS_OK ? record_text(&record, "name") : "";
    if (status == STATUS_OK && (utf8_count(name, strlen(name)) < NAME_MIN_CHARS || strlen(name) >= LOOKUP_TEXT_BYTES))
        status = errmsg_set(err, STATUS_INVALID, "要写完整的姓名或完整的证件号码");
    if (status == STATUS_OK)
        memcpy(out, name, strlen(name) + 1);
    record_release(&record);
    return status;
}

static enum status read_reason(const char *typed, char out[LOOKUP_REASON_BYTES], struct errmsg *err)
{
    struct buf text;
    buf_init(&text, LOOKUP_REASON_BYTES * 4);
    enum status status = utf8_normalise(typed, strlen(typed), false, &text);
    if (status == STATUS_OK && text.len >= LOOKUP_REASON_BYTES)
        status = STATUS_TOO_LARGE;
    if (status == STATUS_TOO_LARGE)
        status = errmsg_set(err, status, "理由太长，最多约 %d 个字", LOOKUP_REASON_BYTES / 3 - 1);
    else if (status == STATUS_MALFORMED)
        status = errmsg_set(err, status, "理由里含有换行、控制字符，或者不是 UTF-8 文字");
    else if (status == STATUS_NOMEM)
        (void)errmsg_set(err, status, "%s", status_text(status));
    else if (status != STATUS_OK || utf8_count(buf_cstr(&text), text.len) < LOOKUP_REASON_MIN_CHARS)
        status = errmsg_set(err, STATUS_INVALID, "要写明理由，至少 %d 个字；县中心会记下谁在什么时候为什么查", LOOKUP_REASON_MIN_CHARS);
    else
        memcpy(out, buf_cstr(&text), text.len + 1);
    buf_release(&text);
    return status;
}

static enum status insert(struct store *store, const struct lookup *lookup, bool keep_lines, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "INSERT INTO lookup(station,user,text,reason,asked_ms,state,total,lines,answered_ms,hits) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,nullif(?9,0),?10)");
    stmt_int(stmt, 1, lookup->station);
    stmt_string(stmt, 2, lookup->user);
    stmt_string(stmt, 3, lookup->text);
    stmt_string(stmt, 4, lookup->reason);
    stmt_int(stmt, 5, lookup->asked_ms);
    stmt_int(stmt, 6, lookup->state);
    stmt_int(stmt, 7, lookup->total);
    stmt_string(stmt, 8, keep_lines ? lookup->lines : NULL);
    stmt_int(stmt, 9, lookup->answered_ms);
    if (lookup->n_hits > 0)
        stmt_blob(stmt, 10, lookup->hits, lookup->n_hits * sizeof lookup->hits[0]);
    else
        stmt_null(stmt, 10);
    return stmt_run(stmt, err);
}

static enum status forget_old(struct store *store, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "DELETE FROM lookup WHERE no<=(SELECT max(no) FROM lookup)-?1");
    stmt_int(stmt, 1, LOOKUP_KEPT);
    return stmt_run(stmt, err);
}

enum status lookup_ask(struct store *store, const struct actor *actor, const struct code_book *codes, const char *text, const char *reason, int64_t *no, struct errmsg *err)
{
    struct lookup lookup = {.asked_ms = actor->now_ms};
    if (actor->center)
        return errmsg_set(err, STATUS_FORBIDDEN, "县中心有全县的记录，直接查找就可以");
    if (!actor_may_write(actor))
        return errmsg_set(err, STATUS_FORBIDDEN, "%s 只能查看，不能向县中心查问", actor->name);
    snprintf(lookup.user, sizeof lookup.user, "%s", actor->name);
    enum status status = read_text(codes, text, lookup.text, err);
    if (status == STATUS_OK)
        status = read_reason(reason, lookup.reason, err);
    if (status == STATUS_OK)
        status = store_begin(store, "lookup", err);
    if (status != STATUS_OK)
        return status;
    lookup.station = (uint32_t)store_meta_int(store, "station_no", 0); /* here, and not before: what was misread is not committed */
    status = insert(store, &lookup, false, err);
    *no = store_last_rowid(store);
    if (status == STATUS_OK)
        status = forget_old(store, err);
    if (status == STATUS_OK)
        return store_commit(store, err);
    store_rollback(store);
    return status;
}

enum status lookup_next(struct store *store, int64_t now_ms, struct lookup *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, COLUMNS "WHERE state=0 AND asked_ms>?1 ORDER BY no LIMIT 1");
    stmt_int(stmt, 1, now_ms - LOOKUP_VALID_MS);
    return one_row(stmt, out, err);
}

enum status lookup_note(struct store *store, const struct lookup *answer, int64_t now_ms, struct errmsg *err)
{
    assert(answer->state != LOOKUP_OPEN);
    struct stmt *stmt = store_prepare(store, "UPDATE lookup SET state=?2,total=?3,lines=?4,answered_ms=?5 WHERE no=?1 AND state=0");
    stmt_int(stmt, 1, answer->no);
    stmt_int(stmt, 2, answer->state);
    stmt_int(stmt, 3, answer->total);
    stmt_string(stmt, 4, answer->lines);
    stmt_int(stmt, 5, now_ms);
    return stmt_run(stmt, err);
}

enum status lookup_get(struct store *store, int64_t no, struct lookup *out, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, COLUMNS "WHERE no=?1");
    stmt_int(stmt, 1, no);
    return one_row(stmt, out, err);
}

enum status lookup_list(struct store *store, size_t limit, lookup_row row, void *context, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, COLUMNS "ORDER BY no DESC LIMIT ?1");
    struct lookup lookup;
    enum status status;
    stmt_int(stmt, 1, limit == 0 ? -1 : (int64_t)limit);
    while (stmt_row(stmt, &status, err)) {
        read_row(stmt, &lookup);
        if (!row(context, &lookup)) {
            stmt_reset(stmt);
            break;
        }
    }
    return status;
}

const char *lookup_text(const struct lookup *lookup)
{
    return lookup->text[0] != '\0' ? lookup->text : _("（已依法清除）");
}

/* ---- answering ---- */

/* One kind of record that answers. */
static const struct {
    const char *type, *state; /* state: its code set; NULL: none */
    const char *person;       /* the field that names the person's file, whose seal counts, too */
} KINDS[] = {{"consultation", NULL, "person"}, {"case", "case_state", "applicant"}};

enum { N_KINDS = sizeof KINDS / sizeof KINDS[0] };

/* Nobody in particular: who sees nothing sealed. */
static const struct actor ASKER = {.role = ROLE_STATION, .center = true, .all_scopes = true};

static void put_condition(const struct record_type *type, const char *person, bool number, struct buf *sql)
{
    buf_printf(sql, " FROM \"%s\" WHERE \"%s\".gone=0 AND \"%s\"=?1", type->name, type->name, number ? "id_no" : "name");
    if (catalogue_field(type, "safe_contact") != NULL)
        buf_puts(sql, " AND safe_contact IS NULL");
    privacy_sql(&ASKER, type, sql);
    /* Whose file or case is hidden is hidden altogether, also where a record of theirs says nothing of it. */
    buf_printf(sql, " AND coalesce(\"%s\",'') NOT IN (SELECT lower(hex(id)) FROM person WHERE sealed=1 OR safe_contact IS NOT NULL)", person);
    if (number)
        buf_puts(sql, " AND NOT EXISTS(SELECT 1 FROM person WHERE id_no=?1 AND (sealed=1 OR safe_contact IS NOT NULL))"
                      " AND NOT EXISTS(SELECT 1 FROM \"case\" WHERE id_no=?1 AND (sealed=1 OR safe_contact IS NOT NULL))");
}

static void put_kinds(bool number, struct buf *sql)
{
    for (size_t i = 0; i < N_KINDS; i++) {
        const struct record_type *type = catalogue_find(KINDS[i].type);
        buf_printf(sql, "%sSELECT \"%s\" AS day,\"%s\".scope AS org,%zu AS kind,%s AS state,\"%s\".id AS id", i > 0 ? " UNION ALL " : "", type->order, type->name, i, KINDS[i].state != NULL ? "state" : "NULL", type->name);
        put_condition(type, KINDS[i].person, number, sql);
    }
}

static void format_line(struct stmt *stmt, const struct code_book *codes, struct buf *out)
{
    char day[DAY_TEXT_BYTES] = "";
    buf_clear(out);
    size_t kind = (size_t)stmt_column_int(stmt, 2);
    if (!stmt_column_is_null(stmt, 0))
        day_format((int32_t)stmt_column_int(stmt, 0), day);
    buf_printf(out, "%s\t%s\t%s", day, stmt_column_text(stmt, 4, NULL), catalogue_find(KINDS[kind].type)->label);
    if (KINDS[kind].state != NULL)
        buf_printf(out, "（%s）", code_book_name(codes, KINDS[kind].state, stmt_column_text(stmt, 3, NULL)));
}

void lookup_query(bool number, struct buf *sql)
{
    buf_puts(sql, "WITH hit AS (");
    put_kinds(number, sql);
    buf_puts(sql, ") SELECT day,org,kind,state,coalesce((SELECT name FROM org WHERE number=hit.org AND gone=0),'单位 '||hit.org),id FROM hit ORDER BY day DESC,kind");
}

static enum status look(struct store *store, const struct code_book *codes, struct lookup *answer, struct errmsg *err)
{
    struct buf sql, lines, line;
    bool number = is_number(answer->text), no_memory = false;
    size_t n = 0;
    enum status status;
    buf_init(&sql, SQL_MAX_BYTES);
    buf_init(&lines, LOOKUP_LINES_BYTES);
    buf_init(&line, LOOKUP_LINES_BYTES);
    lookup_query(number, &sql);
    struct stmt *stmt = store_prepare_buf(store, &sql);
    buf_release(&sql);
    stmt_string(stmt, 1, answer->text);
    while (stmt_row(stmt, &status, err)) {
        answer->total++;
        if (n == LOOKUP_LINES)
            continue;
        format_line(stmt, codes, &line);
        no_memory |= line.status == STATUS_NOMEM;
        if (lines.len + 1 + line.len >= LOOKUP_LINES_BYTES || line.status != STATUS_OK) {
            n = LOOKUP_LINES;
            continue;
        }
        if (n++ > 0)
            buf_putc(&lines, '\n');
        buf_append(&lines, line.data, line.len);
        answer->hits[answer->n_hits++] = stmt_column_id(stmt, 5);
    }
    buf_release(&line);
    memcpy(answer->lines, buf_cstr(&lines), lines.len + 1);
    if (status == STATUS_OK && (no_memory || lines.status != STATUS_OK)) /* else whoever asked would be told of no place */
        status = errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    buf_release(&lines);
    return status;
}

static enum status asked_lately(struct store *store, uint32_t station, int64_t now_ms, int64_t *count, struct errmsg *err)
{
    struct stmt *stmt = store_prepare(store, "SELECT count(*) FROM lookup WHERE station=?1 AND state=1 AND answered_ms>?2");
    enum status status;
    stmt_int(stmt, 1, station);
    stmt_int(stmt, 2, now_ms - HOUR_MS);
    *count = 0;
    if (stmt_row(stmt, &status, err)) {
        *count = stmt_column_int(stmt, 0);
        stmt_reset(stmt);
    }
    return status;
}

static void refuse(struct lookup *answer, const char *why)
{
    answer->state = LOOKUP_REFUSED;
    snprintf(answer->lines, sizeof answer->lines, "%s", why);
}

enum status lookup_answer(struct store *store, const struct peer *peer, const struct lookup *question, int64_t now_ms, struct lookup *answer, struct errmsg *err)
{
    struct code_book *codes = NULL;
    int64_t lately;
    assert(store_in_transaction(store));
    *answer = *question;
    answer->state = LOOKUP_ANSWERED;
    answer->station = peer->station_no;
    answer->total = 0;
    answer->n_hits = 0;
    answer->lines[0] = '\0';
    answer->answered_ms = now_ms;
    enum status status = asked_lately(store, peer->station_no, now_ms, &lately, err);
    if (status != STATUS_OK)
        return status;
    if (lately >= LOOKUP_PER_HOUR)
        refuse(answer, _("这个站一小时内已查了 30 次，请过一会儿再查"));
    else if (utf8_count(question->reason, strlen(question->reason)) < LOOKUP_REASON_MIN_CHARS || question->user[0] == '\0')
        refuse(answer, _("没有写明理由，县中心不予查询"));
    else if (!is_number(question->text) && utf8_count(question->text, strlen(question->text)) < NAME_MIN_CHARS)
        refuse(answer, _("要写完整的姓名或完整的证件号码"));
    else
        status = code_book_new(&codes, NULL);
    if (status == STATUS_OK && codes != NULL)
        status = look(store, codes, answer, err);
    code_book_free(codes);
    return status == STATUS_OK ? insert(store, answer, false, err) : status;
}
