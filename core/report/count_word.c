/* core/report/count_word.c - figures by words: "approved.civil.group:women". One table says which dimensions a measure has and which parts a dimension has; see count.h. */
#include "core/report/count.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOKEN_BYTES = 240, TYPES_MAX = 4, OUTCOMES = 30, PART_BITS = 40 };
#define BIT(dimension) (1u << (dimension))

static const struct {
    const char *word;
    bool of_consultations;
    uint32_t dimensions;
} MEASURES[COUNT_MEASURES] = {
    [COUNT_RECEIVED] = {"received", false, BIT(DIM_ALL) | BIT(DIM_GROUP) | BIT(DIM_SOURCE)},
    [COUNT_APPROVED] = {"approved", false,
                        BIT(DIM_ALL) | BIT(DIM_GROUP) | BIT(DIM_SOURCE) | BIT(DIM_STAGE) | BIT(DIM_GROUND) | BIT(DIM_PARTY) | BIT(DIM_MATTER) | BIT(DIM_MIGRANT) | BIT(DIM_TRACK) |
                            BIT(DIM_CLASS) | BIT(DIM_RETRIAL) | BIT(DIM_TOWN) | BIT(DIM_CONSULT)},
    [COUNT_REFUSED] = {"refused", false, BIT(DIM_ALL) | BIT(DIM_REASON)},
    [COUNT_ENDED] = {"ended", false, BIT(DIM_ALL) | BIT(DIM_GROUP) | BIT(DIM_TRACK) | BIT(DIM_OUTCOME) | BIT(DIM_HANDLER)},
    [COUNT_OPEN] = {"open", false, BIT(DIM_ALL)},
    [COUNT_PEOPLE] = {"people", false, BIT(DIM_ALL) | BIT(DIM_GROUP)},
    [COUNT_RECOVERED] = {"recovered", false, BIT(DIM_ALL)},
    [COUNT_WAGES] = {"wages", false, BIT(DIM_ALL)},
    [COUNT_PERSONS] = {"persons", true, BIT(DIM_ALL) | BIT(DIM_CHANNEL) | BIT(DIM_GROUP) | BIT(DIM_TOPIC) | BIT(DIM_TOWN)},
    [COUNT_VISITORS] = {"visitors", true, BIT(DIM_ALL) | BIT(DIM_GROUP)},
    [COUNT_MATTERS] = {"matters", true, BIT(DIM_ALL) | BIT(DIM_KIND) | BIT(DIM_HANDLING)},
};

/* Which parts a dimension has. */
enum part_kind { PART_NUMBER /* 1..most */, PART_GROUP, PART_CODE, PART_OUTCOME, PART_HANDLER };

static const struct {
    const char *word;
    enum part_kind kind;
    int most, digits; /* digits: of codes that are numbers, as people write them */
} DIMENSIONS[COUNT_DIMENSIONS] = {
    [DIM_GROUP] = {"group", PART_GROUP, 0, 0},      [DIM_SOURCE] = {"source", PART_CODE, 0, 2},   [DIM_STAGE] = {"stage", PART_NUMBER, 5, 1},
    [DIM_GROUND] = {"ground", PART_NUMBER, 5, 1},   [DIM_PARTY] = {"party", PART_NUMBER, 4, 1},   [DIM_MATTER] = {"matter", PART_CODE, 0, 2},
    [DIM_MIGRANT] = {"migrant", PART_CODE, 0, 2},   [DIM_TRACK] = {"track", PART_NUMBER, 2, 1},   [DIM_OUTCOME] = {"outcome", PART_OUTCOME, 0, 1},
    [DIM_REASON] = {"reason", PART_NUMBER, 3, 1},   [DIM_HANDLER] = {"handler", PART_HANDLER, 0, 1}, [DIM_CLASS] = {"class", PART_NUMBER, 10, 1},
    [DIM_RETRIAL] = {"retrial", PART_NUMBER, 1, 1}, [DIM_TOWN] = {"town", PART_CODE, 0, 9},       [DIM_CONSULT] = {"consult", PART_NUMBER, 1, 1},
    [DIM_CHANNEL] = {"channel", PART_CODE, 0, 2},   [DIM_TOPIC] = {"topic", PART_CODE, 0, 3},     [DIM_KIND] = {"kind", PART_CODE, 0, 2},
    [DIM_HANDLING] = {"handling", PART_CODE, 0, 2},
};

static const char *const TYPES[TYPES_MAX] = {[COUNT_CRIMINAL] = "criminal", [COUNT_CIVIL] = "civil", [COUNT_ADMINISTRATIVE] = "administrative"};

