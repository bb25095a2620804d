/* tests/bench/bare_list.c - the least a list program can be: ncursesw over the consultations of a store, by hand, without any of the project's layers.
 *
 *   bare_list FILE        Down, PgDn, End, Home; other characters are searched for (two of them) in the full-text index; F10 or q ends
 *
 * What bench_screen measures the screens against. It answers to the same keys, shows the same columns and sends what curses sends. */
#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <curses.h>
#include <sqlite3.h>

#include "core/record/tokenizer.h"

enum { ROWS = 18, TOP = 3, TEXT_BYTES = 400, WORD_BYTES = 7 };

struct row {
    int64_t day, n;
    char text[TEXT_BYTES];
};

struct list {
    sqlite3 *db;
    sqlite3_stmt *after, *first, *last, *found;
    struct row rows[ROWS];
    int n_rows, chosen;
};

#define COLUMNS "date,n,strftime('%Y-%m-%d',date*86400,'unixepoch')||'  '||name||'  '||coalesce(phone,'')||'  '||coalesce(category,'')||'  '||substr(content,1,20)"

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", sql, sqlite3_errmsg(db));
        exit(1);
    }
    return stmt;
}

static void open_list(struct list *list, const char *path)
{
    if (sqlite3_open_v2(path, &list->db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK || tokenizer_register(list->db) != STATUS_OK)
        exit(1);
    list->first = prepare(list->db, "SELECT " COLUMNS " FROM consultation WHERE gone=0 ORDER BY date DESC,n DESC LIMIT ?1");
    list->last = prepare(list->db, "SELECT " COLUMNS " FROM consultation WHERE gone=0 ORDER BY date,n LIMIT ?1");
    list->after = prepare(list->db, "SELECT " COLUMNS " FROM consultation WHERE gone=0 AND (date,n)<(?2,?3) ORDER BY date DESC,n DESC LIMIT ?1");
    list->found = prepare(list->db, "SELECT day,doc,strftime('%Y-%m-%d',day*86400,'unixepoch')||'  '||title||'  '||substr(text,1,30) FROM search_doc WHERE doc IN "
                                    "(SELECT rowid FROM search_text WHERE search_text MATCH ?2 ORDER BY rowid DESC LIMIT ?1) ORDER BY doc DESC");
}

static void fetch(struct list *list, sqlite3_stmt *stmt)
{
    int n = 0;
    sqlite3_bind_int(stmt, 1, ROWS);
    while (n < ROWS && sqlite3_step(stmt) == SQLITE_ROW) {
        const unsigned char *text = sqlite3_column_text(stmt, 2);
        list->rows[n].day = sqlite3_column_int64(stmt, 0);
        list->rows[n].n = sqlite3_column_int64(stmt, 1);
        snprintf(list->rows[n].text, TEXT_BYTES, "%s", text == NULL ? "" : (const char *)text);
        n++;
    }
    sqlite3_reset(stmt);
    list->n_rows = n;
    list->chosen = 0;
}

static void draw(const struct list *list)
{
    for (int i = 0; i < ROWS; i++) {
        move(TOP + i, 0);
        clrtoeol();
        if (i < list->n_rows)
            mvprintw(TOP + i, 0, "%c %2d %.120s", i == list->chosen ? '>' : ' ', i + 1, list->rows[i].text);
    }
    move(TOP + list->chosen, 0);
    refresh();
}

static void page_down(struct list *list)
{
    if (list->n_rows == 0)
        return;
    sqlite3_bind_int64(list->after, 2, list->rows[list->n_rows - 1].day);
    sqlite3_bind_int64(list->after, 3, list->rows[list->n_rows - 1].n);
    fetch(list, list->after);
}

static void find(struct list *list, const char *word)
{
    char match[32];
    snprintf(match, sizeof match, "\"%s\"", word);
    sqlite3_bind_text(list->found, 2, match, -1, SQLITE_TRANSIENT);
    fetch(list, list->found);
}

/* Two Chinese characters, then it is looked for. */
static void type(struct list *list, int byte, char word[WORD_BYTES], size_t *len)
{
    word[(*len)++] = (char)byte;
    word[*len] = '\0';
    if (*len < WORD_BYTES - 1)
        return;
    find(list, word);
    *len = 0;
}

int main(int argc, char **argv)
{
    struct list list = {0};
    char word[WORD_BYTES];
    size_t len = 0;
    if (argc != 2)
        return 2;
    setlocale(LC_ALL, "C.UTF-8");
    open_list(&list, argv[1]);
    fetch(&list, list.first);
    initscr();
    raw();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    mvprintw(0, 1, "咨询");
    mvprintw(23, 1, "Down PgDn End Home F10");
    draw(&list);
    for (int key = getch(); key != KEY_F(10) && key != 'q' && key != ERR; key = getch()) {
        if (key == KEY_DOWN && list.chosen + 1 < list.n_rows)
            list.chosen++;
        else if (key == KEY_UP && list.chosen > 0)
            list.chosen--;
        else if (key == KEY_NPAGE)
            page_down(&list);
        else if (key == KEY_HOME)
            fetch(&list, list.first);
        else if (key == KEY_END)
            fetch(&list, list.last);
        else if (key >= 0x80 && key < 0x100)
            type(&list, key, word, &len);
        else
            continue;
        if (len == 0)
            draw(&list);
    }
    endwin();
    return 0;
}
