/* tests/simulate/oracle_impl.h - between the files of the oracle (oracle.c says what each looks at). All of them stop at the first thing found wrong (world->failed). */
#ifndef TESTS_SIMULATE_ORACLE_IMPL_H
#define TESTS_SIMULATE_ORACLE_IMPL_H

#include "tests/simulate/world.h"

/* Lines of rows, conflicts and shares: as they should be, and as they are. */
struct oracle_texts {
    struct buf rows, conflicts, shares, is_rows, is_conflicts, is_shares;
};

void oracle_texts_init(struct oracle_texts *texts);
void oracle_texts_release(struct oracle_texts *texts);
/* Of a machine's rows and shares, as lines: the rows that this org is to have. */
void oracle_rows_of_org(const char *rows, const char *shares, int64_t org, struct buf *out);
/* Fails with the first line that differs. */
void oracle_compare(struct world *world, const char *what, const char *expected, const char *actual);

/* Changes of the machine's log above lsn `from`, checked one by one; *last: where it ended. */
void oracle_look_from(struct world *world, size_t m, int64_t from, struct uid_set *found, int64_t *last);
/* Some state of some machine came twice. */
bool oracle_has_copies(const struct world *world);
/* Its store may object to an own change for somebody else's org. */
bool oracle_holds_foreign(struct world *world, size_t m);

/* At rest. */
void oracle_check_held(struct world *world, const struct uid_set *held);
void oracle_check_numbers(struct world *world);
void oracle_check_chains(struct world *world);
/* Appends what the center has to `rows` and `shares`, all of it, for oracle_check_station. */
void oracle_check_model(struct world *world, struct buf *rows, struct buf *shares);
void oracle_check_station(struct world *world, size_t m, const char *center_rows, const char *center_shares);
void oracle_check_content(struct world *world, size_t m);
void oracle_check_verify(struct world *world, size_t m);

#endif /* TESTS_SIMULATE_ORACLE_IMPL_H */
