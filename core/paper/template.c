/* core/paper/template.c - see template.h: the shipped wording, the county's over it, checking, filling.
 *
 * templates.txt: sections "@@ form word title", the word "-" for papers without a number; lines that begin with "@ " are remarks. */
#include "core/paper/template.h"

#include <stdlib.h>
#include <string.h>

#include "core/paper/markup.h"
#include "core/paper/template_slot.h"
#include "core/data/data.h"
#include "core/record/filter.h"

enum { NAME_MAX_BYTES = 40, NESTING_MAX = 8, MIN_ROWS_MAX = 40, VALUE_MAX_BYTES = 1 << 18, CHECK_MAX_BYTES = 1 << 20 };

static const char BLANK[] = "____";

static const char *const forms[] = {"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "18",
                                    "19", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31", "32", "40", "41", "42", "43", "44"};

const char *template_form_at(size_t index)
{
    return index < sizeof(forms) / sizeof(forms[0]) ? forms[index] : NULL;
}

/* ---- loading ----------------------------------------------------------------------------------------------------- */

/* form, word, title and text copied into one block of memory. */
static enum status keep(struct template *out, const char *form, const char *word, size_t word_len, const char *title, size_t title_len, const char *text, size_t text_len)
{
    char *at = malloc(word_len + title_len + text_len + 3);

    if (at == NULL)
        return STATUS_NOMEM;
    memset(out, 0, sizeof(*out));
    out->storage = at;
    memcpy(out->form, form, 2);
    out->word = memcpy(at, word, word_len);
    at[word_len] = 0;
    at += word_len + 1;
    out->title = memcpy(at, title, title_len);
    at[title_len] = 0;
    at += title_len + 1;
    out->text = memcpy(at, text, text_len);
    at[text_len] = 0;
    return STATUS_OK;
}

/* The shipped section of a form: "@@ 09 援决 给予法律援助决定书\n" and what follows up to the next one. */
static enum status load_shipped(const char *form, struct template *out)
{
    const struct data_file *file = data_find("templates.txt");
    char head[16] = "\n@@ ";
    const char *word, *title, *text, *end;

    strncat(head, form, 2);
    strcat(head, " ");
    word = strstr(file->text, head); /* the file begins with a remark */
    if (word == NULL)
        return STATUS_NOT_FOUND;
    word += strlen(head);
    title = strchr(word, ' ') + 1;
    text = strchr(title, '\n') + 1;
    end = strstr(text, "\n@@ ");
    if (end == NULL)
        end = file->text + file->len;
    else
        end++;
    return keep(out, form, word, *word == '-' ? 0 : (size_t)(title - 1 - word), title, (size_t)(text - 1 - title), text, (size_t)(end - text));
}

struct finding {
    struct template *out;
    enum status status;
    bool found;
};

static bool take_county(void *context, const struct record *record, const struct list_key *key)
{
    struct finding *finding = context;
    const char *word = record_text(record, "word"), *title = record_text(record, "title"), *text = record_text(record, "text");

    (void)key;
    finding->found = true;
    finding->status = keep(finding->out, record_text(record, "form"), word, strlen(word), title, strlen(title), text, strlen(text));
    return false;
}

enum status template_load(struct store *store, const struct actor *actor, const char *form, struct template *out, struct errmsg *err)
{
    const struct record_type *type = catalogue_find("template");
    struct filter filter = {.type = type, .n_terms = 1};
    struct list_query query = {.type = type, .filter = &filter, .limit = 1};
    struct finding finding = {.out = out};
    size_t known = 0;
    enum status status;

    while (template_form_at(known) != NULL && strcmp(template_form_at(known), form) != 0)
        known++;
    if (template_form_at(known) == NULL)
        return errmsg_set(err, STATUS_NOT_FOUND, "没有格式 %.8s；有哪些格式见 aidpost document list", form);
    filter.terms[0] = (struct filter_term){.field = catalogue_field(type, "form"), .op = FILTER_EQ, .value = value_string(form)};
    status = records_list(store, actor, &query, take_county, &finding, err);
    if (status == STATUS_OK)
        status = finding.found ? finding.status : load_shipped(form, out);
    return status == STATUS_NOT_FOUND ? errmsg_set(err, status, "格式 %s 没有模板", form) : status;
}

void template_release(struct template *template)
{
    free(template->storage);
    memset(template, 0, sizeof(*template));
}

/* ---- reading slots ----------------------------------------------------------------------------------------------- */

/* What stands between { and }. */
struct slot {
    char name[NAME_MAX_BYTES];
    char mark;                /* 0 plain, '|' with a fallback, '?' text when set, '!' text when not set, '#' block, '/' end of block */
    const char *text;         /* behind the mark */
    size_t len;
    long min_rows;            /* blocks */
};

static bool name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
}

