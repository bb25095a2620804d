/* sync/run.h - one run of aidpostd, between program.c (options, the table of verbs, what a verb needs, what is printed) and the verbs: run_serve.c, run_enrol.c, run_peer.c, run_retire.c, run_bundle.c.
 * Not for others. */
#ifndef SYNC_RUN_H
#define SYNC_RUN_H

#include <stdio.h>

#include "core/base/json.h"
#include "core/base/option.h"
#include "core/record/machine.h"
#include "sync/hub_verb.h"
#include "sync/service.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_PARTIAL = 3, PATH_BYTES = 4096 };

/* What every verb gets. */
struct run {
    struct option_set options;
    char folder[PATH_BYTES], metrics[PATH_BYTES];
    struct trace *trace;
    struct random_source random;
    struct store *store; /* opened when the verb asks for it.. */
    struct machine machine;
    struct identity identity; /* ..and loaded */
    bool has_identity;
    struct buf out; /* what goes to stdout at the end */
    struct json_writer json;
    bool wants_json;
    const char *verb;   /* its name in the table */
    bool changes;       /* the verb, as it was given, changes something: when its answer cannot be written, it was done all the same */
    bool tells_failure; /* out is to be printed although the verb failed */
    enum status failure; /* why, for --json; OK: not said */
};

/* ---- what verbs ask of their run ---- */

/* What was given with --name; NULL: nothing. Borrowed. */
const char *run_option(const struct run *run, const char *name);
/* The exit code of a failure; its name is what --json says of it. */
int run_failed(struct run *run, enum status status);
/* Where long work shows how far it is; NULL: nowhere. */
FILE *run_terminal(const struct run *run);
/* The service over the run's store and key; all in it is the run's. */
struct service run_service(struct run *run);
/* With --store: it is done at a hub, without a store of this machine. */
bool run_at_hub(const struct run *run);
/* The hub of --store, and who it is when it is new. Borrowed. */
struct hub_place run_hub(const struct run *run);
/* A member of the object that is being written. text NULL: null. */
void run_put_int(struct json_writer *json, const char *key, int64_t v);
void run_put_string(struct json_writer *json, const char *key, const char *text);

/* ---- the verbs ----
 *
 * Each appends to run->out what goes to stdout, JSON with run->wants_json, and returns an exit code; EXIT_FAILED and EXIT_USAGE come with err. What it needs (store, key, role, number of arguments) stands in
 * the table in program.c and is there when it is called. */

int run_center(struct run *run, struct errmsg *err);
int run_station(struct run *run, struct errmsg *err);
int run_once(struct run *run, struct errmsg *err);
int run_upward(struct run *run, struct errmsg *err);
int run_upward_status(struct run *run, struct errmsg *err);
int run_enrol_new(struct run *run, struct errmsg *err);
int run_enrol(struct run *run, struct errmsg *err);
int run_revoke(struct run *run, struct errmsg *err);
int run_rename(struct run *run, struct errmsg *err);
int run_settle(struct run *run, struct errmsg *err);
int run_stations(struct run *run, struct errmsg *err);
int run_status(struct run *run, struct errmsg *err);
int run_backups(struct run *run, struct errmsg *err);
int run_retire(struct run *run, struct errmsg *err);
/* All of "bundle ..", by run->verb. */
int run_bundle(struct run *run, struct errmsg *err);

#endif /* SYNC_RUN_H */
