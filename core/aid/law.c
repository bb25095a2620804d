/* core/aid/law.c - see law.h. Beside sync/compress.c the only file that knows zstd.h.
 *
 * Unpacked, the file is lines: "@law", "#heading", "number TAB title TAB paragraph TAB paragraph ..". It is packed in blocks of whole lines that can be unpacked by themselves: the book holds where each article
 * lies, and one block, cut into C strings in place. A session that has looked at the law keeps a third of a megabyte of it, not two.
 * Citations are read by hand: a law's name or short name (the longest that fits), then numbers in Chinese or digits, alone, in lists and in ranges. */
#include "core/aid/law.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <zstd.h>

#include "core/base/utf8.h"
#include "core/data/data.h"

enum { BLOCK_MAX_BYTES = 64 << 10, BLOCKS_MAX = 64, NAMES_MAX_BYTES = 1 << 16, LAWS_MAX = 64, WORDS_MAX = 16, WORDS_MAX_BYTES = 1024, NUMBER_MAX = 9999, ARTICLES_MAX = 8192 };

struct law_span {
    const char *name;
    size_t first, count; /* its articles stand together */
};

/* Where an article lies. */
struct place {
    uint32_t at;      /* of its block's bytes */
    uint32_t heading; /* of the names */
    uint16_t block, law, number, sub;
};

/* What is unpacked. */
struct law_reader {
    ZSTD_DCtx *unpacker;
    char text[BLOCK_MAX_BYTES + 1]; /* a block, cut into C strings */
    size_t len;
    size_t block; /* which one; BLOCKS_MAX: none */
    struct law_article article;
};

struct law_book {
    struct {
        const uint8_t *bytes; /* packed, in the program */
        size_t len;
    } blocks[BLOCKS_MAX];
    size_t n_blocks;
    struct law_reader *reader; /* owned */
    struct place *places;  /* owned */
    size_t count;
    struct buf names; /* of laws and headings, each with its NUL */
    struct law_span laws[LAWS_MAX];
    size_t n_laws;
};

/* Names that people write; each full name stands for itself. */
static const struct {
    const char *shorter, *law;
} SHORT_NAMES[] = {
    {"法援法", "法律援助法"},         {"民法", "民法典"},
    {"民诉法", "民事诉讼法"},         {"民诉", "民事诉讼法"},
    {"刑诉法", "刑事诉讼法"},         {"刑诉", "刑事诉讼法"},
    {"行诉法", "行政诉讼法"},         {"行诉", "行政诉讼法"},
    {"复议法", "行政复议法"},         {"国赔法", "国家赔偿法"},
    {"赔偿法", "国家赔偿法"},         {"调解仲裁法", "劳动争议调解仲裁法"},
    {"劳动争议仲裁法", "劳动争议调解仲裁法"}, {"劳动仲裁法", "劳动争议调解仲裁法"},
    {"社保法", "社会保险法"},         {"未保法", "未成年人保护法"},
    {"妇女法", "妇女权益保障法"},     {"妇女保障法", "妇女权益保障法"},
    {"老年人法", "老年人权益保障法"}, {"老年法", "老年人权益保障法"},
    {"残疾人法", "残疾人保障法"},     {"消保法", "消费者权益保护法"},
    {"消法", "消费者权益保护法"},     {"道交法", "道路交通安全法"},
    {"交通安全法", "道路交通安全法"}, {"反家暴法", "反家庭暴力法"},
    {"家暴法", "反家庭暴力法"},       {"身份证法", "居民身份证法"},
    {"土地承包法", "农村土地承包法"}, {"承包法", "农村土地承包法"},
    {"军人法", "军人地位和权益保障法"}, {"军人权益保障法", "军人地位和权益保障法"},
    {"退役军人法", "退役军人保障法"}, {"救助法", "社会救助法"},
    {"无障碍法", "无障碍环境建设法"}, {"调解法", "人民调解法"},
};

enum { N_SHORT_NAMES = sizeof SHORT_NAMES / sizeof SHORT_NAMES[0] };

/* ---- blocks ---- */

/* "number TAB title TAB text", paragraphs divided by tabs; returns what is behind it, NULL: no such line. */
static char *cut_article(char *line, char *end)
{
    char *title = memchr(line, '\t', (size_t)(end - line)), *text = title == NULL ? NULL : memchr(title + 1, '\t', (size_t)(end - title - 1));
    if (text == NULL)
        return NULL;
    *title = *text = '\0';
    for (char *tab = text + 1; (tab = memchr(tab, '\t', (size_t)(end - tab))) != NULL;)
        *tab = '\n';
    return end + 1;
}

