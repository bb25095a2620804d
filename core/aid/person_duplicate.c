/* core/aid/person_duplicate.c - who may be the same person twice; see person.h. The county's list of pairs is in person_pairs.c.
 *
 * A number that is one digit off (or two neighbours swapped) is evidence only beside a name that is alike or the same telephone: neighbours in the sequence of one day are
 * twins or strangers far more often than slips. Numbers have a check character, so a slip that was accepted changed that too (15-digit numbers had none): the first 17
 * digits are compared. */
#include "core/aid/person_duplicate.h"

#include <assert.h>
#include <string.h>

#include "core/aid/person_name.h"
#include "core/record/id_card.h"
#include "core/record/privacy.h"
#include "core/record/row.h"
#include "core/record/schema.h"

enum { SEEN_MAX = 256, NUMBER_MIN_CHARS = 6 };

const char *duplicate_reason_text(enum duplicate_reason reason)
{
    static const char *const texts[DUPLICATE_REASONS] = {
        [DUPLICATE_ID_NO] = "证件号码相同",
        [DUPLICATE_NAME_BORN] = "姓名和出生日期相同",
        [DUPLICATE_NAME_PHONE] = "姓名和电话相同",
        [DUPLICATE_ID_ONE_OFF] = "证件号码只差一位",
    };
    assert((size_t)reason < DUPLICATE_REASONS);
    return texts[reason];
}

/* ---- evidence between two files ---- */

size_t person_number_core(const char *kind, const char *number)
{
    size_t len = strlen(number);
    if (strcmp(kind, "99") == 0)
        return 0; /* no document: what stands there is the reason */
    if (strcmp(kind, "41") == 0 && len > PERSON_CARD_CHARS) /* a disability certificate begins with the identity number */
        return PERSON_CARD_CHARS;
    return len >= NUMBER_MIN_CHARS ? len : 0;
}

bool person_number_is_card(const char *kind, const char *number)
{
    return person_number_core(kind, number) == PERSON_CARD_CHARS && strspn(number, "0123456789") >= PERSON_CARD_DIGITS;
}

static size_t core_of(const struct record *person, const char **number)
{
    *number = record_text(person, "id_no");
    return person_number_core(record_text(person, "id_kind"), *number);
}

static bool has_card(const struct record *person, const char **digits)
{
    *digits = record_text(person, "id_no");
    return person_number_is_card(record_text(person, "id_kind"), *digits);
}

static bool same_number(const struct record *a, const struct record *b)
{
    const char *x, *y;
    size_t n = core_of(a, &x);
    return n > 0 && n == core_of(b, &y) && memcmp(x, y, n) == 0;
}

static bool same_name(const struct record *a, const struct record *b)
{
    const char *x = record_text(a, "name"), *y = record_text(b, "name");
    return person_name_same(x, y) || person_name_in(record_text(a, "aliases"), y) || person_name_in(record_text(b, "aliases"), x);
}

static bool same_birth(const struct record *a, const struct record *b)
{
    struct value x = record_get(a, catalogue_field(a->type, "born")), y = record_get(b, catalogue_field(b->type, "born"));
    return x.kind == VALUE_INT && y.kind == VALUE_INT && x.number == y.number;
}

static bool same_phone(const struct record *a, const struct record *b)
{
    static const char *const fields[] = {"phone", "phone2"};
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < 2; k++) {
            const char *x = record_text(a, fields[i]);
            if (x[0] != '\0' && strcmp(x, record_text(b, fields[k])) == 0)
                return true;
        }
    return false;
}

/* One digit of 17 differs, or two neighbours are swapped. */
static bool one_slip(const char *a, const char *b)
{
    size_t first = 0, differ = 0;
    for (size_t i = 0; i < PERSON_CARD_DIGITS; i++)
        if (a[i] != b[i] && differ++ == 0)
            first = i;
    if (differ == 2)
        return first + 1 < PERSON_CARD_DIGITS && a[first] == b[first + 1] && a[first + 1] == b[first];
    return differ == 1;
}

