/* core/aid/practice.c - see practice.h. Names are drawn by weight: surnames over the whole table, given names of one or two characters by the
 * weights of the sex. A question's category and answer follow from the first known word in it (table `subjects`). */
#include "core/aid/practice.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/data/data.h"
#include "core/record/code_book.h"
#include "core/record/id_card.h"

enum { BATCH = 100, VISITORS_KEPT = 64, TEXT_MAX_BYTES = 4096 };
enum { RETURNING_ONE_IN = 8, APPLIES_ONE_IN = 12, NAMELESS_ONE_IN = 10, AT_EVENT_ONE_IN = 6, NUMBERED_ONE_IN = 3 };

struct slice {
    const char *text;
    size_t len;
};

struct weighted {
    struct slice text;
    uint64_t upto[2]; /* running sum of weights: men, women */
};

struct table {
    struct weighted *rows;
    size_t n;
    uint64_t total[2];
};

struct practice {
    struct table surnames, given;
    struct slice *questions;
    size_t n_questions;
};

static bool next_line(struct slice *rest, struct slice *line)
{
    while (rest->len > 0) {
        const char *end = memchr(rest->text, '\n', rest->len);
        size_t len = end != NULL ? (size_t)(end - rest->text) : rest->len;
        *line = (struct slice){rest->text, len};
        rest->text += end != NULL ? len + 1 : len;
        rest->len -= end != NULL ? len + 1 : len;
        if (len > 0)
            return true;
    }
    return false;
}

static struct slice next_column(struct slice *line)
{
    const char *tab = memchr(line->text, '\t', line->len);
    struct slice column = {line->text, tab != NULL ? (size_t)(tab - line->text) : line->len};
    size_t used = tab != NULL ? column.len + 1 : column.len;
    line->text += used;
    line->len -= used;
    return column;
}

static uint64_t slice_number(struct slice slice)
{
    uint64_t n = 0;
    for (size_t i = 0; i < slice.len && slice.text[i] >= '0' && slice.text[i] <= '9'; i++)
        n = n * 10 + (uint64_t)(slice.text[i] - '0');
    return n;
}

static struct slice shipped(const char *name)
{
    const struct data_file *file = data_find(name);
    assert(file != NULL);
    return (struct slice){file->text, file->len};
}

static size_t count_lines(struct slice rest)
{
    struct slice line;
    size_t n = 0;
    while (next_line(&rest, &line))
        n++;
    return n;
}

/* Columns: text, weight, and a second weight where sexes differ. */
static enum status load_table(const char *name, struct table *table)
{
    struct slice rest = shipped(name), line;
    table->rows = calloc(count_lines(rest) + 1, sizeof table->rows[0]);
    if (table->rows == NULL)
        return STATUS_NOMEM;
    while (next_line(&rest, &line)) {
        struct weighted *row = &table->rows[table->n++];
        row->text = next_column(&line);
        uint64_t men = slice_number(next_column(&line));
        uint64_t women = line.len > 0 ? slice_number(next_column(&line)) : men;
        row->upto[0] = table->total[0] += men;
        row->upto[1] = table->total[1] += women;
    }
    assert(table->n > 0 && table->total[0] > 0 && table->total[1] > 0);
    return STATUS_OK;
}

enum status practice_new(struct practice **out)
{
    struct practice *practice = calloc(1, sizeof *practice);
    struct slice rest = shipped("practice_texts.txt"), line;
    *out = NULL;
    if (practice == NULL)
        return STATUS_NOMEM;
    practice->questions = calloc(count_lines(rest) + 1, sizeof practice->questions[0]);
    if (practice->questions == NULL || load_table("surnames.tsv", &practice->surnames) != STATUS_OK ||
        load_table("given_names.tsv", &practice->given) != STATUS_OK) {
        practice_free(practice);
        return STATUS_NOMEM;
    }
    while (next_line(&rest, &line))
        practice->questions[practice->n_questions++] = line;
    *out = practice;
    return STATUS_OK;
}