static bool cut_block(struct law_reader *reader)
{
    char *line = reader->text, *end;
    while (line != NULL && line < reader->text + reader->len) {
        end = memchr(line, '\n', (size_t)(reader->text + reader->len - line));
        if (end == NULL)
            return false;
        *end = '\0';
        line = *line == '@' || *line == '#' ? end + 1 : cut_article(line, end);
    }
    return line != NULL;
}

static bool read_block(const struct law_book *book, size_t block)
{
    struct law_reader *reader = book->reader;
    if (reader->block == block)
        return true;
    reader->block = BLOCKS_MAX;
    size_t n = ZSTD_decompressDCtx(reader->unpacker, reader->text, BLOCK_MAX_BYTES, book->blocks[block].bytes, book->blocks[block].len);
    if (ZSTD_isError(n))
        return false;
    reader->len = n;
    reader->block = block;
    return cut_block(reader);
}

/* ---- opening ---- */

static enum status find_blocks(struct law_book *book, struct errmsg *err)
{
    const struct data_file *file = data_find("laws.zst");
    size_t left = file == NULL ? 0 : file->len;

    for (const uint8_t *at = file == NULL ? NULL : (const uint8_t *)file->text; left > 0;) {
        size_t len = ZSTD_findFrameCompressedSize(at, left);
        if (ZSTD_isError(len) || len == 0 || len > left || book->n_blocks == BLOCKS_MAX)
            break;
        book->blocks[book->n_blocks].bytes = at;
        book->blocks[book->n_blocks++].len = len;
        at += len;
        left -= len;
    }
    return book->n_blocks > 0 && left == 0 ? STATUS_OK : errmsg_set(err, STATUS_CORRUPT, "程序里的法条文件不完整，请重新安装");
}

/* Returns where it stands among the names. */
static size_t keep_name(struct law_book *book, const char *name)
{
    size_t at = book->names.len;
    buf_append(&book->names, name, strlen(name) + 1);
    return at;
}

/* The articles of the block that is unpacked; the law and the heading may have begun in one before. law_names: where the names of the laws stand. */
static bool note_block(struct law_book *book, size_t law_names[LAWS_MAX], size_t *heading)
{
    const struct law_reader *reader = book->reader;
    for (const char *at = reader->text; at < reader->text + reader->len; at += strlen(at) + 1) {
        if (*at == '@' ? book->n_laws == LAWS_MAX : *at != '#' && (book->n_laws == 0 || book->count == ARTICLES_MAX))
            return false;
        if (*at == '@') {
            law_names[book->n_laws] = keep_name(book, at + 1);
            *heading = keep_name(book, "");
            book->laws[book->n_laws++].first = book->count;
        } else if (*at == '#') {
            *heading = keep_name(book, at + 1);
        } else {
            char *end;
            struct place *place = &book->places[book->count++];
            *place = (struct place){.at = (uint32_t)(at - reader->text), .heading = (uint32_t)*heading, .block = (uint16_t)reader->block, .law = (uint16_t)(book->n_laws - 1)};
            place->number = (uint16_t)strtol(at, &end, 10);
            place->sub = *end == '-' ? (uint16_t)strtol(end + 1, NULL, 10) : 0;
            book->laws[book->n_laws - 1].count++;
            at += strlen(at) + 1; /* the title */
            at += strlen(at) + 1; /* the text */
        }
    }
    return true;
}

static enum status note_places(struct law_book *book, struct errmsg *err)
{
    size_t law_names[LAWS_MAX], heading = 0;
    for (size_t i = 0; i < book->n_blocks; i++)
        if (!read_block(book, i) || !note_block(book, law_names, &heading))
            return errmsg_set(err, STATUS_CORRUPT, "程序里的法条文件不完整，请重新安装");
    if (book->names.status != STATUS_OK)
        return errmsg_set(err, book->names.status, "%s", status_text(book->names.status));
    for (size_t i = 0; i < book->n_laws; i++)
        book->laws[i].name = (const char *)book->names.data + law_names[i];
    struct place *places = book->count > 0 ? reallocarray(book->places, book->count, sizeof book->places[0]) : NULL;
    if (places != NULL)
        book->places = places;
    return STATUS_OK;
}

