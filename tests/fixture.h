/* tests/fixture.h - stores for tests: a center and stations in memory, with made-up orgs, and records made in one line. */
#ifndef TESTS_FIXTURE_H
#define TESTS_FIXTURE_H

#include "core/record/code_book.h"
#include "core/record/peer.h"
#include "core/record/records.h"
#include "core/record/replica.h"

struct node {
    struct store *store;
    struct machine machine;
    struct actor actor;
    struct code_book *codes; /* shared, borrowed */
    struct random_source random;
    struct peer peer; /* stations: as the center knows it */
};

/* A center (org 1) with orgs 2..orgs+1 named 站2.. and one enrolled station of each, all in memory (folder NULL) or in folder/center, folder/2.. */
struct world {
    struct node center;
    struct node stations[8];
    size_t n_stations;
    struct code_book *codes;
    uint64_t seed;
};

void world_open(struct world *world, size_t n_stations, const char *folder);
void world_close(struct world *world);
/* One whole session: push everything, then pull everything. Fails the test on any error. Adds up the results. */
struct replica_result world_sync(struct world *world, size_t station);
/* Rows and conflicts as text; free() it. */
char *node_dump(struct node *node);
/* verify_store must be clean. */
void node_verify(struct node *node);
/* How many problems verify_store tells of; each has to name `word`. */
int node_problems(struct node *node, const char *word);
/* How often the text stands in the file; 0: there is no such file. */
int test_file_holds(const char *path, const char *text);
/* How often the text's bytes stand in a machine's files, folder/machine: database, log, index of the log, journal. */
int machine_files_hold(const char *folder, unsigned machine, const char *text);
/* What stands there now; buf_release() it. */
void node_keep(struct node *node, struct buf *image);
/* The node's store, one in memory, as it was kept; nobody is told. */
void node_restore(struct node *node, const struct buf *image);
/* The same, on a branch of its own, which is what core/record/guard.h does when it finds out. incarnation: of the new log, different each time. */
void node_put_back(struct node *node, const struct buf *image, uint8_t incarnation);
/* A consultation with this content; returns its id. */
struct id node_consult(struct node *node, const char *name, const char *content);
/* A record of "field=value" texts as people write them, up to NULL; saved as an action would, so that any field may be given. Fails the test on any error. */
struct id node_make(struct node *node, const char *type, ...) __attribute__((sentinel));
/* Somebody of that role who sits at the node, not its owner. */
struct actor node_person(const struct node *node, const char *name, enum actor_role role);
/* "field=id" for node_make; of the last eight calls. */
const char *node_ref(const char *field, struct id id);
void node_set(struct node *node, const char *type, struct id id, const char *field, const char *text);
/* The field's text of a row; "" if null; NULL if the row is not visible. Owned by the caller: free(). */
char *node_get(struct node *node, const char *type, struct id id, const char *field);
int64_t node_conflicts(struct node *node);
/* The whole number that a query of one row has in its first column. Fails the test if there is none. */
int64_t node_number(struct node *node, const char *sql);
/* How many hits the search has for the text, 100 at most, in the eyes of whoever sits there. Fails the test on any error. */
int node_found(struct node *node, const char *text);
/* The space of what was erased there is free; fails the test unless all of it is. */
void node_finish_erasing(struct node *node);
/* The name of the node's own log. */
struct log_id node_log(const struct node *node);
/* The last `n` changes of the node's store, oldest first: 'm' for one that says that the next belongs to the same transaction, '.' for one that does not. out: n + 1 bytes. */
void node_last_changes(struct node *node, size_t n, char *out);

/* A folder that a test made, with all that is in it. */
void test_folder_remove(const char *folder);

#endif /* TESTS_FIXTURE_H */
