/* core/record/search_schema.c - the tables of the search. They hold no truth: search_rebuild() makes them anew from the records.
 *
 * search_doc   one row per searchable record. doc = (day - DAY_MIN) << 18 | serial within the day, so that descending doc numbers are newest first and
 *              the index delivers hits in the order people read them, without sorting.
 *              keys: lines as core/record/tokenizer.h describes: names, initials, reversed phone and document numbers.
 *              text: folded texts (utf8_fold) of the searchable fields, one line each.
 * search_text  full-text index over both columns (external content: they are stored once), maintained with explicit 'delete' and insert commands.
 *              detail=none: which record holds a token is enough, hits are compared with the text; columnsize=0: there is no ranking.
 * search_todo  records whose row changed without a new change in the log (search_touch).
 * meta 'search_lsn' is the last change that is indexed.
 *
 * Why the keys are tokens of the same index and not rows of a B-tree: keys arrive in random order, and a million names of six keys in a B-tree of 100 MB
 * cost a page written for nearly each of them; the index merges sorted runs instead, keeps a key's records as short differences, and answers a
 * word that may be text or key with one query, newest first. */
#include "core/record/search_schema.h"

const char SEARCH_SCHEMA[] =
    "CREATE TABLE IF NOT EXISTS search_doc(\n"
    "  doc INTEGER PRIMARY KEY,\n"
    "  type INTEGER NOT NULL,\n"
    "  scope INTEGER NOT NULL,\n"
    "  day INTEGER NOT NULL,\n"
    "  id BLOB NOT NULL UNIQUE,\n"
    "  title TEXT NOT NULL,\n"
    "  keys TEXT NOT NULL,\n"
    "  text TEXT NOT NULL);\n"
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_text USING fts5(text, keys, content='search_doc', content_rowid='doc', tokenize='bigram', detail='none', columnsize=0);\n"
    "CREATE TABLE IF NOT EXISTS search_todo(id BLOB PRIMARY KEY, type INTEGER NOT NULL) WITHOUT ROWID;\n";