/* The closing brace that belongs to the opening one at text; NULL. */
static const char *closing(const char *text, const char *end)
{
    int depth = 0;

    for (; text < end; text++) {
        if (*text == '\\')
            text++;
        else if (*text == '{')
            depth++;
        else if (*text == '}' && --depth == 0)
            return text;
    }
    return NULL;
}

/* text stands on "{", close on its "}". False: not a slot. */
static bool read_slot(const char *text, const char *close, struct slot *slot)
{
    size_t len = 0;

    memset(slot, 0, sizeof(*slot));
    text++;
    if (*text == '#' || *text == '/' || *text == '!')
        slot->mark = *text++;
    while (text + len < close && name_char(text[len]))
        len++;
    if (len == 0 || len >= sizeof(slot->name))
        return false;
    memcpy(slot->name, text, len);
    text += len;
    if (slot->mark == '#' && text < close) {
        char *stop;

        slot->min_rows = strtol(text, &stop, 10);
        return stop == close && slot->min_rows >= 0 && slot->min_rows <= MIN_ROWS_MAX;
    }
    if (slot->mark == '!' ? *text != '?' : (text < close && *text != '|' && *text != '?'))
        return false;
    if (slot->mark == '/' || text == close)
        return text == close;
    if (slot->mark == 0)
        slot->mark = *text;
    slot->text = text + 1;
    slot->len = (size_t)(close - slot->text);
    return true;
}

/* The {/name} of the block whose body begins at text; NULL. Blocks do not nest. */
static const char *block_end(const char *text, const char *end, const char *name)
{
    char marker[NAME_MAX_BYTES + 4];
    size_t len;

    strcpy(marker, "{/");
    strcat(marker, name);
    strcat(marker, "}");
    len = strlen(marker);
    for (; (size_t)(end - text) >= len; text++)
        if (memcmp(text, marker, len) == 0)
            return text;
    return NULL;
}

/* ---- filling ----------------------------------------------------------------------------------------------------- */

struct filling {
    const struct template_answers *answers;
    struct buf *out;
    struct buf scratch;
    const char *begin, *end; /* the whole template or piece, to tell line starts */
};

/* Whether the line now being written is a row of a table. */
static bool in_table(const struct buf *out)
{
    size_t at = out->len;

    while (at > 0 && out->data[at - 1] != '\n')
        at--;
    return at < out->len && out->data[at] == '|';
}

static void fill_range(struct filling *filling, const char *text, const char *end, const char *block, long row, int depth);

/* Ask for a value; true if there is one, which then stands in scratch. */
static bool ask(struct filling *filling, const char *block, long row, const char *name)
{
    buf_clear(&filling->scratch);
    bool given = filling->answers->value(filling->answers->context, block, row, name, &filling->scratch) && filling->scratch.len > 0;
    if (filling->scratch.status == STATUS_OK)
        return given;
    if (filling->out->status == STATUS_OK)
        filling->out->status = filling->scratch.status; /* half a value is none, and there is one: no blank may stand for it */
    return false;
}