void practice_free(struct practice *practice)
{
    if (practice == NULL)
        return;
    free(practice->surnames.rows);
    free(practice->given.rows);
    free(practice->questions);
    free(practice);
}

static struct slice draw(const struct table *table, struct random_source random, int sex)
{
    uint64_t at = random_below(random, table->total[sex]);
    size_t low = 0, high = table->n - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (table->rows[middle].upto[sex] > at)
            high = middle;
        else
            low = middle + 1;
    }
    return table->rows[low].text;
}

static bool one_in(struct random_source random, uint64_t n)
{
    return random_below(random, n) == 0;
}

static void make_name(const struct practice *practice, struct random_source random, int sex, char out[PRACTICE_NAME_BYTES])
{
    struct slice family = draw(&practice->surnames, random, sex), first = draw(&practice->given, random, sex), second = {0};
    if (!one_in(random, 4))
        second = draw(&practice->given, random, sex);
    snprintf(out, PRACTICE_NAME_BYTES, "%.*s%.*s%.*s", (int)family.len, family.text, (int)first.len, first.text, (int)second.len,
             second.len > 0 ? second.text : "");
}

/* Sequence numbers 996..999, odd for men. */
static void make_number(struct random_source random, const char *area, int32_t born, int sex, char out[19])
{
    int year, month, dom;
    char digits[64];
    day_to_ymd(born, &year, &month, &dom);
    unsigned sequence = 996 + (unsigned)random_below(random, 2) * 2 + (sex == 0 ? 1 : 0);
    snprintf(digits, sizeof digits, "%.6s%04d%02d%02d%03u", strlen(area) >= 6 ? area : "320117", year, month, dom, sequence);
    memcpy(out, digits, 17);
    out[17] = id_card_checksum(digits);
    out[18] = '\0';
}

static void make_home(const struct code_book *codes, struct random_source random, const char *town, struct practice_person *out)
{
    size_t n = code_book_count(codes, "village"), in_town = 0;
    out->town[0] = out->village[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        const struct code *code = code_book_at(codes, "village", i);
        if (town != NULL && *town != '\0' && strcmp(code->parent, town) != 0)
            continue;
        in_town++;
        /* Reservoir of one: each village is as likely as the others. */
        if (random_below(random, in_town) == 0) {
            snprintf(out->village, sizeof out->village, "%s", code->code);
            snprintf(out->town, sizeof out->town, "%s", code->parent);
        }
    }
}

void practice_make_person(const struct practice *practice, const struct code_book *codes, struct random_source random, const char *area, const char *town,
                          int32_t today, struct practice_person *out)
{
    enum { YEAR_DAYS = 365, AGE_MIN = 19, AGE_MAX = 85 };
    int sex = (int)random_below(random, 2);
    memset(out, 0, sizeof *out);
    snprintf(out->sex, sizeof out->sex, "%s", sex == 0 ? "1" : "2");
    make_name(practice, random, sex, out->name);
    out->born = today - AGE_MIN * YEAR_DAYS - (int32_t)random_below(random, (AGE_MAX - AGE_MIN) * YEAR_DAYS);
    make_number(random, area, out->born, sex, out->id_no);
    snprintf(out->phone, sizeof out->phone, "1540%07u", (unsigned)random_below(random, 10000000));
    make_home(codes, random, town, out);
}

