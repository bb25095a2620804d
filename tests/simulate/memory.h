/* tests/simulate/memory.h - SQLite set up for one thread that opens and closes millions of cursors. */
#ifndef TESTS_SIMULATE_MEMORY_H
#define TESTS_SIMULATE_MEMORY_H

/* For this process, before the first store: SQLite takes no locks and has its memory from here. Whatever it refuses stays as it was. */
void memory_for_one_thread(void);

#endif /* TESTS_SIMULATE_MEMORY_H */