static enum status make_room(struct law_book *book, struct errmsg *err)
{
    buf_init(&book->names, NAMES_MAX_BYTES);
    book->places = reallocarray(NULL, ARTICLES_MAX, sizeof book->places[0]);
    book->reader = malloc(sizeof *book->reader); /* only what is used of it costs */
    if (book->reader != NULL) {
        book->reader->block = BLOCKS_MAX;
        book->reader->unpacker = ZSTD_createDCtx();
    }
    bool made = book->places != NULL && book->reader != NULL && book->reader->unpacker != NULL;
    return made ? STATUS_OK : errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
}

enum status law_book_open(struct law_book **out, struct errmsg *err)
{
    struct law_book *book = calloc(1, sizeof *book);

    *out = NULL;
    if (book == NULL)
        return errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    enum status status = make_room(book, err);
    if (status == STATUS_OK)
        status = find_blocks(book, err);
    if (status == STATUS_OK)
        status = note_places(book, err);
    if (status != STATUS_OK) {
        law_book_free(book);
        return status;
    }
    *out = book;
    return STATUS_OK;
}

void law_book_free(struct law_book *book)
{
    if (book == NULL)
        return;
    if (book->reader != NULL)
        ZSTD_freeDCtx(book->reader->unpacker);
    free(book->reader);
    free(book->places);
    buf_release(&book->names);
    free(book);
}

const char *law_library_version(void)
{
    return ZSTD_versionString();
}

size_t law_book_count(const struct law_book *book)
{
    return book->count;
}

const struct law_article *law_book_at(const struct law_book *book, size_t index)
{
    const struct place *place = &book->places[index];
    struct law_reader *reader = book->reader;
    assert(index < book->count);
    bool there = read_block(book, place->block);
    assert(there); /* it was when the book was opened */
    const char *number = reader->text + place->at, *title = number + strlen(number) + 1;
    reader->article = (struct law_article){.law = book->laws[place->law].name, .number = number, .title = title, .heading = (const char *)book->names.data + place->heading, .text = title + strlen(title) + 1};
    return &reader->article;
}

size_t law_book_law(const struct law_book *book, size_t index, size_t *first)
{
    assert(index < book->count);
    const struct law_span *law = &book->laws[book->places[index].law];
    *first = law->first;
    return law->count;
}

/* ---- reading citations ---- */

/* The law whose name or short name the text begins with, the longest; *len: bytes of the name. */
static const struct law_span *law_at(const struct law_book *book, const char *text, size_t *len)
{
    const struct law_span *found = NULL;
    const char *law = NULL;

    *len = 0;
    for (size_t i = 0; i < book->n_laws; i++) {
        size_t n = strlen(book->laws[i].name);
        if (n > *len && strncmp(text, book->laws[i].name, n) == 0) {
            found = &book->laws[i];
            *len = n;
        }
    }
    for (size_t i = 0; i < N_SHORT_NAMES; i++) {
        size_t n = strlen(SHORT_NAMES[i].shorter);
        if (n > *len && strncmp(text, SHORT_NAMES[i].shorter, n) == 0) {
            law = SHORT_NAMES[i].law;
            *len = n;
        }
    }
    for (size_t i = 0; law != NULL && i < book->n_laws; i++)
        if (strcmp(book->laws[i].name, law) == 0)
            found = &book->laws[i];
    return found;
}

static bool take(const char **at, const char *word)
{
    size_t len = strlen(word);
    if (strncmp(*at, word, len) != 0)
        return false;
    *at += len;
    return true;
}

static bool take_one(const char **at, const char *const words[])
{
    for (size_t i = 0; words[i] != NULL; i++)
        if (take(at, words[i]))
            return true;
    return false;
}

static void skip_blanks(const char **at)
{
    static const char *const BLANKS[] = {" ", "　", NULL};
    while (take_one(at, BLANKS))
        ;
}

/* One digit in ASCII, full width or Chinese; -1: none. */
static int take_digit(const char **at, bool *chinese)
{
    static const char *const DIGITS[][4] = {{"〇", "零", "０", NULL}, {"一", "１", NULL},       {"二", "两", "２", NULL}, {"三", "３", NULL}, {"四", "４", NULL},
                                            {"五", "５", NULL},       {"六", "６", NULL}, {"七", "７", NULL},       {"八", "８", NULL}, {"九", "９", NULL}};
    if (**at >= '0' && **at <= '9')
        return *(*at)++ - '0';
    for (int digit = 0; digit < 10; digit++) {
        const char *before = *at;
        if (!take_one(at, DIGITS[digit]))
            continue;
        *chinese = *chinese || (unsigned char)*before != 0xEF; /* of these digits only the full-width ones, U+FF10.., begin with that byte */
        return digit;
    }
    return -1;
}

