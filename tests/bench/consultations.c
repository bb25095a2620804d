/* tests/bench/consultations.c - consultations to measure with, as JSON lines for aidpost import: 600 bytes of values each, 110 Chinese characters of free text on average, nobody's.
 *
 *   consultations FIRST COUNT      the same numbers give the same lines
 *
 * Free text is made of pieces of two to nine characters of the practice questions, so that characters and words are as frequent as in real ones and no sentence comes twice. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/day.h"
#include "core/base/id.h"
#include "core/base/utf8.h"
#include "core/data/data.h"

enum { CHARS_MAX = 60000, CONTENT_LEAST = 60, CONTENT_MORE = 100, FIRST_DAY = 20454 /* 2026-01-01 */, EVERY_DAY = 40 };

struct generator {
    const char *at[CHARS_MAX]; /* each character of the practice questions */
    size_t n;
    struct random_source random;
    uint64_t seed;
};

static uint64_t below(struct generator *generator, uint64_t n)
{
    return random_below(generator->random, n);
}

static void load(struct generator *generator)
{
    const struct data_file *file = data_find("practice_texts.txt");

    for (const char *at = file->text; *at != 0 && generator->n < CHARS_MAX; at++)
        if ((unsigned char)*at >= 0xe0) /* Chinese, three bytes */
            generator->at[generator->n++] = at;
}

static void put_text(struct generator *generator, size_t chars)
{
    while (chars > 0) {
        size_t piece = 2 + (size_t)below(generator, 8), at = (size_t)below(generator, generator->n - 16);

        for (; piece > 0 && chars > 0; piece--, chars--)
            printf("%.3s", generator->at[at++]);
    }
}

/* The n-th column of a random line of a table. */
static void put_cell(struct generator *generator, const char *table)
{
    const struct data_file *file = data_find(table);
    const char *at = file->text + below(generator, file->len - 64);

    at = strchr(at, '\n') + 1;
    printf("%.*s", (int)strcspn(at, "\t\n"), at);
}

static void put_name(struct generator *generator)
{
    put_cell(generator, "surnames.tsv");
    for (uint64_t n = 1 + below(generator, 3) / 2; n < 3; n++)
        put_cell(generator, "given_names.tsv");
}

/* GB 11643: a number of nobody (its sequence numbers are those of people over a hundred). */
static void put_id_no(struct generator *generator, int32_t born)
{
    static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    char digits[18], day[DAY_TEXT_BYTES];
    int sum = 0;

    day_format(born, day);
    snprintf(digits, sizeof digits, "320117%.4s%.2s%.2s%03u", day, day + 5, day + 8, 996 + (unsigned)below(generator, 4));
    for (int i = 0; i < 17; i++)
        sum += (digits[i] - '0') * weights[i];
    printf("\"id_no\":\"%s%c\",", digits, "10X98765432"[sum % 11]);
}

static void put_line(struct generator *generator, uint64_t n)
{
    static const char *const answers[] = {"告知当事人收集劳动合同、考勤记录、工资条等证据，可向劳动监察大队投诉。", "建议先行调解，调解不成的可向人民法院起诉。", "符合法律援助条件，指导填写申请表并提交经济困难说明。",
                                          "告知仲裁时效为一年，应尽快申请劳动争议仲裁。", "已解答，当事人表示清楚。", "建议向村委会申请调解，并保留书面材料。"};
    static const char *const kinds[] = {"劳动纠纷", "婚姻家庭", "交通事故", "债权债务", "合同纠纷", "房产纠纷"};
    char day[DAY_TEXT_BYTES];

    generator->seed = n * 7919 + 11;
    day_format(FIRST_DAY + (int32_t)(n / EVERY_DAY % 330), day);
    printf("{\"date\":\"%s\",\"name\":\"", day);
    put_name(generator);
    printf("\",\"phone\":\"1540%07llu\",", (unsigned long long)below(generator, 10000000));
    if (below(generator, 3) > 0)
        put_id_no(generator, (int32_t)(below(generator, 20000) - 9000));
    printf("\"town\":\"32011700%llu\",\"category\":\"%s\",\"content\":\"", 1 + (unsigned long long)below(generator, 5), kinds[below(generator, 6)]);
    put_text(generator, CONTENT_LEAST + (size_t)below(generator, CONTENT_MORE));
    printf("\",\"answer\":\"%s\",\"persons\":\"%llu\",\"matters\":\"1\",\"minutes\":\"%llu\",\"station\":\"永阳街道法律援助工作站\",\"worker\":\"%s\"}\n", answers[below(generator, sizeof answers / sizeof *answers)], 1 + (unsigned long long)below(generator, 2),
           5 * (1 + (unsigned long long)below(generator, 12)), below(generator, 2) ? "刘敏" : "陈志强");
}

int main(int argc, char *argv[])
{
    static struct generator generator;

    if (argc != 3) {
        fprintf(stderr, "usage: consultations FIRST COUNT\n");
        return 2;
    }
    generator.random = random_seeded(&generator.seed);
    load(&generator);
    for (uint64_t n = (uint64_t)atoll(argv[1]), end = n + (uint64_t)atoll(argv[2]); n < end; n++)
        put_line(&generator, n);
    return 0;
}
