/* core/record/code_book.c - see core/record/code_book.h.
 *
 * A set is read from its table when it is first asked for: most sessions see a handful, and all of them cost 10 ms and 2 MB.
 * It is an array of owned codes in the order they were put, and two arrays of positions sorted by code and by name. Loading appends only and
 * sorts once; a later put inserts at its place (a memmove of a few thousand positions at the most). All short names a body is known by
 * (青石村 for 青石村村民委员会) stand in the name index beside the full one; a short name that two codes share finds neither. */
#include "core/record/code_book.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/bytes.h"
#include "core/base/day.h"
#include "core/base/utf8.h"
#include "core/data/data.h"
#include "core/record/pinyin.h"

enum { COLUMNS_MAX = 8, LINE_MAX_BYTES = 1024, INITIALS_MAX_BYTES = 8192, SETS_MAX = 256, AREA_DIGITS = 6, FAVOURITE_ROWS_MAX = 128, NAME_MAX_BYTES = 256 };

/* Which tables a set's codes stand in. Divisions make three sets at once. */
enum source { SOURCE_NONE, SOURCE_CODES, SOURCE_CAUSES, SOURCE_DIVISIONS };

struct name_key {
    size_t at;  /* position in codes */
    size_t len; /* bytes of the name that count; fewer than the name has: a short name */
};

struct code_set {
    char *name;
    struct code **codes; /* owned, in order; never moved, so that texts and pointers stay good */
    size_t n_codes, cap_codes;
    size_t *by_code;
    struct name_key *by_name;
    size_t n_names, cap_names;
    uint64_t stamp;
    enum source source;
    bool loaded; /* its table has been read */
};

/* A row of favourites.tsv, into the file. */
struct favourite_row {
    const struct code_set *set;
    unsigned number;
    const char *name; /* a code or a name */
    size_t len;
};

struct code_book {
    struct code_set *sets[SETS_MAX]; /* owned; a dozen or two: looked through in turn */
    size_t n_sets;
    struct code_set *last; /* the set of the last put */
    struct code **replaced; /* owned: codes put anew; somebody may still show their texts */
    size_t n_replaced;
    struct favourite_row favourites[FAVOURITE_ROWS_MAX];
    size_t n_favourites;
    char area[AREA_DIGITS + 1]; /* "": no county */
    struct code_book *self;     /* this book, for what is read at the first question */
    bool loading;               /* indexes are sorted at the end */
    uint64_t unread;            /* code_book_unread() */
    struct pinyin_memo *memo;   /* owned; while loading */
};

/* ---- the index of a set ---- */

/* What a body's name may end in without people saying it; the longest that fits is taken off. */
static size_t short_length(const char *name, size_t len)
{
    static const char *const ENDINGS[] = {"村民委员会", "居民委员会", "社区居民委员会", "村村民委员会", "社区居委会", "村村委会", "村委会", "居委会"};
    static const char *const KEPT[] = {"村", "社区"};

    for (size_t i = 0; i < sizeof ENDINGS / sizeof ENDINGS[0]; i++) {
        size_t n = strlen(ENDINGS[i]);
        if (len <= n || memcmp(name + len - n, ENDINGS[i], n) != 0)
            continue;
        /* 青石村村委会 is 青石村, but 青石村委会 is 青石村 too: the 村 stays, once. */
        for (size_t k = 0; k < sizeof KEPT / sizeof KEPT[0]; k++) {
            size_t kept = strlen(KEPT[k]);
            if (n > kept && memcmp(ENDINGS[i], KEPT[k], kept) == 0)
                n -= len - n >= kept && memcmp(name + len - n - kept, KEPT[k], kept) == 0 ? 0 : kept;
        }
        return len - n;
    }
    return len;
}

