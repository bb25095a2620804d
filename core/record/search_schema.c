/* core/record/search_schema.c - the tables of the search. They hold no truth: search_rebuild() makes them anew from the records.
 *
 * search_doc   one row per searchable record. doc = (day - DAY_MIN) << 18 | serial within the day, so that descending doc numbers are newest first and
 *              both the full-text index and the keys deliver hits in the order people read them, without sorting.
 *              keys: the record's keys, separated by line feeds, so that exactly these can be taken out again when the record changes.
 *              text: folded texts (utf8_fold) of the searchable fields, one line each.
 * search_text  full-text index over search_doc.text (external content: the text is stored once), maintained with explicit 'delete' and insert commands.
 *              detail=none: which record holds a bigram is enough, hits are compared with the text; columnsize=0: there is no ranking.
 * search_key   name bigrams, initials, reversed phones and document numbers (core/record/search.h).
 * search_todo  records whose row changed without a change of their own in the log (a base value folded in, a case handed over): see search_touch().
 * meta 'search_lsn' is the last change that is indexed. */
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
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_text USING fts5(text, content='search_doc', content_rowid='doc', tokenize='bigram', detail='none', columnsize=0);\n"
    "CREATE TABLE IF NOT EXISTS search_key(key TEXT NOT NULL, doc INTEGER NOT NULL, PRIMARY KEY(key, doc)) WITHOUT ROWID;\n"
    "CREATE TABLE IF NOT EXISTS search_todo(id BLOB PRIMARY KEY, type INTEGER NOT NULL) WITHOUT ROWID;\n";