/* Word in the question -> name in set category, code of the answer in set phrase. The first row that matches counts. */
static const struct subject {
    const char *word, *category, *phrase;
} subjects[] = {
    {"家暴", "家庭暴力", "06"},
    {"家庭暴力", "家庭暴力", "06"},
    {"赡养", "赡养费", "08"},
    {"抚养", "抚养费", "09"},
    {"继承", "继承", "10"},
    {"遗嘱", "继承", "10"},
    {"离婚", "婚姻家庭", "05"},
    {"结婚", "婚姻家庭", "05"},
    {"彩礼", "婚姻家庭", "05"},
    {"夫妻", "婚姻家庭", "05"},
    {"工伤", "工伤", "04"},
    {"工资", "劳动报酬", "02"},
    {"劳动合同", "劳动纠纷", "03"},
    {"劳动者", "劳动纠纷", "01"},
    {"用人单位", "劳动纠纷", "01"},
    {"公司", "公司法", "22"},
    {"交通事故", "交通事故", "12"},
    {"驾驶", "交通事故", "12"},
    {"借条", "债权债务", "11"},
    {"借款", "债权债务", "11"},
    {"民间借贷", "债权债务", "11"},
    {"保证人", "债权债务", "22"},
    {"抵押", "债权债务", "22"},
    {"医院", "医疗纠纷", "15"},
    {"医疗", "医疗纠纷", "15"},
    {"承包地", "土地承包", "13"},
    {"征收", "拆迁安置", "16"},
    {"拆迁", "拆迁安置", "16"},
    {"建设工程", "建设工程", "22"},
    {"物业", "房产纠纷", "19"},
    {"房", "房产纠纷", "22"},
    {"消费者", "消费维权", "14"},
    {"食品", "消费维权", "14"},
    {"行政", "行政诉讼", "16"},
    {"犯罪", "刑事辩护", "18"},
    {"刑", "刑事辩护", "18"},
    {"盗窃", "刑事辩护", "21"},
    {"合同", "合同纠纷", "19"},
    {"侵权", "侵权", "22"},
    {"商标", "侵权", "20"},
    {"赔偿", "人身损害", "21"},
};
static const struct subject other_subject = {"", "其他", "20"};

static const struct subject *subject_of(const char *question)
{
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++)
        if (strstr(question, subjects[i].word) != NULL)
            return &subjects[i];
    return &other_subject;
}

/* Texts into a record; the first failure stays in *status. */
static void put(struct record *record, enum status *status, const char *field, const char *text)
{
    if (*status == STATUS_OK && text[0] != '\0')
        *status = record_set_text(record, field, text);
}

/* A code by its name: codes are the county's, names are what this file knows. */
static void put_name(struct record *record, enum status *status, const struct code_book *codes, const char *field, const char *name)
{
    const struct code *code = code_book_by_name(codes, catalogue_field(record->type, field)->codes, name);
    if (code != NULL)
        put(record, status, field, code->code);
}

static const char *channel_of(struct random_source random)
{
    static const char *const channels[] = {"来访", "来访", "来访", "来访", "来访", "来访", "来电", "来电", "12348热线", "网络"};
    return channels[random_below(random, sizeof channels / sizeof channels[0])];
}

static void put_identity(struct record *record, enum status *status, const struct practice_person *person, bool number)
{
    put(record, status, "name", person->name);
    put(record, status, "sex", person->sex);
    put(record, status, "phone", person->phone);
    put(record, status, "town", person->town);
    put(record, status, "village", person->village);
    if (number) {
        put(record, status, "id_kind", "11");
        put(record, status, "id_no", person->id_no);
    }
}

enum status practice_consultation(const struct practice *practice, const struct code_book *codes, struct random_source random, const struct practice_person *person,
                                  int32_t day, struct record *record)
{
    struct slice text = practice->questions[random_below(random, practice->n_questions)];
    char question[TEXT_MAX_BYTES];
    enum status status = record_set_int(record, "date", day);
    snprintf(question, sizeof question, "%.*s", (int)text.len, text.text);
    const struct subject *subject = subject_of(question);
    if (one_in(random, NAMELESS_ONE_IN)) {
        put(record, &status, "sex", person->sex);
        put(record, &status, "town", person->town);
    } else {
        put_identity(record, &status, person, one_in(random, NUMBERED_ONE_IN));
    }
    put(record, &status, "content", question);
    put_name(record, &status, codes, "category", subject->category);
    put(record, &status, "answer", code_book_name(codes, "phrase", subject->phrase));
    put_name(record, &status, codes, "channel", channel_of(random));
    put_name(record, &status, codes, "handling", one_in(random, 5) ? "引导向其他渠道求助" : one_in(random, 9) ? "代书" : "当场答复");
    if (status == STATUS_OK)
        status = record_set_int(record, "persons", one_in(random, 6) ? 2 + (int64_t)random_below(random, 3) : 1);
    if (status == STATUS_OK)
        status = record_set_int(record, "matters", 1);
    if (status == STATUS_OK)
        status = record_set_int(record, "minutes", 5 + (int64_t)random_below(random, 8) * 5);
    return status;
}