static bool one_off(const struct record *a, const struct record *b)
{
    const char *x, *y;
    if (!has_card(a, &x) || !has_card(b, &y) || !one_slip(x, y))
        return false;
    return same_name(a, b) || same_phone(a, b) || person_name_sounds_like(record_text(a, "name"), record_text(b, "name"));
}

bool person_alike(const struct record *a, const struct record *b, enum duplicate_reason *reason)
{
    if (same_number(a, b))
        *reason = DUPLICATE_ID_NO;
    else if (same_name(a, b) && same_birth(a, b))
        *reason = DUPLICATE_NAME_BORN;
    else if (same_name(a, b) && same_phone(a, b))
        *reason = DUPLICATE_NAME_PHONE;
    else if (one_off(a, b))
        *reason = DUPLICATE_ID_ONE_OFF;
    else
        return false;
    return true;
}

/* ---- looking up ---- */

struct hunt {
    struct store *store;
    const struct actor *actor;
    const struct record *person;
    enum duplicate_reason reason; /* what is given out in this round */
    duplicate_row row;
    void *context;
    struct id seen[SEEN_MAX];
    size_t n_seen;
    bool stopped;
    enum status status;
    struct errmsg *err;
};

/* Beyond SEEN_MAX files of one person the hint has long been given. */
static bool is_seen(const struct hunt *hunt, struct id id)
{
    for (size_t i = 0; i < hunt->n_seen; i++)
        if (id_equal(hunt->seen[i], id))
            return true;
    return hunt->n_seen == SEEN_MAX;
}

static enum status is_set_aside(struct hunt *hunt, struct id other, bool *aside)
{
    char a[ID_TEXT_BYTES], b[ID_TEXT_BYTES];
    enum status status;
    id_format(hunt->person->id, a);
    id_format(other, b);
    struct stmt *stmt = store_prepare(hunt->store, "SELECT 1 FROM \"merge\" WHERE gone=0 AND undone=1 AND survivor=?1 AND loser=?2 "
                                                   "UNION ALL SELECT 1 FROM \"merge\" WHERE gone=0 AND undone=1 AND survivor=?2 AND loser=?1 LIMIT 1");
    stmt_string(stmt, 1, a);
    stmt_string(stmt, 2, b);
    *aside = stmt_row(stmt, &status, hunt->err);
    if (*aside)
        stmt_reset(stmt);
    return status;
}

static bool take(void *context, const struct record *other, const struct list_key *key)
{
    struct hunt *hunt = context;
    enum duplicate_reason reason;
    bool aside = false;
    (void)key;
    if (id_equal(other->id, hunt->person->id) || is_seen(hunt, other->id) || record_text(other, "merged_into")[0] != '\0')
        return true;
    if (privacy_is_sealed(other) && !privacy_sees_sealed(hunt->actor))
        return true;
    if (!person_alike(hunt->person, other, &reason) || reason != hunt->reason)
        return true;
    if (!id_is_zero(hunt->person->id))
        hunt->status = is_set_aside(hunt, other->id, &aside);
    if (hunt->status != STATUS_OK)
        return false;
    hunt->seen[hunt->n_seen++] = other->id;
    if (!aside)
        hunt->stopped = !hunt->row(hunt->context, &(struct duplicate){hunt->person, other, reason});
    return !hunt->stopped;
}

static bool goes_on(const struct hunt *hunt)
{
    return hunt->status == STATUS_OK && !hunt->stopped;
}

static void note(struct hunt *hunt, enum status status)
{
    if (hunt->status == STATUS_OK)
        hunt->status = status;
}