/* 43, ４３, 四十三, 一百二十, 一二〇. 0: no number there. */
static int take_number(const char **at, bool *chinese)
{
    static const struct {
        const char *word;
        int value;
    } UNITS[] = {{"千", 1000}, {"百", 100}, {"十", 10}};
    int total = 0, digits = 0;
    bool pending = false;

    *chinese = false;
    for (;;) {
        int digit = take_digit(at, chinese), unit = 0;
        if (digit >= 0) {
            digits = digits * 10 + digit;
            pending = true;
            if (digits > NUMBER_MAX)
                return 0;
            continue;
        }
        for (size_t i = 0; unit == 0 && i < sizeof UNITS / sizeof UNITS[0]; i++)
            if (take(at, UNITS[i].word))
                unit = UNITS[i].value;
        if (unit == 0)
            break;
        *chinese = true;
        total += (pending && digits > 0 ? digits : 1) * unit;
        digits = 0;
        pending = false;
        if (total > NUMBER_MAX)
            return 0;
    }
    return total + digits <= NUMBER_MAX ? total + digits : 0;
}

/* Found articles in order, each once. */
struct hits {
    size_t *out;
    size_t max, count; /* count may pass max */
    uint8_t seen[ARTICLES_MAX / 8];
};

static void add_hit(struct hits *hits, size_t index)
{
    uint8_t bit = (uint8_t)(1U << (index % 8));
    if (index == SIZE_MAX || (hits->seen[index / 8] & bit) != 0)
        return;
    hits->seen[index / 8] |= bit;
    if (hits->count < hits->max)
        hits->out[hits->count] = index;
    hits->count++;
}

struct citation {
    const struct law_book *book;
    const struct law_span *law;
    struct hits *hits;
};

/* The article of that number; sub 0 or the n of 之n. */
static size_t find_article(const struct law_book *book, const struct law_span *law, int number, int sub)
{
    for (size_t i = law->first; i < law->first + law->count; i++)
        if (book->places[i].number == number && book->places[i].sub == sub)
            return i;
    return SIZE_MAX;
}

/* From article `from` to article `to`, those between with a 之 included. */
static void cite_range(const struct citation *citation, int from, int to)
{
    const struct law_book *book = citation->book;
    const struct law_span *law = citation->law;

    for (size_t i = law->first; i < law->first + law->count; i++)
        if (book->places[i].number >= from && book->places[i].number <= to)
            add_hit(citation->hits, i);
}

/* 第五款, 第（三）项 and the like, behind an article. */
static void skip_parts(const char **at)
{
    static const char *const OPEN[] = {"（", "(", NULL}, *const CLOSE[] = {"）", ")", NULL}, *const PART[] = {"款", "项", "目", NULL};
    for (;;) {
        const char *here = *at;
        bool chinese;
        take(&here, "第");
        take_one(&here, OPEN);
        if (take_number(&here, &chinese) == 0)
            return;
        take_one(&here, CLOSE);
        if (!take_one(&here, PART))
            return;
        *at = here;
    }
}

struct article_ref {
    int number, sub;
    bool sure; /* 第, 条 or digits say that it is an article's number */
};

/* Nothing that could make the number before mean something else (一年). */
static bool ends_here(const char *at)
{
    static const char *const ENDS[] = {" ", "　", ",", "，", "、", "。", "；", ")", "）", "\n", NULL};
    return *at == '\0' || take_one(&at, ENDS);
}

static bool take_ref(const struct citation *citation, const char **at, struct article_ref *ref)
{
    const char *here = *at;
    bool chinese;

    skip_blanks(&here);
    bool ordinal = take(&here, "第");
    skip_blanks(&here);
    *ref = (struct article_ref){.number = take_number(&here, &chinese)};
    if (ref->number == 0)
        return false;
    skip_blanks(&here);
    bool article = take(&here, "条");
    ref->sure = article || ordinal || !chinese;
    const char *behind = here;
    bool other;
    if (take(&here, "之") && (ref->sub = take_number(&here, &other)) > 0)
        behind = here;
    /* 刑法120-2 is 第一百二十条之二 if there is such an article, else a range. */
    here = behind;
    if (ref->sub == 0 && !chinese && !article && take(&here, "-")) {
        int sub = take_number(&here, &other);
        if (sub > 0 && find_article(citation->book, citation->law, ref->number, sub) != SIZE_MAX) {
            ref->sub = sub;
            behind = here;
        }
    }
    skip_parts(&behind);
    *at = behind;
    return true;
}

