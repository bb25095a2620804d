/* tests/county_rows.c - for upward_test.sh: what stands in a county and what a center above it was told, in the same words (tests/county_top.h).
 *
 *   county_rows rows COUNTY              the county's own rows, a line each
 *   county_rows changes COUNTY           "STATION-INCARNATION NUMBER" of each of its changes, a line each
 *   county_rows told TOP ORG             the rows that this org's machines told the center in TOP
 *   county_rows cells TOP ORG            the figures they told, a line each
 *   county_rows headers TOP ORG COUNTY   every change of the county is there, byte for byte; prints how many
 *   county_rows says STORE TEXT          exit 1 if nothing in the store's changes says so */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/hash.h"
#include "core/record/upward.h"
#include "tests/county_top.h"

enum { OUT_MAX_BYTES = 1 << 28 };

static struct store *open_store(const char *folder)
{
    struct store *store;
    struct errmsg err = {{0}};
    enum status status = store_open(&store, folder, STORE_READ_ONLY, &err);
    if (status == STATUS_OK)
        return store;
    fprintf(stderr, "county_rows: %s: %s\n", folder, errmsg_text(&err, status));
    exit(2);
}

static void put_changes(struct store *county, struct buf *out)
{
    struct stmt *stmt = store_prepare(county, "SELECT l.station,l.incarnation,c.seq FROM change c JOIN log l ON l.no=c.log");
    char text[UPWARD_LOG_TEXT_BYTES];
    enum status status;
    while (stmt_row(stmt, &status, NULL)) {
        struct log_id log = {.station = (uint32_t)stmt_column_int(stmt, 0)};
        size_t len;
        const uint8_t *bytes = stmt_column_blob(stmt, 1, &len);
        memcpy(log.incarnation, bytes, len < INCARNATION_BYTES ? len : INCARNATION_BYTES);
        upward_log_text(&log, text);
        buf_printf(out, "%s %lld\n", text, (long long)stmt_column_int(stmt, 2));
    }
    if (status != STATUS_OK)
        exit(2);
}

int main(int argc, char **argv)
{
    struct buf out;
    int code = 0;
    if (argc < 3 || hash_start() != STATUS_OK)
        return 2;
    struct store *store = open_store(argv[2]);
    int64_t org = argc > 3 ? atoll(argv[3]) : 0;
    buf_init(&out, OUT_MAX_BYTES);
    if (strcmp(argv[1], "rows") == 0) {
        county_rows(store, &out);
    } else if (strcmp(argv[1], "changes") == 0) {
        put_changes(store, &out);
    } else if (strcmp(argv[1], "told") == 0) {
        top_rows(store, org, &out);
    } else if (strcmp(argv[1], "cells") == 0) {
        top_cells(store, org, &out);
    } else if (strcmp(argv[1], "headers") == 0 && argc > 4) {
        struct store *county = open_store(argv[4]);
        buf_printf(&out, "%zu\n", top_headers(store, org, county));
        store_close(county);
    } else if (strcmp(argv[1], "says") == 0 && argc > 3) {
        code = top_says(store, argv[3]) ? 0 : 1;
    } else {
        code = 2;
    }
    fwrite(buf_cstr(&out), 1, out.len, stdout);
    buf_release(&out);
    store_close(store);
    return code;
}
