/* tests/county_top.h - what stands at the top and what stands in the county, in the same words, so that a test can compare them: rows, chains, figures. The top is any center's store that took in what a county told
 * (core/record/upward.h): these readers know the format and nothing of a hub's own tables. */
#ifndef TESTS_COUNTY_TOP_H
#define TESTS_COUNTY_TOP_H

#include "core/base/bytes.h"
#include "core/record/store.h"

/* A line for each row that is there, "TYPE ID ORG FIELD=VALUE.." (type and fields by their numbers), sorted by id: of the county's own tables, and as it was told by the machines of that org of the hub. Appended to out. Fails the test on any error. */
void county_rows(struct store *county, struct buf *out);
void top_rows(struct store *top, int64_t org, struct buf *out);
/* A line for each report told, "REPORT PERIOD ORG FROM UNTIL FIGURES", sorted. */
void top_cells(struct store *top, int64_t org, struct buf *out);
/* Every change that the county has now was told, its header byte for byte; returns how many there are. Fails the test if not. */
size_t top_headers(struct store *top, int64_t org, struct store *county);
/* The chain of every log, made from what was told, ends in the county's own value: for a county that lost nothing and whose logs have no parents. Returns how many logs there are. Fails the test if not. */
size_t top_chains(struct store *top, int64_t org, struct store *county);
/* Whether any change of the county at the top still says this. */
bool top_says(struct store *top, const char *text);

#endif /* TESTS_COUNTY_TOP_H */