/* Numbers behind a law's name: one, a list, ranges. A list of Chinese numbers counts as far as a 条 stands behind it. */
static void read_numbers(const struct citation *citation, const char **at)
{
    static const char *const UNTIL[] = {"-", "－", "–", "—", "~", "～", "至", "到", NULL};
    static const char *const NEXT[] = {"、", "，", ",", "和", "及", "或者", "或", "以及", NULL};
    struct article_ref ref, last;
    bool first = true;

    for (const char *here = *at; take_ref(citation, &here, &ref); first = false) {
        const char *ahead = here;
        bool sure = ref.sure || (first && ends_here(here));
        while (!sure && take_one(&ahead, NEXT) && take_ref(citation, &ahead, &last))
            sure = last.sure;
        if (!sure)
            return;
        ahead = here;
        skip_blanks(&ahead);
        if (take_one(&ahead, UNTIL) && take_ref(citation, &ahead, &last) && last.number > ref.number) {
            cite_range(citation, ref.number, last.number);
            here = ahead;
        } else {
            add_hit(citation->hits, find_article(citation->book, citation->law, ref.number, ref.sub));
        }
        *at = here;
        skip_blanks(&here);
        if (!take_one(&here, NEXT))
            return;
    }
}

static void read_citations(const struct law_book *book, const char *text, struct hits *hits)
{
    static const char *const BEHIND_NAME[] = {"》", "〉", ">", "：", ":", " ", "　", NULL};
    struct citation citation = {.book = book, .hits = hits};

    for (const char *at = text; *at != '\0';) {
        size_t len;
        citation.law = law_at(book, at, &len);
        if (citation.law == NULL) {
            at++;
            continue;
        }
        at += len;
        while (take_one(&at, BEHIND_NAME))
            ;
        read_numbers(&citation, &at);
    }
}

size_t law_book_citations(const struct law_book *book, const char *text, size_t *out, size_t max)
{
    struct hits hits = {.out = out, .max = max};
    read_citations(book, text, &hits);
    return hits.count;
}

size_t law_book_cited(const struct law_book *book, const char *citation)
{
    size_t index;
    return law_book_citations(book, citation, &index, 1) > 0 ? index : SIZE_MAX;
}

/* ---- words ---- */

struct word {
    const char *text;
    const struct law_span *law; /* it is a law's short name */
};

/* Cut at blanks, in place; full-width blanks count. Returns how many. */
static size_t cut_words(const struct law_book *book, char *text, struct word words[WORDS_MAX])
{
    size_t n = 0;
    for (char *wide; (wide = strstr(text, "　")) != NULL;)
        memcpy(wide, "   ", 3);
    char *rest = NULL;
    for (char *word = strtok_r(text, " \t\n", &rest); word != NULL && n < WORDS_MAX; word = strtok_r(NULL, " \t\n", &rest)) {
        size_t len;
        const struct law_span *law = law_at(book, word, &len);
        words[n++] = (struct word){word, law != NULL && word[len] == '\0' ? law : NULL};
    }
    return n;
}

static bool has_words(const struct law_article *article, const struct word words[], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *word = words[i].text;
        bool named = words[i].law != NULL && words[i].law->name == article->law;
        if (!named && strstr(article->law, word) == NULL && strstr(article->title, word) == NULL && strstr(article->text, word) == NULL)
            return false;
    }
    return true;
}

size_t law_book_search(const struct law_book *book, const char *text, size_t *out, size_t max)
{
    struct hits hits = {.out = out, .max = max};
    char copy[WORDS_MAX_BYTES];
    struct word words[WORDS_MAX];
    size_t len = strlen(text);

    len = utf8_cut(text, len, len < sizeof copy ? len : sizeof copy - 1);
    memcpy(copy, text, len);
    copy[len] = '\0';
    read_citations(book, copy, &hits);
    size_t n = cut_words(book, copy, words);
    for (size_t i = 0; i < book->count; i++)
        if (has_words(law_book_at(book, i), words, n))
            add_hit(&hits, i);
    return hits.count;
}