static const char *const GROUPS[PG_PARTS] = {
    [PG_FEMALE] = "female", [PG_WOMAN] = "women",     [PG_DISABLED] = "disabled", [PG_DEAF_BLIND] = "deaf_blind", [PG_PEASANT] = "peasant", [PG_MIGRANT] = "migrant",
    [PG_OLD] = "old",       [PG_MINOR] = "minor",     [PG_SOLDIER] = "soldier",   [PG_MINORITY] = "minority",     [PG_FOREIGN] = "foreign", [PG_POOR] = "poor",
    [PG_OTHER] = "other",
};

static bool outcome_exists(int64_t part)
{
    static const bool EXISTS[OUTCOMES] = {
        [1] = true, [2] = true, [3] = true, [9] = true, [11] = true, [12] = true, [14] = true, [15] = true, [16] = true, [18] = true, [19] = true,
        [21] = true, [22] = true, [24] = true, [25] = true, [26] = true, [27] = true, [28] = true, [29] = true,
    };
    return part > 0 && part < OUTCOMES && EXISTS[part];
}

static bool part_exists(enum count_dimension dimension, int64_t part)
{
    switch (DIMENSIONS[dimension].kind) {
    case PART_NUMBER:
        return part >= 1 && part <= DIMENSIONS[dimension].most;
    case PART_GROUP:
        return part >= 1 && part < PG_PARTS;
    case PART_OUTCOME:
        return outcome_exists(part);
    case PART_HANDLER:
        return part / 10 >= 1 && part / 10 <= 5 && part % 10 >= 1 && part % 10 <= 5;
    case PART_CODE:
        break;
    }
    return part > 0;
}

/* ---- words to figures ---- */

struct parser {
    struct count_term *terms;
    size_t n;
    int sign;
    const char *token; /* the term being read, for messages */
    struct errmsg *err;
};

static enum status unknown(const struct parser *parser, const char *what, const char *word)
{
    return errmsg_set(parser->err, STATUS_MALFORMED, "%s: 没有叫“%s”的%s，请对照 core/report/count.h 的用词", parser->token, word, what);
}

static enum status add(struct parser *parser, int measure, int type, enum count_dimension dimension, int64_t part)
{
    bool by_type = !MEASURES[measure].of_consultations && type == 0;

    for (int t = by_type ? COUNT_CRIMINAL : type; t <= (by_type ? COUNT_ADMINISTRATIVE : type); t++) {
        if (parser->n == COUNT_TERMS_MAX)
            return errmsg_set(parser->err, STATUS_TOO_LARGE, "%s: 一格最多 %d 项，请分成几格", parser->token, COUNT_TERMS_MAX);
        parser->terms[parser->n++] = (struct count_term){count_metric((enum count_measure)measure, t, dimension, part), parser->sign};
    }
    return STATUS_OK;
}

/* 0: no such part. */
static int64_t part_of(enum count_dimension dimension, const char *word)
{
    int64_t part = 0;

    if (DIMENSIONS[dimension].kind == PART_GROUP) {
        for (int i = 1; i < PG_PARTS; i++)
            if (strcmp(GROUPS[i], word) == 0)
                part = i;
    } else {
        part = count_code(word);
    }
    return part_exists(dimension, part) ? part : 0;
}

/* "women,old" */
static enum status read_parts(struct parser *parser, int measure, int type, enum count_dimension dimension, char *text)
{
    enum status status = STATUS_OK;

    for (char *at = text; status == STATUS_OK && at != NULL;) {
        char *word = strsep(&at, ",");
        int64_t part = part_of(dimension, word);
        status = part == 0 ? unknown(parser, "取值", word) : add(parser, measure, type, dimension, part);
    }
    return status;
}

/* "group:women,old" of the measure; NULL: the whole. */
static enum status read_dimension(struct parser *parser, int measure, int type, char *text)
{
    char *word = strsep(&text, ":");

    if (word == NULL)
        return add(parser, measure, type, DIM_ALL, 0);
    for (int i = DIM_ALL + 1; i < COUNT_DIMENSIONS; i++) {
        if (strcmp(DIMENSIONS[i].word, word) != 0)
            continue;
        if (!(MEASURES[measure].dimensions & BIT(i)))
            return errmsg_set(parser->err, STATUS_MALFORMED, "%s: %s不按 %s 分", parser->token, MEASURES[measure].word, word);
        if (text == NULL)
            return errmsg_set(parser->err, STATUS_MALFORMED, "%s: %s 后面要写冒号和取值", parser->token, word);
        return read_parts(parser, measure, type, (enum count_dimension)i, text);
    }
    return unknown(parser, "案件类型或分类", word);
}

/* "approved.civil.group:women"; text is cut up. */
static enum status read_term(struct parser *parser, char *text)
{
    char *word = strsep(&text, ".");
    int measure = 0, type = 0;

