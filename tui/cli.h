/* tui/cli.h - the headless verbs of aidpost: one table of verbs, one context they share.
 *
 * A verb gets a context whose store is open as its row in the table asks, gathers its answer in cli->text (JSON through cli->json when --json was given)
 * and returns a status; cli_run prints the answer to stdout, messages to stderr and turns the status into the exit code:
 * 0 done, 1 failed (nothing changed), 2 wrong usage, 3 done in part. With --json stdout gets exactly one object, on failure {"error","message"}. */
#ifndef TUI_CLI_H
#define TUI_CLI_H

#include <limits.h>
#include <stdio.h>

#include "core/base/bytes.h"
#include "core/base/json.h"
#include "core/base/option.h"
#include "core/record/code_book.h"
#include "core/record/records.h"

enum { CLI_EXIT_DONE = 0, CLI_EXIT_FAILED = 1, CLI_EXIT_USAGE = 2, CLI_EXIT_PART = 3, CLI_SECRET_MAX_BYTES = 4096 };

struct cli;
struct case_action;

/* What main.c lends: the system. */
struct cli_system {
    FILE *in, *out, *err;
    struct random_source random;
    int64_t (*now_ms)(void *clock);
    void *clock;
    /* The screens on the open store; NULL: there are none in this program. */
    enum status (*screens)(struct cli *cli, struct errmsg *err);
};

enum cli_open {
    CLI_NO_STORE, /* the verb opens or makes stores itself */
    CLI_STORE     /* store, machine, actor, code book */
};

struct cli {
    const struct cli_system *system;
    struct option_set options;
    char folder[PATH_MAX];
    bool json_output;
    bool progress_shown;
    struct store *store;     /* NULL until cli_open_store */
    struct machine machine;
    struct actor actor;
    char account[ACTOR_NAME_MAX_BYTES]; /* by which account the actor works; "": the Unix user */
    bool tour;               /* the screens begin with the practice tour */
    bool for_screens;        /* cli_open_store may leave signing in to the screens: then ask_account is set and the actor is nobody */
    const char *ask_account; /* sign in on the screens; the name if --as gave one, else ""; NULL: not needed */
    struct code_book *codes; /* NULL until cli_open_store */
    struct buf text;         /* what goes to stdout */
    struct json_writer json; /* over text */
    struct buf scratch;
    FILE *secrets;           /* where passwords come from, opened at the first need */
    bool wrote;              /* the verb changed records */
    bool flushed;            /* part of the answer has left */
    bool answered;           /* the verb failed, but its answer stands in text (verify with problems) */
};

struct cli_verb {
    const char *name;
    const char *arguments; /* for the help */
    const char *help;      /* one line */
    const char *options;   /* names it takes beside the common ones, separated by blanks */
    int min_arguments, max_arguments;
    enum cli_open open;
    enum status (*run)(struct cli *cli, struct errmsg *err);
};

/* Run one command line; argv[0] is the program. Returns the exit code. Nothing of the arguments is kept. */
int cli_run(const struct cli_system *system, int argc, char *const argv[]);

/* --- for the verbs --- */
/* Argument n (0 is the first behind the verb), NULL if there are fewer. */
const char *cli_argument(const struct cli *cli, size_t n);
size_t cli_arguments(const struct cli *cli);
/* Open <folder>: store, machine, actor (--as or the Unix user), code book. Closes what was open before. */
enum status cli_open_store(struct cli *cli, const char *folder, struct errmsg *err);
void cli_close_store(struct cli *cli);
/* By name or label. Errors: STATUS_USAGE with the names there are. */
enum status cli_type(const char *name, const struct record_type **type, struct errmsg *err);
/* The record that argument n names by its id or the beginning of it. Errors: STATUS_NOT_FOUND, STATUS_MALFORMED, STATUS_INVALID (several begin so). */
enum status cli_load(struct cli *cli, size_t n, struct record *record, struct errmsg *err);
enum { CLI_FIELD_BYTES = 128 };