static bool holds(struct filling *filling, const char *block, long row, const char *name)
{
    const struct template_answers *answers = filling->answers;

    return answers->holds != NULL ? answers->holds(answers->context, block, row, name) : ask(filling, block, row, name);
}

/* False: the slot is not of the kind that is filled in its place. */
static bool fill_piece(struct filling *filling, const char *name, const char *block, long row, int depth)
{
    const struct template_answers *answers = filling->answers;
    struct filling inner = *filling;
    const char *text;
    size_t len;

    if (answers->piece == NULL || !answers->piece(answers->context, name, &text, &len))
        return false;
    inner.begin = text;
    inner.end = text + len;
    fill_range(&inner, text, text + len, block, row, depth + 1);
    filling->scratch = inner.scratch;
    return true;
}

static void fill_plain(struct filling *filling, const struct slot *slot, const char *block, long row, int depth)
{
    bool given = slot->mark != '|' || filling->answers->holds == NULL || holds(filling, block, row, slot->name);

    if (given && fill_piece(filling, slot->name, block, row, depth))
        return;
    if (given && ask(filling, block, row, slot->name))
        markup_put(buf_cstr(&filling->scratch), filling->scratch.len, filling->out);
    else if (slot->mark == '|')
        fill_range(filling, slot->text, slot->text + slot->len, block, row, depth + 1);
    else if (!filling->answers->names->knows(block, slot->name) || !in_table(filling->out))
        buf_puts(filling->out, BLANK);
}

/* False: a condition that does not hold, nothing is printed. */
static bool fill_slot(struct filling *filling, const struct slot *slot, const char *block, long row, int depth)
{
    if (slot->mark != '?' && slot->mark != '!') {
        fill_plain(filling, slot, block, row, depth);
        return true;
    }
    if (holds(filling, block, row, slot->name) != (slot->mark == '?'))
        return false;
    fill_range(filling, slot->text, slot->text + slot->len, block, row, depth + 1);
    return true;
}

/* A marker alone on its line takes the line feed with it. */
static const char *behind_marker(const struct filling *filling, const char *open, const char *close)
{
    bool alone = (open == filling->begin || open[-1] == '\n') && close + 1 < filling->end && close[1] == '\n';

    return close + (alone ? 2 : 1);
}

static const char *fill_block(struct filling *filling, const struct slot *slot, const char *open, const char *close, const char *end, int depth)
{
    const char *body = behind_marker(filling, open, close), *stop = block_end(body, end, slot->name);
    long n = filling->answers->rows(filling->answers->context, slot->name);

    if (stop == NULL)
        return close + 1;
    for (long i = 0; i < (n > slot->min_rows ? n : slot->min_rows); i++)
        fill_range(filling, body, stop, slot->name, i, depth + 1);
    return behind_marker(filling, stop, stop + strlen(slot->name) + 2);
}

static void fill_range(struct filling *filling, const char *text, const char *end, const char *block, long row, int depth)
{
    while (text < end && filling->out->status == STATUS_OK) {
        const char *open = memchr(text, '{', (size_t)(end - text)), *close;
        struct slot slot;

        buf_append(filling->out, text, (size_t)((open != NULL ? open : end) - text));
        if (open == NULL)
            return;
        close = closing(open, end);
        if (close == NULL || depth > NESTING_MAX || !read_slot(open, close, &slot)) {
            buf_putc(filling->out, '{');
            text = open + 1;
        } else if (slot.mark == '#' && block[0] == 0) {
            text = fill_block(filling, &slot, open, close, end, depth);
        } else if (slot.mark == '#' || slot.mark == '/') {
            text = close + 1;
        } else {
            text = fill_slot(filling, &slot, block, row, depth) ? close + 1 : behind_marker(filling, open, close);
        }
    }
}

enum status template_fill_by(const struct template_answers *answers, const char *text, size_t len, struct buf *out, struct errmsg *err)
{
    struct filling filling = {.answers = answers, .out = out, .begin = text, .end = text + len};
    enum status status;