    for (int i = 1; i < COUNT_MEASURES; i++)
        if (strcmp(MEASURES[i].word, word) == 0)
            measure = i;
    if (measure == 0)
        return unknown(parser, "指标", word);
    for (int i = COUNT_CRIMINAL; text != NULL && type == 0 && !MEASURES[measure].of_consultations && i < TYPES_MAX; i++) {
        size_t len = strlen(TYPES[i]);
        if (strncmp(TYPES[i], text, len) == 0 && (text[len] == '.' || text[len] == '\0')) {
            type = i;
            text = text[len] == '.' ? text + len + 1 : NULL;
        }
    }
    return read_dimension(parser, measure, type, text);
}

/* A sign or a term; `wants` says which comes next. */
static enum status read_token(struct parser *parser, char *token, bool *wants_term)
{
    char word[TOKEN_BYTES];
    bool sign = strcmp(token, "+") == 0 || strcmp(token, "-") == 0;

    if (sign && (!*wants_term || (parser->n == 0 && parser->sign == 0))) {
        parser->sign = token[0] == '+' ? 1 : -1;
        *wants_term = true;
        return STATUS_OK;
    }
    if (sign || !*wants_term)
        return errmsg_set(parser->err, STATUS_MALFORMED, "%s: 两项之间要有一个加号或减号，前后空格", token);
    if (parser->sign == 0)
        parser->sign = 1;
    *wants_term = false;
    snprintf(word, sizeof word, "%s", token);
    parser->token = token;
    return read_term(parser, word);
}

enum status count_parse(const char *text, struct count_term *terms, size_t *n, struct errmsg *err)
{
    struct parser parser = {.terms = terms, .err = err};
    bool wants_term = true;
    enum status status = STATUS_OK;

    *n = 0;
    for (const char *at = text; status == STATUS_OK && *(at += strspn(at, " ")) != '\0';) {
        char token[TOKEN_BYTES];
        size_t len = strcspn(at, " ");
        if (len >= sizeof token)
            return errmsg_set(err, STATUS_TOO_LARGE, "%.40s..: 一项最多 %d 个字节", at, TOKEN_BYTES - 1);
        memcpy(token, at, len);
        token[len] = '\0';
        status = read_token(&parser, token, &wants_term);
        at += len;
    }
    if (status == STATUS_OK && wants_term)
        status = errmsg_set(err, STATUS_MALFORMED, "%s: %s", text, text[0] == '\0' ? "没有写统计什么" : "加号或减号后面少一项");
    if (status == STATUS_OK)
        *n = parser.n;
    return status;
}

/* ---- figures to words ---- */

/* A part of a dimension of codes: packed letters, or a number with its zeros. */
static void put_code(int64_t part, int digits, char *out, size_t size)
{
    char letters[8] = "";
    size_t n = 0;
    bool packed = false;

    for (int shift = PART_BITS - 8; shift >= 0; shift -= 8) {
        char c = (char)(part >> shift & 0xFF);
        if (c == 0 && n == 0)
            continue;
        letters[n++] = c;
        packed |= (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }
    letters[n] = '\0';
    if (packed && count_code(letters) == part)
        snprintf(out, size, "%s", letters);
    else
        snprintf(out, size, "%0*" PRId64, digits, part);
}

static void put_part(enum count_dimension dimension, int64_t part, char *out, size_t size)
{
    if (DIMENSIONS[dimension].kind == PART_GROUP)
        snprintf(out, size, "%s", GROUPS[part]);
    else if (DIMENSIONS[dimension].kind == PART_CODE)
        put_code(part, DIMENSIONS[dimension].digits, out, size);
    else
        snprintf(out, size, "%" PRId64, part);
}

void count_word(int64_t metric, char out[COUNT_WORD_BYTES])
{
    int64_t measure = metric >> 50, type = metric >> 46 & 15, dimension = metric >> PART_BITS & 63, part = metric & (((int64_t)1 << PART_BITS) - 1);
    char word[COUNT_CODE_BYTES];

    snprintf(out, COUNT_WORD_BYTES, "?%" PRId64, metric);
    if (measure < 1 || measure >= COUNT_MEASURES || dimension >= COUNT_DIMENSIONS || !(MEASURES[measure].dimensions & BIT(dimension)))
        return;
    if (MEASURES[measure].of_consultations ? type != 0 : type < COUNT_CRIMINAL || type > COUNT_ADMINISTRATIVE)
        return;
    if (dimension == DIM_ALL ? part != 0 : !part_exists((enum count_dimension)dimension, part))
        return;
    int n = snprintf(out, COUNT_WORD_BYTES, "%s%s%s", MEASURES[measure].word, type != 0 ? "." : "", type != 0 ? TYPES[type] : "");
    if (dimension == DIM_ALL)
        return;
    put_part((enum count_dimension)dimension, part, word, sizeof word);
    snprintf(out + n, COUNT_WORD_BYTES - (size_t)n, ".%s:%s", DIMENSIONS[dimension].word, word);
}
