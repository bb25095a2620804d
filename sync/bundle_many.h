/* sync/bundle_many.h - `aidpostd bundle import` of several files, or of all in a folder: a stick that was passed round brings what many stations wrote, and to a station several answers.
 *
 * Each file is imported by itself, as if it were the only one; a bad one does not stop the others. In a folder the oldest is taken first, and one that goes on from what another brings is tried again after that. What is for
 * another machine, or was written by this one, is told and counts as no failure. */
#ifndef SYNC_BUNDLE_MANY_H
#define SYNC_BUNDLE_MANY_H

#include "sync/bundle_verb.h"

/* More than one file, or a folder. */
bool bundle_many_asked(const char *const *paths, size_t n);
/* Says of each file what became of it, also where it fails: verb->told. Some failed: verb->warning says so. Errors: STATUS_NOT_FOUND (no files), STATUS_IO (a folder), STATUS_NOMEM: nothing was looked at; that of the first file,
 * if none was taken and any failed. */
enum status bundle_many_import(struct bundle_verb *verb, const char *const *paths, size_t n, bool no_return, struct errmsg *err);

#endif /* SYNC_BUNDLE_MANY_H */