    buf_init(&filling.scratch, VALUE_MAX_BYTES);
    fill_range(&filling, text, text + len, "", -1, 0);
    status = out->status;
    buf_wipe(&filling.scratch);
    if (status == STATUS_NOMEM)
        return errmsg_set(err, status, "内存不足");
    return status == STATUS_OK ? STATUS_OK : errmsg_set(err, status, "文书内容过长");
}

static bool paper_knows(const char *block, const char *name)
{
    return slot_find(block, name) != NULL;
}

static const struct template_names paper_names = {paper_knows, slot_is_block, "aidpost document slots"};

enum status template_fill(const char *text, size_t len, template_value value, template_rows rows, void *context, struct buf *out, struct errmsg *err)
{
    struct template_answers answers = {.names = &paper_names, .value = value, .rows = rows, .context = context};

    return template_fill_by(&answers, text, len, out, err);
}

/* ---- checking ---------------------------------------------------------------------------------------------------- */

struct checking {
    const struct template_names *names;
    const char *text, *end;
    struct errmsg *err;
    size_t line;
    size_t columns; /* of the table the line before belongs to; 0: none */
    char block[NAME_MAX_BYTES];
    size_t block_line;
    struct buf sample; /* the line with every slot filled with its fallback, or "x" */
};

static enum status check_slot(struct checking *checking, const char *open, const char *close);

/* Slots of a piece of a line; copies what is printed without them to sample. */
static enum status check_range(struct checking *checking, const char *text, const char *end)
{
    enum status status = STATUS_OK;

    while (status == STATUS_OK && text < end) {
        const char *close;

        if (*text == '\\' && text + 1 < end) {
            buf_append(&checking->sample, text, 2);
            text += 2;
        } else if (*text == '}') {
            status = errmsg_set(checking->err, STATUS_INVALID, "第 %zu 行: 多了一个 }；要印出大括号请写 \\}", checking->line);
        } else if (*text != '{') {
            buf_putc(&checking->sample, (uint8_t)*text++);
        } else if ((close = closing(text, end)) == NULL) {
            status = errmsg_set(checking->err, STATUS_INVALID, "第 %zu 行: { 没有对应的 }；空格名要写在同一行", checking->line);
        } else {
            status = check_slot(checking, text, close);
            text = close + 1;
        }
    }
    return status;
}

static enum status check_block_mark(struct checking *checking, const struct slot *slot)
{
    if (slot->mark == '/') {
        if (strcmp(slot->name, checking->block) != 0)
            return errmsg_set(checking->err, STATUS_INVALID, "第 %zu 行: {/%s} 前面没有 {#%s}", checking->line, slot->name, slot->name);
        checking->block[0] = 0;
        return STATUS_OK;
    }
    if (!checking->names->is_block(slot->name))
        return errmsg_set(checking->err, STATUS_INVALID, "第 %zu 行: 没有名为 %s 的块；有哪些见 %s", checking->line, slot->name, checking->names->where);
    if (checking->block[0] != 0)
        return errmsg_set(checking->err, STATUS_INVALID, "第 %zu 行: 块 {#%s} 还没有用 {/%s} 结束，块里不能再有块", checking->line, checking->block, checking->block);
    strcpy(checking->block, slot->name);
    checking->block_line = checking->line;
    return STATUS_OK;
}

static enum status check_slot(struct checking *checking, const char *open, const char *close)
{
    struct slot slot;

    if (!read_slot(open, close, &slot))
        return errmsg_set(checking->err, STATUS_INVALID, "第 %zu 行: 看不懂 %.*s；写法如 {name}、{name|没有时}、{name?有时}", checking->line,
                          (int)(close - open > 60 ? 0 : close + 1 - open), open);
    if (slot.mark == '#' || slot.mark == '/')
        return check_block_mark(checking, &slot);
    if (!checking->names->knows(checking->block, slot.name))
        return errmsg_set(checking->err, STATUS_INVALID, "第 %zu 行: 没有名为 %s 的空格；有哪些见 %s", checking->line, slot.name, checking->names->where);
    if (slot.mark != 0)
        return check_range(checking, slot.text, slot.text + slot.len);
    buf_putc(&checking->sample, 'x');
    return STATUS_OK;
}