/* One run of practice_fill. */
struct fill {
    const struct practice *practice;
    struct store *store;
    const struct actor *actor;
    const struct code_book *codes;
    struct random_source random;
    const struct practice_job *job;
    struct practice_counts *counts;
    struct errmsg *err;
    char event[ID_TEXT_BYTES];
    struct practice_person visitors[VISITORS_KEPT]; /* who was here lately and may come back */
    char files[VISITORS_KEPT][ID_TEXT_BYTES];       /* their person records, "" for none */
    size_t n_visitors;
};

static enum status begin(struct fill *fill, const char *type, struct record *record)
{
    record_init(record, catalogue_find(type));
    return records_begin(fill->store, fill->actor, record, fill->codes, fill->err);
}

/* Save and release; *id (may be NULL) gets the new id as text. */
static enum status finish(struct fill *fill, struct record *record, enum status status, char id[ID_TEXT_BYTES])
{
    if (status == STATUS_OK)
        status = records_save(fill->store, fill->actor, fill->codes, fill->random, record, fill->err);
    if (status == STATUS_OK && id != NULL)
        id_format(record->id, id);
    record_release(record);
    return status;
}

static enum status add_event(struct fill *fill)
{
    struct record event;
    struct practice_person home;
    enum status status = begin(fill, "event", &event);
    if (status != STATUS_OK)
        return status;
    make_home(fill->codes, fill->random, fill->job->town, &home);
    put(&event, &status, "title", "送法进村（练习）");
    put_name(&event, &status, fill->codes, "kind", "送法进镇村");
    put(&event, &status, "town", home.town);
    put(&event, &status, "village", home.village);
    put(&event, &status, "place", "村部广场");
    if (status == STATUS_OK)
        status = record_set_int(&event, "date", fill->job->today - fill->job->days / 2);
    if (status == STATUS_OK)
        status = record_set_int(&event, "persons", 40 + (int64_t)random_below(fill->random, 160));
    if (status == STATUS_OK)
        status = record_set_int(&event, "materials", 100 + (int64_t)random_below(fill->random, 400));
    status = finish(fill, &event, status, fill->event);
    fill->counts->events += status == STATUS_OK;
    return status;
}

static enum status add_person(struct fill *fill, const struct practice_person *person, char id[ID_TEXT_BYTES])
{
    struct record record;
    enum status status = begin(fill, "person", &record);
    if (status != STATUS_OK)
        return status;
    put_identity(&record, &status, person, true);
    if (status == STATUS_OK)
        status = record_set_int(&record, "born", person->born);
    status = finish(fill, &record, status, id);
    fill->counts->persons += status == STATUS_OK;
    return status;
}

static enum status add_case(struct fill *fill, const struct practice_person *person, const char *file, const struct record *from, const char *from_id)
{
    struct record record;
    const char *category = code_book_name(fill->codes, "category", record_text(from, "category"));
    enum status status = begin(fill, "case", &record);
    if (status != STATUS_OK)
        return status;
    put_identity(&record, &status, person, true);
    put(&record, &status, "applicant", file);
    put(&record, &status, "consultation", from_id);
    put(&record, &status, "narrative", record_text(from, "content"));
    bool criminal = strcmp(category, "刑事辩护") == 0, administrative = strcmp(category, "行政诉讼") == 0;
    put_name(&record, &status, fill->codes, "case_type", criminal ? "刑事" : administrative ? "行政" : "民事");
    put(&record, &status, "source", criminal ? "31" : "41");
    if (status == STATUS_OK)
        status = record_set(&record, catalogue_field(record.type, "received_on"), record_get(from, catalogue_field(from->type, "date")));
    status = finish(fill, &record, status, NULL);
    fill->counts->cases += status == STATUS_OK;
    return status;
}