static int compare_text(const char *a, size_t a_len, const char *b, size_t b_len)
{
    int order = memcmp(a, b, a_len < b_len ? a_len : b_len);
    return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

static int compare_name(const struct code_set *set, struct name_key a, struct name_key b)
{
    int order = compare_text(set->codes[a.at]->name, a.len, set->codes[b.at]->name, b.len);
    return order != 0 ? order : (a.at > b.at) - (a.at < b.at);
}

static int sort_codes(const void *a, const void *b, void *context)
{
    const struct code_set *set = context;
    return strcmp(set->codes[*(const size_t *)a]->code, set->codes[*(const size_t *)b]->code);
}

static int sort_names(const void *a, const void *b, void *context)
{
    return compare_name(context, *(const struct name_key *)a, *(const struct name_key *)b);
}

static void sort_set(struct code_set *set)
{
    bool in_order = true; /* as most files are */
    if (set->n_codes == 0)
        return;
    for (size_t i = 1; i < set->n_codes && in_order; i++)
        in_order = strcmp(set->codes[i - 1]->code, set->codes[i]->code) < 0;
    if (!in_order)
        qsort_r(set->by_code, set->n_codes, sizeof set->by_code[0], sort_codes, set);
    qsort_r(set->by_name, set->n_names, sizeof set->by_name[0], sort_names, set);
}

/* First place in by_code whose code is not less. */
static size_t code_place(const struct code_set *set, const char *code)
{
    size_t low = 0, high = set->n_codes;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(set->codes[set->by_code[middle]]->code, code) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* First place in by_name whose name is not less. */
static size_t name_place(const struct code_set *set, const char *name, size_t len)
{
    size_t low = 0, high = set->n_names;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct name_key key = set->by_name[middle];
        if (compare_text(set->codes[key.at]->name, key.len, name, len) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void insert_name(struct code_set *set, struct name_key key, bool loading)
{
    size_t place = loading ? set->n_names : name_place(set, set->codes[key.at]->name, key.len);
    memmove(&set->by_name[place + 1], &set->by_name[place], (set->n_names - place) * sizeof set->by_name[0]);
    set->by_name[place] = key;
    set->n_names++;
}

static void insert_names(struct code_set *set, size_t at, bool loading)
{
    const char *name = set->codes[at]->name;
    size_t len = strlen(name), shorter = short_length(name, len);

    insert_name(set, (struct name_key){at, len}, loading);
    if (shorter < len)
        insert_name(set, (struct name_key){at, shorter}, loading);
}

static void remove_names(struct code_set *set, size_t at)
{
    size_t kept = 0;
    for (size_t i = 0; i < set->n_names; i++)
        if (set->by_name[i].at != at)
            set->by_name[kept++] = set->by_name[i];
    set->n_names = kept;
}

/* Room for one more code. */
static enum status grow(struct code_set *set)
{
    if (set->n_codes < set->cap_codes)
        return STATUS_OK;
    size_t cap = set->cap_codes == 0 ? 64 : set->cap_codes * 2;
    struct code **codes = reallocarray(set->codes, cap, sizeof set->codes[0]);
    if (codes != NULL)
        set->codes = codes;
    size_t *by_code = reallocarray(set->by_code, cap, sizeof set->by_code[0]);
    if (by_code != NULL)
        set->by_code = by_code;
    struct name_key *by_name = reallocarray(set->by_name, cap * 2, sizeof set->by_name[0]);
    if (by_name != NULL)
        set->by_name = by_name;
    if (codes == NULL || by_code == NULL || by_name == NULL)
        return STATUS_NOMEM;
    set->cap_codes = cap;
    return STATUS_OK;
}

/* ---- codes and sets ---- */

/* One block: the struct, then its texts. */
static struct code *make_code(struct pinyin_memo *memo, const char *set, const char *code, const char *name, const char *parent)
{
    struct buf initials;
    buf_init(&initials, INITIALS_MAX_BYTES);
    pinyin_initials_memo(memo, name, strlen(name), &initials);
    const char *parts[] = {code, name, parent == NULL ? "" : parent, buf_cstr(&initials)};
    size_t size = sizeof(struct code);
    for (size_t i = 0; i < 4; i++)
        size += strlen(parts[i]) + 1;
    struct code *made = initials.status == STATUS_NOMEM ? NULL : malloc(size); /* without its initials nobody would find it by them until the program ends */
    if (made != NULL) {
        char *at = (char *)(made + 1);
        const char *copies[4];
        for (size_t i = 0; i < 4; i++) {
            copies[i] = at;
            at = stpcpy(at, parts[i]) + 1;
        }
        *made = (struct code){.set = set, .code = copies[0], .name = copies[1], .parent = copies[2], .initials = copies[3]};
    }
    buf_release(&initials);
    return made;
}

static struct code_set *find_named(const struct code_book *book, const char *name)
{
    for (size_t i = 0; name != NULL && i < book->n_sets; i++)
        if (book->sets[i]->name[0] == name[0] && strcmp(book->sets[i]->name, name) == 0)
            return book->sets[i];
    return NULL;
}

static enum status load_set(struct code_book *book, const struct code_set *set);

/* With its codes. A set that could not be read for want of memory is not there this time. */
static struct code_set *find_set(const struct code_book *book, const char *name)
{
    struct code_set *set = find_named(book, name);
    return set == NULL || set->loaded || load_set(book->self, set) == STATUS_OK ? set : NULL;
}

static struct code_set *make_set(struct code_book *book, const char *name, enum source source)
{
    struct code_set *set = book->n_sets < SETS_MAX ? calloc(1, sizeof *set) : NULL;
    if (set == NULL || (set->name = strdup(name)) == NULL) {
        free(set);
        return NULL;
    }
    set->source = source;
    set->loaded = source == SOURCE_NONE;
    book->sets[book->n_sets++] = set;
    return set;
}

/* What a code adds to its set's stamp: FNV-1a of code and parent, mixed so that sums differ. */
static uint64_t stamp_of(const struct code *code)
{
    const char *const parts[] = {code->code, code->parent};
    uint64_t hash = 1469598103934665603u;
    for (size_t i = 0; i < 2; i++) {
        for (const char *c = parts[i]; *c != '\0'; c++)
            hash = (hash ^ (unsigned char)*c) * 1099511628211u;
        hash = (hash ^ '/') * 1099511628211u;
    }
    return hash ^ hash >> 32;
}

static enum status append(struct code_book *book, struct code_set *set, struct code *code)
{
    if (grow(set) != STATUS_OK) {
        free(code);
        return STATUS_NOMEM;
    }
    size_t at = set->n_codes;
    size_t place = book->loading ? at : code_place(set, code->code);
    memmove(&set->by_code[place + 1], &set->by_code[place], (at - place) * sizeof set->by_code[0]);
    set->by_code[place] = at;
    set->codes[at] = code;
    set->n_codes++;
    set->stamp += stamp_of(code);
    insert_names(set, at, book->loading);
    return STATUS_OK;
}

static enum status replace(struct code_book *book, struct code_set *set, size_t at, struct code *code)
{
    struct code **replaced = reallocarray(book->replaced, book->n_replaced + 1, sizeof book->replaced[0]);
    if (replaced == NULL) {
        free(code);
        return STATUS_NOMEM;
    }
    book->replaced = replaced;
    book->replaced[book->n_replaced++] = set->codes[at];
    set->stamp += stamp_of(code) - stamp_of(set->codes[at]);
    remove_names(set, at);
    set->codes[at] = code;
    insert_names(set, at, false);
    return STATUS_OK;
}

enum status code_book_put(struct code_book *book, const char *set_name, const char *code_text, const char *name, const char *parent, bool retired)
{
    const struct code *old = book->loading ? NULL : code_book_find(book, set_name, code_text);
    return code_book_put_dated(book, set_name, code_text, name, parent, retired, old == NULL ? 0 : old->active_from, old == NULL ? 0 : old->active_to);
}

enum status code_book_put_dated(struct code_book *book, const char *set_name, const char *code_text, const char *name, const char *parent, bool retired, int32_t from, int32_t to)
{
    /* Lines of a set stand together. */
    struct code_set *set = book->last != NULL && strcmp(book->last->name, set_name) == 0 ? book->last : find_named(book, set_name);
    if (set == NULL && (set = make_set(book, set_name, SOURCE_NONE)) == NULL)
        return STATUS_NOMEM;
    if (!book->loading && !set->loaded && load_set(book, set) != STATUS_OK)
        return STATUS_NOMEM;
    book->last = set;
    struct code *code = make_code(book->memo, set->name, code_text, name, parent);
    if (code == NULL)
        return STATUS_NOMEM;
    code->retired = retired;
    code->active_from = from;
    code->active_to = to;
    if (!book->loading) {
        size_t place = code_place(set, code_text);
        if (place < set->n_codes && strcmp(set->codes[set->by_code[place]]->code, code_text) == 0)
            return replace(book, set, set->by_code[place], code);
    }
    return append(book, set, code);
}

/* ---- the shipped tables ---- */

/* Cut one line of a TSV in place into columns; returns how many. */
static size_t split(char *line, char *columns[COLUMNS_MAX])
{
    size_t n = 0;
    while (n < COLUMNS_MAX) {
        columns[n++] = line;
        line = strchr(line, '\t');
        if (line == NULL)
            break;
        *line++ = '\0';
    }
    return n;
}

typedef enum status (*line_sink)(struct code_book *book, size_t n, char *columns[COLUMNS_MAX]);
typedef bool (*line_filter)(const struct code_book *book, const char *line, const char *set);

/* The lines of a table that are wanted, each cut into its columns. Longer ones than LINE_MAX_BYTES do not occur. */
static enum status load_file(struct code_book *book, const char *file_name, line_filter wanted, const char *set, line_sink sink)
{
    const struct data_file *file = data_find(file_name);
    enum status status = STATUS_OK;
    size_t len;

    for (const char *line = file == NULL ? "" : file->text; status == STATUS_OK && *line != '\0'; line += len + (line[len] == '\n')) {
        char copy[LINE_MAX_BYTES], *columns[COLUMNS_MAX];
        const char *end = strchr(line, '\n');
        len = end == NULL ? strlen(line) : (size_t)(end - line);
        if (*line == '#' || len == 0 || len >= sizeof copy || (wanted != NULL && !wanted(book, line, set)))
            continue;
        memcpy(copy, line, len);
        copy[len] = '\0';
        status = sink(book, split(copy, columns), columns);
    }
    return status;
}

static bool is_of_set(const struct code_book *book, const char *line, const char *set)
{
    size_t len = strlen(set);
    (void)book;
    return strncmp(line, set, len) == 0 && line[len] == '\t';
}

/* set code name */
static enum status put_code_line(struct code_book *book, size_t n, char *columns[COLUMNS_MAX])
{
    return n < 3 ? STATUS_OK : code_book_put(book, columns[0], columns[1], columns[2], n > 3 ? columns[3] : "", false);
}

/* An empty cell: no bound. */
static int32_t bound(const char *cell)
{
    int32_t day;
    return *cell != '\0' && day_parse(cell, strlen(cell), &day) == STATUS_OK ? day : 0;
}

/* code level parent name from to */
static enum status put_cause_line(struct code_book *book, size_t n, char *columns[COLUMNS_MAX])
{
    if (n < 6)
        return STATUS_OK;
    return code_book_put_dated(book, "cause", columns[0], columns[3], columns[2], false, bound(columns[4]), bound(columns[5]));
}

/* Counties of the country, and what lies in our own: most lines are passed over without cutting them up. */
static bool is_near(const struct code_book *book, const char *line, const char *set)
{
    size_t digits = strspn(line, "0123456789");
    (void)set;
    return digits <= AREA_DIGITS || (book->area[0] != '\0' && strncmp(line, book->area, AREA_DIGITS) == 0);
}

/* code level parent name; level 4 is a town, 5 a village, whose code begins with the county's */
static enum status put_division_line(struct code_book *book, size_t n, char *columns[COLUMNS_MAX])
{
    if (n < 4)
        return STATUS_OK;
    char level = columns[1][0];
    if (level < '4')
        return code_book_put(book, "division", columns[0], columns[3], columns[2], false);
    if (book->area[0] == '\0' || strncmp(columns[0], book->area, AREA_DIGITS) != 0)
        return STATUS_OK;
    return code_book_put(book, level == '4' ? "town" : "village", columns[0], columns[3], columns[2], false);
}

static void clear_set(struct code_set *set)
{
    for (size_t k = 0; k < set->n_codes; k++)
        free(set->codes[k]);
    free(set->codes);
    free(set->by_code);
    free(set->by_name);
    *set = (struct code_set){.name = set->name, .source = set->source};
}

static enum status read_source(struct code_book *book, enum source source, const char *set)
{
    if (source == SOURCE_CODES)
        return load_file(book, "codes.tsv", is_of_set, set, put_code_line);
    if (source == SOURCE_DIVISIONS)
        return load_file(book, "divisions.tsv", is_near, set, put_division_line);
    enum status status = load_file(book, "causes.tsv", NULL, set, put_cause_line);
    return status != STATUS_OK ? status : load_file(book, "causes_2020.tsv", NULL, set, put_cause_line);
}

/* The set, and with it those that come from the same lines. Errors: STATUS_NOMEM, and they stay unread. */
static enum status load_set(struct code_book *book, const struct code_set *wanted)
{
    enum source source = wanted->source;
    book->loading = true;
    book->memo = source == SOURCE_CODES ? NULL : pinyin_memo_new(); /* worth its while for thousands of names */
    enum status status = read_source(book, source, wanted->name);
    pinyin_memo_free(book->memo);
    book->memo = NULL;
    book->loading = false;
    book->unread += status != STATUS_OK;
    for (size_t i = 0; i < book->n_sets; i++) {
        struct code_set *set = book->sets[i];
        if (set != wanted && (source == SOURCE_CODES || set->source != source))
            continue;
        set->loaded = status == STATUS_OK;
        if (status == STATUS_OK)
            sort_set(set);
        else
            clear_set(set);
    }
    return status;
}

/* The names of all sets that have a table. */
static enum status note_sets(struct code_book *book)
{
    static const char *const DIVISIONS[] = {"division", "town", "village"};
    const struct data_file *file = data_find("codes.tsv");
    char last[32] = "";

    for (const char *line = file == NULL ? "" : file->text; *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n') {
        char name[32];
        size_t len = strcspn(line, "\t\n");
        if (*line == '#' || len == 0 || len >= sizeof name || line[len] != '\t')
            continue;
        memcpy(name, line, len);
        name[len] = '\0';
        if (strcmp(name, last) != 0 && find_named(book, name) == NULL && make_set(book, name, SOURCE_CODES) == NULL)
            return STATUS_NOMEM;
        memcpy(last, name, sizeof last);
    }
    for (size_t i = 0; i < sizeof DIVISIONS / sizeof DIVISIONS[0]; i++)
        if (make_set(book, DIVISIONS[i], SOURCE_DIVISIONS) == NULL)
            return STATUS_NOMEM;
    return make_set(book, "cause", SOURCE_CAUSES) == NULL ? STATUS_NOMEM : STATUS_OK;
}

/* set number name: found by name later, when the day is known. */
static void note_favourites(struct code_book *book)
{
    const struct data_file *file = data_find("favourites.tsv");
    for (const char *line = file == NULL ? "" : file->text; *line != '\0' && book->n_favourites < FAVOURITE_ROWS_MAX;) {
        char set[32];
        int at = 0;
        struct favourite_row row;
        size_t len = strcspn(line, "\n");
        if (sscanf(line, "%31[a-z_]\t%u\t%n", set, &row.number, &at) == 2 && at > 0) {
            row.set = find_named(book, set);
            row.name = line + at;
            row.len = len - (size_t)at;
            book->favourites[book->n_favourites++] = row;
        }
        line += len + (line[len] == '\n');
    }
}

enum status code_book_new(struct code_book **out, const char *area)
{
    struct code_book *book = calloc(1, sizeof *book);

    *out = NULL;
    if (book == NULL)
        return STATUS_NOMEM;
    book->self = book;
    if (area != NULL && strlen(area) >= AREA_DIGITS)
        memcpy(book->area, area, AREA_DIGITS);
    if (note_sets(book) != STATUS_OK) {
        code_book_free(book);
        return STATUS_NOMEM;
    }
    note_favourites(book);
    *out = book;
    return STATUS_OK;
}

void code_book_free(struct code_book *book)
{
    if (book == NULL)
        return;
    for (size_t i = 0; i < book->n_sets; i++) {
        clear_set(book->sets[i]);
        free(book->sets[i]->name);
        free(book->sets[i]);
    }
    for (size_t i = 0; i < book->n_replaced; i++)
        free(book->replaced[i]);
    free(book->replaced);
    free(book);
}

/* ---- looking up ---- */

const struct code *code_book_find(const struct code_book *book, const char *set_name, const char *code)
{
    const struct code_set *set = find_set(book, set_name);
    if (set == NULL || code == NULL)
        return NULL;
    size_t place = code_place(set, code);
    if (place == set->n_codes || strcmp(set->codes[set->by_code[place]]->code, code) != 0)
        return NULL;
    return set->codes[set->by_code[place]];
}

bool code_usable(const struct code *code, int32_t day)
{
    return !code->retired && (code->active_from == 0 || code->active_from <= day) && (code->active_to == 0 || day <= code->active_to);
}

/* Among the equal names from `place` on: a full name before a short one, a usable code before others, a part before the whole; NULL if that leaves two. */
static const struct code *pick_name(const struct code_set *set, size_t place, const char *name, size_t len, int32_t day)
{
    const struct code *best = NULL;
    int best_rank = -1;
    bool unique = false;

    for (; place < set->n_names; place++) {
        struct name_key key = set->by_name[place];
        const struct code *code = set->codes[key.at];
        if (key.len != len || memcmp(code->name, name, len) != 0)
            break;
        int rank = 2 * (code->name[key.len] == '\0') + code_usable(code, day);
        bool part = best != NULL && rank == best_rank && strcmp(code->parent, best->code) == 0;
        bool whole = best != NULL && rank == best_rank && strcmp(best->parent, code->code) == 0;
        unique = rank > best_rank || (unique && (rank < best_rank || part || whole));
        if (rank > best_rank || part) {
            best = code;
            best_rank = rank;
        }
    }
    return unique ? best : NULL;
}

const struct code *code_book_by_name(const struct code_book *book, const char *set_name, const char *name)
{
    return code_book_by_name_on(book, set_name, name, CODE_DAY_NEWEST);
}

const struct code *code_book_by_name_on(const struct code_book *book, const char *set_name, const char *name, int32_t day)
{
    const struct code_set *set = find_set(book, set_name);
    if (set == NULL || name == NULL || *name == '\0')
        return NULL;
    size_t len = strlen(name), shorter = short_length(name, len);
    const struct code *code = pick_name(set, name_place(set, name, len), name, len, day);
    /* A person may also write the long form of what the table has in another long form. */
    if (code == NULL && shorter < len)
        code = pick_name(set, name_place(set, name, shorter), name, shorter, day);
    return code;
}

const struct code *code_book_successor(const struct code_book *book, const struct code *code, int32_t day)
{
    const struct code *other = code_book_by_name_on(book, code->set, code->name, day);
    return other != NULL && other != code && code_usable(other, day) && strcmp(other->name, code->name) == 0 ? other : NULL;
}

size_t code_book_favourites(const struct code_book *book, const char *set_name, int32_t day, struct code_favourite out[CODE_FAVOURITES_MAX])
{
    const struct code_set *set = find_set(book, set_name);
    size_t n = 0;

    for (size_t i = 0; i < book->n_favourites && n < CODE_FAVOURITES_MAX; i++) {
        const struct favourite_row *row = &book->favourites[i];
        char name[NAME_MAX_BYTES];
        if (row->set != set || set == NULL || row->len >= sizeof name)
            continue;
        memcpy(name, row->name, row->len);
        name[row->len] = '\0';
        const struct code *code = code_book_by_name_on(book, set_name, name, day);
        if (code != NULL && code_usable(code, day))
            out[n++] = (struct code_favourite){row->number, code};
    }
    return n;
}

const char *code_book_name(const struct code_book *book, const char *set, const char *code)
{
    const struct code *found = code_book_find(book, set, code);
    return found != NULL ? found->name : code == NULL ? "" : code;
}

uint64_t code_book_stamp(const struct code_book *book, const char *set_name)
{
    const struct code_set *set = find_set(book, set_name);
    return set == NULL ? 0 : set->stamp;
}

enum status code_book_need(const struct code_book *book, const char *set_name, struct errmsg *err)
{
    return find_named(book, set_name) == NULL || find_set(book, set_name) != NULL ? STATUS_OK : errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
}

uint64_t code_book_unread(const struct code_book *book)
{
    return book->unread;
}

size_t code_book_count(const struct code_book *book, const char *set_name)
{
    const struct code_set *set = find_set(book, set_name);
    return set == NULL ? 0 : set->n_codes;
}

const struct code *code_book_at(const struct code_book *book, const char *set_name, size_t index)
{
    const struct code_set *set = find_set(book, set_name);
    assert(set != NULL && index < set->n_codes);
    return set->codes[index];
}

static bool initials_match(const char *initials, const char *text, size_t len)
{
    for (const char *at = initials; at != NULL && *at != '\0'; at = strchr(at, ' ')) {
        at += *at == ' ';
        if (strncmp(at, text, len) == 0)
            return true;
    }
    return false;
}

bool code_matches(const struct code *code, const char *text)
{
    struct buf folded;
    buf_init(&folded, 1024);
    bool matches = false;

    if (utf8_fold(text, strlen(text), &folded) == STATUS_OK) {
        const char *word = buf_cstr(&folded);
        matches = folded.len == 0 || strncmp(code->code, word, folded.len) == 0 || strcasestr(code->code, word) == code->code ||
                  initials_match(code->initials, word, folded.len) || strcasestr(code->name, word) != NULL;
    }
    buf_release(&folded);
    return matches;
}