static enum status check_row(struct checking *checking, const struct markup_line *line)
{
    struct markup_cell cells[MARKUP_CELLS_MAX];
    size_t n = markup_cells(line, cells);

    if (n == 0)
        return errmsg_set(checking->err, STATUS_INVALID, "第 %zu 行: 表格的行以 | 开头、以 | 结尾，每格之间一个 |，最多 %d 格", checking->line, MARKUP_CELLS_MAX);
    if (cells[0].join == MARKUP_JOIN_LEFT)
        return errmsg_set(checking->err, STATUS_INVALID, "第 %zu 行: 第一格不能写 <", checking->line);
    for (size_t i = 0; i < n; i++)
        if (cells[i].join == MARKUP_JOIN_ABOVE && i >= checking->columns)
            return errmsg_set(checking->err, STATUS_INVALID, "第 %zu 行: ^ 的上面没有格子", checking->line);
    if (n > checking->columns)
        checking->columns = n;
    return STATUS_OK;
}

/* The printed form of one line. */
static enum status check_line(struct checking *checking)
{
    const char *at = buf_cstr(&checking->sample), *end = at + checking->sample.len;
    struct markup_line line;
    struct markup_cell label;
    int widths[MARKUP_CELLS_MAX];

    if (!markup_next(&at, end, &line))
        line.kind = MARKUP_TEXT;
    if (line.kind == MARKUP_ROW)
        return check_row(checking, &line);
    checking->columns = 0;
    if (line.kind == MARKUP_WIDTHS && (checking->columns = markup_widths(&line, widths)) == 0)
        return errmsg_set(checking->err, STATUS_INVALID, "第 %zu 行: 列宽写成 |=4|8|4|8|，每列 1 到 %d", checking->line, MARKUP_WIDTH_MAX);
    if (line.kind == MARKUP_SIGN) {
        at = line.text;
        end = line.text + line.len;
        while (markup_sign(&at, end, &label))
            ;
        if (at < end)
            return errmsg_set(checking->err, STATUS_INVALID, "第 %zu 行: 签名处写成 [sign: 申请人]", checking->line);
    }
    return STATUS_OK;
}

enum status template_check_by(const struct template_names *names, const char *text, size_t len, struct errmsg *err)
{
    struct checking checking = {.names = names, .text = text, .end = text + len, .err = err};
    enum status status = STATUS_OK;

    buf_init(&checking.sample, CHECK_MAX_BYTES);
    while (status == STATUS_OK && text < checking.end) {
        const char *feed = memchr(text, '\n', (size_t)(checking.end - text));
        const char *end = feed != NULL ? feed : checking.end;
        bool marker_alone = text + 1 < end && text[0] == '{' && (text[1] == '#' || text[1] == '/') && closing(text, end) == end - 1;

        checking.line++;
        buf_clear(&checking.sample);
        status = check_range(&checking, text, end);
        if (status == STATUS_OK && !marker_alone)
            status = check_line(&checking);
        text = end + 1;
    }
    if (status == STATUS_OK && checking.block[0] != 0)
        status = errmsg_set(err, STATUS_INVALID, "第 %zu 行: 块 {#%s} 没有用 {/%s} 结束", checking.block_line, checking.block, checking.block);
    if (status == STATUS_OK && checking.sample.status != STATUS_OK)
        status = errmsg_set(err, checking.sample.status, "第 %zu 行: 太长", checking.line);
    buf_release(&checking.sample);
    return status;
}

enum status template_check(const char *text, size_t len, struct errmsg *err)
{
    return template_check_by(&paper_names, text, len, err);
}