/* Numbers that begin with text: of the same card, and of certificates that contain it. */
static void hunt_number(struct hunt *hunt, const char *text, size_t len)
{
    struct buf sql, upper;
    int index = 3;
    if (len == 0 || !goes_on(hunt))
        return;
    buf_init(&sql, 16384);
    buf_init(&upper, len + 2);
    buf_append(&upper, text, len);
    buf_putc(&upper, '~'); /* behind every digit and letter */
    buf_printf(&sql, "SELECT %s FROM person WHERE id_no>=?1 AND id_no<?2 AND gone=0", schema_row_columns(hunt->store, hunt->person->type));
    row_scope_sql(hunt->actor, &sql, &index);
    struct stmt *stmt = store_prepare_buf(hunt->store, &sql);
    stmt_text(stmt, 1, text, len);
    stmt_text(stmt, 2, buf_cstr(&upper), upper.len);
    index = 3;
    row_scope_bind(hunt->actor, stmt, &index);
    enum status status;
    bool more = true;
    while (more && stmt_row(stmt, &status, hunt->err)) {
        struct record other;
        const struct list_key key = {.set = false};
        status = row_read(stmt, hunt->person->type, &other);
        if (status == STATUS_OK) {
            more = take(hunt, &other, &key);
            record_release(&other);
        }
        if (!more || status != STATUS_OK) {
            stmt_reset(stmt);
            break;
        }
    }
    note(hunt, status);
    buf_wipe(&upper);
    buf_release(&sql);
}

/* Every number that one slip could have made of this one: with the check character it would have, and with the one that stands there. */
static void hunt_slip(struct hunt *hunt, char digits[PERSON_CARD_CHARS + 1], char check)
{
    digits[PERSON_CARD_DIGITS] = id_card_checksum(digits);
    hunt_number(hunt, digits, PERSON_CARD_CHARS);
    if (digits[PERSON_CARD_DIGITS] == check)
        return;
    digits[PERSON_CARD_DIGITS] = check;
    hunt_number(hunt, digits, PERSON_CARD_CHARS);
}

static void hunt_slips(struct hunt *hunt)
{
    const char *number;
    char digits[PERSON_CARD_CHARS + 1] = "";
    if (!has_card(hunt->person, &number))
        return;
    char check = number[PERSON_CARD_DIGITS];
    memcpy(digits, number, PERSON_CARD_CHARS);
    for (size_t i = 0; i < PERSON_CARD_DIGITS && goes_on(hunt); i++) {
        for (char digit = '0'; digit <= '9'; digit++)
            if (digit != number[i]) {
                digits[i] = digit;
                hunt_slip(hunt, digits, check);
            }
        digits[i] = number[i];
        if (i + 1 < PERSON_CARD_DIGITS && number[i] != number[i + 1]) {
            digits[i] = number[i + 1];
            digits[i + 1] = number[i];
            hunt_slip(hunt, digits, check);
            memcpy(digits, number, PERSON_CARD_CHARS);
        }
    }
}

static void hunt_names(struct hunt *hunt)
{
    const struct record *person = hunt->person;
    if (goes_on(hunt))
        note(hunt, person_name_rows(hunt->store, hunt->actor, person->type, "name", record_text(person, "name"), take, hunt, hunt->err));
    struct name_cursor cursor = {.list = record_text(person, "aliases")};
    char alias[NAME_KEY_MAX_BYTES];
    while (goes_on(hunt) && person_name_next(&cursor, alias))
        note(hunt, person_name_rows(hunt->store, hunt->actor, person->type, "name", alias, take, hunt, hunt->err));
}

/* By telephone too: the other file may know this name as an alias. */
static void hunt_phones(struct hunt *hunt)
{
    static const char *const fields[] = {"phone", "phone2"};
    for (size_t i = 0; i < 2 && goes_on(hunt); i++)
        note(hunt, person_value_rows(hunt->store, hunt->actor, hunt->person->type, "phone", record_text(hunt->person, fields[i]), take, hunt, hunt->err));
}

enum status person_duplicates(struct store *store, const struct actor *actor, const struct record *person, duplicate_row row, void *context, struct errmsg *err)
{
    struct hunt hunt = {.store = store, .actor = actor, .person = person, .row = row, .context = context, .err = err};
    const char *number;
    if (record_text(person, "merged_into")[0] != '\0')
        return STATUS_OK;
    hunt.reason = DUPLICATE_ID_NO;
    size_t len = core_of(person, &number);
    hunt_number(&hunt, number, len);
    hunt.reason = DUPLICATE_NAME_BORN;
    hunt_names(&hunt);
    hunt.reason = DUPLICATE_NAME_PHONE;
    hunt_names(&hunt);
    hunt_phones(&hunt);
    hunt.reason = DUPLICATE_ID_ONE_OFF;
    hunt_slips(&hunt);
    return hunt.status;
}
