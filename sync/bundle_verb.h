/* sync/bundle_verb.h - `aidpostd bundle ...`: files in, files out, and what to tell the person with the stick. */
#ifndef SYNC_BUNDLE_VERB_H
#define SYNC_BUNDLE_VERB_H

#include <stdio.h>

#include "core/base/option.h"
#include "core/record/machine.h"
#include "sync/handover.h"

struct bundle_verb {
    struct handover handover;
    const struct machine *machine;
    FILE *terminal; /* where long work shows a bar; NULL: nowhere */
    bool json;           /* one object, else lines for people */
    struct buf *out;     /* stdout */
    bool own;            /* import: what was refused is a file that this machine wrote itself */
    bool told;           /* out has something to say although the verb failed */
    struct buf *warning; /* stderr, when the verb did its main work but not all; empty: it did */
};

/* "export", "import", .. with what was typed behind it (options as program.c's table has them; argument 0 is the verb's
 * first word). Errors: STATUS_USAGE, and those below. */
enum status bundle_verb_run(struct bundle_verb *verb, const char *name, const struct option_set *options,
                            struct errmsg *err);

/* Appends to out also when it fails, if json asks for it (a gap). Errors: as in handover.h and bundle_file.h. */
enum status bundle_verb_export(struct bundle_verb *verb, const char *path, struct handover_range range,
                               struct errmsg *err);
/* At the center with an answer beside the file, unless no_return; at a station the center's answer, or a file to carry
 * on. */
enum status bundle_verb_import(struct bundle_verb *verb, const char *path, bool no_return, struct errmsg *err);
/* What this machine carries for others. */
enum status bundle_verb_relays(struct bundle_verb *verb, struct errmsg *err);
/* Station: write the answers kept for machines without a network into a folder, each under its machine's check digits.
 */
enum status bundle_verb_returns(struct bundle_verb *verb, const char *folder, struct errmsg *err);
/* Remove a carried file, named by the first digits of its id. Errors: STATUS_NOT_FOUND, STATUS_INVALID (several). */
enum status bundle_verb_forget(struct bundle_verb *verb, const char *id, struct errmsg *err);

#endif /* SYNC_BUNDLE_VERB_H */
