/* tests/people.h - a center and two stations with a person for each role a case meets, and cases that they have brought some way. Days are 2026-01-01 (a Thursday and holiday) and later. */
#ifndef TESTS_PEOPLE_H
#define TESTS_PEOPLE_H

#include "tests/case_act.h"

/* 李收 (station), 吴愿 (volunteer), 王初 (clerk), 赵审 (reviewer), 钱批 (director), 孙局 (bureau), 周档 (archivist), 郑管 (admin), 冯审 (auditor). */
struct people {
    struct world world;
    struct actor station, clerk, reviewer, director, bureau, archivist, volunteer, admin, auditor;
};

/* For cmocka: *state is the people. */
int people_open(void **state);
int people_close(void **state);
/* A received case of station 1, synced to the center. */
struct id people_received(struct people *people);
/* Found within the law by three people at the center; then assigned, and agreed with the applicant. */
void people_granted(struct people *people, struct id *id);
void people_handled(struct people *people, struct id *id);

#endif /* TESTS_PEOPLE_H */