/* Somebody new, or one of the last visitors again. */
static size_t choose_visitor(struct fill *fill)
{
    if (fill->n_visitors > 0 && one_in(fill->random, RETURNING_ONE_IN))
        return random_below(fill->random, fill->n_visitors);
    size_t at = fill->n_visitors < VISITORS_KEPT ? fill->n_visitors++ : random_below(fill->random, VISITORS_KEPT);
    practice_make_person(fill->practice, fill->codes, fill->random, fill->job->area, fill->job->town, fill->job->today, &fill->visitors[at]);
    fill->files[at][0] = '\0';
    return at;
}

static enum status add_consultation(struct fill *fill)
{
    struct record record;
    char id[ID_TEXT_BYTES];
    size_t at = choose_visitor(fill);
    bool at_event = one_in(fill->random, AT_EVENT_ONE_IN);
    int32_t day = at_event ? fill->job->today - fill->job->days / 2 : fill->job->today - (int32_t)random_below(fill->random, (uint64_t)fill->job->days);
    enum status status = begin(fill, "consultation", &record);
    if (status != STATUS_OK)
        return status;
    status = practice_consultation(fill->practice, fill->codes, fill->random, &fill->visitors[at], day, &record);
    bool applies = record_text(&record, "name")[0] != '\0' && one_in(fill->random, APPLIES_ONE_IN);
    if (at_event)
        put(&record, &status, "event", fill->event);
    if (at_event)
        put_name(&record, &status, fill->codes, "channel", "外展现场");
    if (applies)
        put_name(&record, &status, fill->codes, "handling", "申请法律援助");
    if (status == STATUS_OK && applies && fill->files[at][0] == '\0')
        status = add_person(fill, &fill->visitors[at], fill->files[at]);
    if (record_text(&record, "name")[0] != '\0')
        put(&record, &status, "person", fill->files[at]);
    if (status == STATUS_OK)
        status = records_save(fill->store, fill->actor, fill->codes, fill->random, &record, fill->err);
    if (status == STATUS_OK)
        id_format(record.id, id);
    if (status == STATUS_OK && applies)
        status = add_case(fill, &fill->visitors[at], fill->files[at], &record, id);
    record_release(&record);
    fill->counts->consultations += status == STATUS_OK;
    return status;
}

static enum status add_batch(struct fill *fill, bool first, int64_t n)
{
    struct practice_counts before = *fill->counts;
    enum status status = store_begin(fill->store, "practice", fill->err);
    if (status != STATUS_OK)
        return status;
    if (first)
        status = add_event(fill);
    for (int64_t i = 0; i < n && status == STATUS_OK; i++)
        status = add_consultation(fill);
    if (status == STATUS_OK)
        status = store_commit(fill->store, fill->err);
    else
        store_rollback(fill->store);
    if (status != STATUS_OK)
        *fill->counts = before;
    return status;
}

enum status practice_fill(const struct practice *practice, struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random,
                          const struct practice_job *job, struct practice_counts *counts, struct errmsg *err)
{
    struct fill *fill = calloc(1, sizeof *fill);
    enum status status = STATUS_OK;
    assert(job->days >= 1);
    memset(counts, 0, sizeof *counts);
    if (fill == NULL)
        return STATUS_NOMEM;
    *fill = (struct fill){.practice = practice, .store = store, .actor = actor, .codes = codes, .random = random, .job = job, .counts = counts, .err = err};
    for (int64_t done = 0; done < job->count && status == STATUS_OK;) {
        int64_t n = job->count - done < BATCH ? job->count - done : BATCH;
        status = add_batch(fill, done == 0, n);
        done += n;
        if (status == STATUS_OK && job->progress != NULL)
            job->progress(job->context, done, job->count);
    }
    free(fill);
    return status;
}