/* The field's name of "name=value"; *value is behind the sign. Errors: STATUS_USAGE. */
enum status cli_split_assignment(const char *text, char name[CLI_FIELD_BYTES], const char **value, struct errmsg *err);
/* From argument first on each "name=value" gives a field of its own: of two of one name nobody can tell which was meant. Errors: STATUS_USAGE. O(n^2). */
enum status cli_once_each(const struct cli *cli, size_t first, struct errmsg *err);
/* The text for a field that points at another record: the whole number for its first digits or for an org's code or name, else the text itself. Borrowed: text or out. */
const char *cli_reference(struct cli *cli, const struct field_def *field, const char *text, char out[ID_TEXT_BYTES]);
/* Set "field=value" on a record. Errors: STATUS_USAGE (no such field, no '='), or record_parse's, naming the field. */
enum status cli_assign(struct cli *cli, struct record *record, const char *assignment, struct errmsg *err);
/* One line of the password source (--password-file, else stdin; asked without echo on a terminal). Errors: STATUS_USAGE when there is none. */
enum status cli_secret(struct cli *cli, const char *question, struct buf *out, struct errmsg *err);
/* Write out what has been gathered once it is large. */
enum status cli_flush(struct cli *cli, struct errmsg *err);
/* A line on stderr; not shown with --json unless it matters is the caller's choice. */
void cli_note(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Progress bar on stderr when that is a terminal; done == all ends it. */
void cli_progress(struct cli *cli, const char *what, size_t done, size_t all, uint64_t count);
/* "YYYY-MM-DDTHH:MM:SS+08:00" */
void cli_time(int64_t unix_ms, char out[32]);
void cli_json_id(struct cli *cli, const char *key, struct id id);
/* The office's day now. */
int32_t cli_today(const struct cli *cli);
/* A non-negative number given as an option; `otherwise` if it is absent. Errors: STATUS_USAGE. */
enum status cli_number(struct cli *cli, const char *option, int64_t otherwise, int64_t *out, struct errmsg *err);

/* The kinds of report, each with what it takes. Appends. */
void cli_report_help(struct buf *out);

/* The tables, for the manual: the i-th verb (NULL behind the last), all options, the names of those that every verb takes. */
const struct cli_verb *cli_verb_at(size_t index);
const struct option_def *cli_option_table(void);
const char *cli_common_options(void);

/* The verbs, by file. */
enum status cli_manual(struct cli *cli, struct errmsg *err);
enum status cli_completion(struct cli *cli, struct errmsg *err);
enum status cli_doctor(struct cli *cli, struct errmsg *err);
enum status cli_list(struct cli *cli, struct errmsg *err);
enum status cli_get(struct cli *cli, struct errmsg *err);
/* set TYPE --where (first 0) and do delete TYPE --where (first 1). */
enum status cli_bulk(struct cli *cli, bool deletes, size_t first, struct errmsg *err);
/* do transfer|share|unshare case --where. */
enum status cli_hand_bulk(struct cli *cli, const struct case_action *action, struct errmsg *err);
enum status cli_undo_bulk(struct cli *cli, struct errmsg *err);
enum status cli_bulks(struct cli *cli, struct errmsg *err);
enum status cli_history(struct cli *cli, struct errmsg *err);
enum status cli_search(struct cli *cli, struct errmsg *err);
enum status cli_count(struct cli *cli, struct errmsg *err);
enum status cli_set(struct cli *cli, struct errmsg *err);
enum status cli_add(struct cli *cli, struct errmsg *err);
enum status cli_do(struct cli *cli, struct errmsg *err);
/* Append the names of all it does, divided by blanks, for the shell to complete. */
void cli_do_words(struct buf *out);
enum status cli_actions(struct cli *cli, struct errmsg *err);
enum status cli_import(struct cli *cli, struct errmsg *err);
enum status cli_export(struct cli *cli, struct errmsg *err);
enum status cli_user(struct cli *cli, struct errmsg *err);
enum status cli_share(struct cli *cli, struct errmsg *err);
enum status cli_signins(struct cli *cli, struct errmsg *err);
enum status cli_rule(struct cli *cli, struct errmsg *err);
enum status cli_deadline(struct cli *cli, struct errmsg *err);
enum status cli_report(struct cli *cli, struct errmsg *err);
/* Append the names of all reports and of what is done with them, divided by blanks. */
void cli_report_words(struct buf *out);
enum status cli_ledger(struct cli *cli, struct errmsg *err);
enum status cli_todo(struct cli *cli, struct errmsg *err);
enum status cli_pace(struct cli *cli, struct errmsg *err);
enum status cli_leave(struct cli *cli, struct errmsg *err);
enum status cli_erase(struct cli *cli, struct errmsg *err);
enum status cli_erasures(struct cli *cli, struct errmsg *err);
enum status cli_moved(struct cli *cli, struct errmsg *err);
enum status cli_flagged(struct cli *cli, struct errmsg *err);
enum status cli_conflicts(struct cli *cli, struct errmsg *err);
enum status cli_resolve(struct cli *cli, struct errmsg *err);
enum status cli_lookup(struct cli *cli, struct errmsg *err);
enum status cli_lookups(struct cli *cli, struct errmsg *err);
enum status cli_related(struct cli *cli, struct errmsg *err);
enum status cli_init(struct cli *cli, struct errmsg *err);
enum status cli_verify(struct cli *cli, struct errmsg *err);
enum status cli_backup(struct cli *cli, struct errmsg *err);
enum status cli_restore(struct cli *cli, struct errmsg *err);
enum status cli_dump(struct cli *cli, struct errmsg *err);
enum status cli_types(struct cli *cli, struct errmsg *err);
enum status cli_fields(struct cli *cli, struct errmsg *err);
enum status cli_candidates(struct cli *cli, struct errmsg *err);
enum status cli_fairness(struct cli *cli, struct errmsg *err);
enum status cli_law(struct cli *cli, struct errmsg *err);
enum status cli_volunteers(struct cli *cli, struct errmsg *err);
enum status cli_volunteer(struct cli *cli, struct errmsg *err);
enum status cli_network(struct cli *cli, struct errmsg *err);
enum status cli_duty(struct cli *cli, struct errmsg *err);
enum status cli_check_id(struct cli *cli, struct errmsg *err);
enum status cli_duplicates(struct cli *cli, struct errmsg *err);
enum status cli_interest(struct cli *cli, struct errmsg *err);
enum status cli_eligibility(struct cli *cli, struct errmsg *err);
enum status cli_eval(struct cli *cli, struct errmsg *err);
enum status cli_event(struct cli *cli, struct errmsg *err);
enum status cli_campaign(struct cli *cli, struct errmsg *err);
enum status cli_outreach(struct cli *cli, struct errmsg *err);
enum status cli_quick(struct cli *cli, struct errmsg *err);
enum status cli_tally(struct cli *cli, struct errmsg *err);
enum status cli_stock(struct cli *cli, struct errmsg *err);
enum status cli_assess(struct cli *cli, struct errmsg *err);
enum status cli_demo(struct cli *cli, struct errmsg *err);
enum status cli_practice(struct cli *cli, struct errmsg *err);
enum status cli_tour(struct cli *cli, struct errmsg *err);
/* From the first screen of a machine that is nobody yet: the practice station in its usual place, whatever --data says. */
enum status cli_practice_begin(struct cli *cli, struct errmsg *err);
enum status cli_document(struct cli *cli, struct errmsg *err);
enum status cli_visits(struct cli *cli, struct errmsg *err);
enum status cli_complaints(struct cli *cli, struct errmsg *err);
/* Actions of `do` on a document; their fields are the arguments from 2 on. */
enum status cli_do_serve(struct cli *cli, const struct record *document, struct errmsg *err);
enum status cli_do_void(struct cli *cli, const struct record *document, struct errmsg *err);

/* Actions of cli_do on people: "do merge ID with=ID take=.. reason=..", "do not-same ID with=ID", "do unmerge ID". */
enum status cli_do_merge(struct cli *cli, const struct record *person, struct errmsg *err);
enum status cli_do_unmerge(struct cli *cli, const struct record *record, struct errmsg *err);
enum status cli_do_not_same(struct cli *cli, const struct record *person, struct errmsg *err);

/* The files of a store that nobody has open. What cannot be removed is left. */
void cli_unlink_store(const char *folder);
/* Make a center's store in folder, which must hold none, with its orgs (orgs: TSV bytes or NULL). For init and demo. Errors: STATUS_USAGE (name, area), STATUS_EXISTS (there is one), STATUS_BUSY (somebody makes one there
 * just now), STATUS_INVALID and the like (orgs; the line is named), storage; the folder is as it was. */
enum status cli_make_center(struct cli *cli, const char *folder, const char *name, const char *area, bool practice, const void *orgs, size_t orgs_len, int64_t *n_orgs,
                            struct errmsg *err);

#endif /* TUI_CLI_H */
