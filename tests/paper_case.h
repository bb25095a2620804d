/* tests/paper_case.h - one whole case of a made-up county for tests of papers: offices, applicant, opponents, materials, reviews, log, service, payment.
 *
 * The applicant is 阿依古丽·买买提, the handler 赵𫖯, so that every paper carries an interpunct and a character outside the basic plane. */
#ifndef TESTS_PAPER_CASE_H
#define TESTS_PAPER_CASE_H

#include "core/paper/document.h"
#include "tests/fixture.h"

struct paper_case {
    struct record kase, consultation, duty, payment, document, letter, visit, observation, opinion, complaint; /* as stored; document: form 10 issued as an example of something to serve */
    int32_t today;
};

/* Write it at the node (a center), in the scope of org `scope`. Fails the test on any error. */
void paper_case_make(struct node *node, int64_t scope, struct paper_case *out);
void paper_case_release(struct paper_case *made);
/* What a form is filled from: the case, and the record the form is about. */
struct document_source paper_case_source(const struct paper_case *made, const char *form);
/* A record of a type from "field=text" lines ended by NULL, saved as an action would. Returned record is the caller's. */
struct record paper_record(struct node *node, int64_t scope, const char *type, const char *const *fields);

#endif /* TESTS_PAPER_CASE_H */
