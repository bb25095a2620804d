/* tui/cli_law.c - aidpost law: articles by citation or words. Needs no store: the laws are in the program. */
#include <stdlib.h>

#include "core/aid/law.h"
#include "tui/cli.h"

enum { LAW_LIMIT = 20, LAW_TEXT_MAX_BYTES = 4096 };

static void put_article(struct cli *cli, const struct law_article *article)
{
    if (!cli->json_output) {
        buf_printf(&cli->text, "%s %s    %s\n%s\n\n", article->law, article->title, article->heading, article->text);
        return;
    }
    json_object(&cli->json);
    json_key(&cli->json, "law");
    json_string(&cli->json, article->law);
    json_key(&cli->json, "article");
    json_string(&cli->json, article->title);
    json_key(&cli->json, "heading");
    json_string(&cli->json, article->heading);
    json_key(&cli->json, "text");
    json_string(&cli->json, article->text);
    json_object_end(&cli->json);
}

static void put_articles(struct cli *cli, const struct law_book *book, const size_t *hits, size_t shown, size_t total)
{
    if (cli->json_output) {
        json_object(&cli->json);
        json_key(&cli->json, "total");
        json_int(&cli->json, (int64_t)total);
        json_key(&cli->json, "rows");
        json_array(&cli->json);
    }
    for (size_t i = 0; i < shown; i++)
        put_article(cli, law_book_at(book, hits[i]));
    if (cli->json_output) {
        json_array_end(&cli->json);
        json_object_end(&cli->json);
    } else if (shown < total) {
        cli_note(cli, "共 %zu 条，只列出 %zu 条；用 --limit N 或多写几个词", total, shown);
    } else if (total == 0) {
        cli_note(cli, "没有这样的条文；写法律名和条号（民法典188、法援法24-34），或用空格隔开的几个词");
    }
}

enum status cli_law(struct cli *cli, struct errmsg *err)
{
    struct law_book *book = NULL;
    struct buf text;
    int64_t limit;
    enum status status = cli_number(cli, "limit", LAW_LIMIT, &limit, err);

    if (status)
        return status;
    buf_init(&text, LAW_TEXT_MAX_BYTES);
    for (size_t i = 0; i < cli_arguments(cli); i++)
        buf_printf(&text, "%s%s", i > 0 ? " " : "", cli_argument(cli, i));
    status = text.status ? errmsg_set(err, STATUS_USAGE, "要找的文字过长") : law_book_open(&book, err);
    size_t most = status ? 0 : law_book_count(book);
    size_t *hits = status ? NULL : calloc(most, sizeof(hits[0]));
    if (hits) {
        size_t total = law_book_search(book, buf_cstr(&text), hits, most);
        size_t shown = limit > 0 && (size_t)limit < total ? (size_t)limit : total;
        put_articles(cli, book, hits, shown, total);
    } else if (!status) {
        status = errmsg_set(err, STATUS_NOMEM, "%s", status_text(STATUS_NOMEM));
    }
    free(hits);
    law_book_free(book);
    buf_release(&text);
    return status;
}
