/* tests/summary_bed.c - see summary_bed.h. */
#include "tests/summary_bed.h"

struct world summary_bed_world;

struct node *summary_bed_center;

struct form_book *summary_bed_book;

struct errmsg summary_bed_err;

static const struct year_start JANUARY = {1, 1};

int summary_bed_set_up(void **state)
{
    (void)state;
    world_open(&summary_bed_world, 1, NULL);
    summary_bed_center = &summary_bed_world.center;
    errmsg_clear(&summary_bed_err);
    assert_int_equal(form_book_new(&summary_bed_book, &summary_bed_err), STATUS_OK);
    return 0;
}

int summary_bed_tear_down(void **state)
{
    (void)state;
    form_book_free(summary_bed_book);
    world_close(&summary_bed_world);
    return 0;
}

struct form_desk summary_bed_desk_without_tally(void)
{
    return (struct form_desk){.store = summary_bed_center->store, .actor = &summary_bed_center->actor, .codes = summary_bed_center->codes, .book = summary_bed_book};
}

struct period summary_bed_period_of(const char *text)
{
    struct period period;
    assert_int_equal(period_parse(text, JANUARY, &period, &summary_bed_err), STATUS_OK);
    return period;
}

/* Save a report_text as `aidpost add` does. */
enum status summary_bed_write_text(const char *period, const char *slot, const char *text, struct id *id)
{
    struct record record;
    record_init(&record, catalogue_find("report_text"));
    errmsg_clear(&summary_bed_err);
    assert_int_equal(store_begin(summary_bed_center->store, "test", &summary_bed_err), STATUS_OK);
    assert_int_equal(records_begin(summary_bed_center->store, &summary_bed_center->actor, &record, summary_bed_center->codes, &summary_bed_err), STATUS_OK);
    const char *const values[] = {period, slot, text};
    static const char *const fields[] = {"period", "slot", "text"};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(record_parse(&record, catalogue_field(record.type, fields[i]), summary_bed_center->codes, values[i], strlen(values[i]), &summary_bed_err), STATUS_OK);
    enum status status = record_prepare(summary_bed_center->store, &summary_bed_center->actor, summary_bed_center->codes, summary_bed_center->random, &record, &summary_bed_err);
    if (status == STATUS_OK)
        status = records_save(summary_bed_center->store, &summary_bed_center->actor, summary_bed_center->codes, summary_bed_center->random, &record, &summary_bed_err);
    if (status == STATUS_OK)
        assert_int_equal(store_commit(summary_bed_center->store, &summary_bed_err), STATUS_OK);
    else
        store_rollback(summary_bed_center->store);
    if (id != NULL)
        *id = record.id;
    record_release(&record);
    return status;
}

struct id summary_bed_wrote(const char *period, const char *slot, const char *text)
{
    struct id id;
    if (summary_bed_write_text(period, slot, text, &id) != STATUS_OK)
        fail_msg("%s %s: %s", period, slot, summary_bed_err.text);
    return id;
}

/* All cells of a period, each `value`. */
struct summary summary_bed_made_up(const char *period, int64_t value)
{
    struct summary summary = {.period = summary_bed_period_of(period)};
    for (size_t i = 0; summary_cell_at(i) != NULL; i++) {
        summary.cells[i] = *summary_cell_at(i);
        summary.cells[i].value = value;
    }
    summary.n_cells = 24;
    return summary;
}

struct summary_cell *summary_bed_cell_of(struct summary *summary, const char *name)
{
    for (size_t i = 0; i < summary->n_cells; i++)
        if (strcmp(summary->cells[i].name, name) == 0)
            return &summary->cells[i];
    fail_msg("no cell %s", name);
    return NULL;
}

void summary_bed_set_before(struct summary *summary, const char *name, int64_t reported)
{
    struct summary_cell *cell = summary_bed_cell_of(summary, name);
    cell->has_before = true;
    cell->before = (struct year_on_year){.has_reported = true, .reported = reported, .known = reported + 1};
}

void summary_bed_tell(struct told_text *told, const struct form_desk *desk, const struct summary *summary)
{
    *told = (struct told_text){.text = {0}};
    buf_init(&told->text, SUMMARY_TEXT_MAX);
    assert_int_equal(summary_words_read(desk, &summary->period, &told->words, &summary_bed_err), STATUS_OK);
    if (summary_tell(&told->telling, desk, summary, &told->words, &told->text, &summary_bed_err) != STATUS_OK)
        fail_msg("%s", summary_bed_err.text);
}

void summary_bed_told_release(struct told_text *told)
{
    summary_telling_release(&told->telling);
    summary_words_release(&told->words);
    buf_release(&told->text);
}

void summary_bed_says(const struct told_text *told, const char *part)
{
    if (strstr(buf_cstr(&told->text), part) == NULL)
        fail_msg("\"%s\" is not in:\n%s", part, buf_cstr(&told->text));
}

void summary_bed_says_not(const struct told_text *told, const char *part)
{
    if (strstr(buf_cstr(&told->text), part) != NULL)
        fail_msg("\"%s\" is in:\n%s", part, buf_cstr(&told->text));
}

/* Marks that meet, blanks left open, slots and marks of places left behind: none in what goes before the appendix. */
void summary_bed_reads_well(const struct told_text *told)
{
    static const char *const wrong[] = {"，，", "，。", "。。", "；；", "；。", "、、", "：。", "（）", "（，", "，）", "____", "{", "}", "\x01", "\x02", "　　，", "　　、", "　　；", "　　。", "\n\n\n", "  "};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        summary_bed_says_not(told, wrong[i]);
}

bool summary_bed_note_failure(void *context, const struct check_failure *failure)
{
    struct failures *failures = context;
    size_t len = strlen(failures->rules), used = strlen(failures->messages);
    snprintf(failures->rules + len, sizeof failures->rules - len, "%s%s", len > 0 ? " " : "", failure->rule);
    snprintf(failures->messages + used, sizeof failures->messages - used, "%s\n", failure->message);
    assert_string_equal(failure->form, "summary");
    return true;
}
