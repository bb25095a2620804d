/* tests/test_count.c - the counting rules: made-up cases and consultations with every count they give written out; words of figures and what is wrong with them.
 *
 * Facts are "field=value;..", counts "word@day" or "word@day=amount", blanks between, in any order; a day is MMDD of 2026 or YYYYMMDD. What stands there is all there is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/report/count.h"
#include "tests/count_bed.h"

/* ---- facts from text ---- */

static int32_t count_bed_day(const char *text)
{
    int32_t out;
    if (day_parse(text, strlen(text), &out) != STATUS_OK)
        fail_msg("no day: %s", text);
    return out;
}

enum kind { TEXT, DAY, INT, INT64, BOOL };

struct member {
    const char *name;
    enum kind kind;
    size_t at;
};

#define CASE(name, kind) {#name, kind, offsetof(struct case_facts, name)}

#define CONSULTATION(name, kind) {#name, kind, offsetof(struct consultation_facts, name)}

static const struct member case_members[] = {
    CASE(received_on, DAY), CASE(decided_on, DAY), CASE(closed_on, DAY), CASE(terminated_on, DAY), CASE(born, DAY), CASE(sex, INT), CASE(state, TEXT), CASE(ethnic, TEXT), CASE(categories, TEXT),
    CASE(town, TEXT), CASE(case_type, TEXT), CASE(matter, TEXT), CASE(cause, TEXT), CASE(stat_matter, TEXT), CASE(stage, TEXT), CASE(legal_status, TEXT), CASE(notice_ground, TEXT), CASE(source, TEXT),
    CASE(exempt_32, TEXT), CASE(decision, TEXT), CASE(refuse_reason, TEXT), CASE(aid_form, TEXT), CASE(outcome, TEXT), CASE(recovered, INT64), CASE(wages, INT64), CASE(from_consultation, BOOL),
    CASE(handler_kind, INT), CASE(follows, BOOL),
};

static const struct member consultation_members[] = {
    CONSULTATION(date, DAY), CONSULTATION(sex, INT), CONSULTATION(age_band, INT), CONSULTATION(id_no, TEXT), CONSULTATION(town, TEXT), CONSULTATION(category, TEXT), CONSULTATION(handling, TEXT),
    CONSULTATION(channel, TEXT), CONSULTATION(stat_topic, TEXT), CONSULTATION(categories, TEXT), CONSULTATION(persons, INT64), CONSULTATION(matters, INT64),
};

static void set_member(void *facts, const struct member *members, size_t n, const char *name, const char *value)
{
    for (size_t i = 0; i < n; i++) {
        char *at = (char *)facts + members[i].at;
        if (strcmp(members[i].name, name) != 0)
            continue;
        switch (members[i].kind) {
        case TEXT: *(const char **)(void *)at = value; return;
        case DAY: *(int32_t *)(void *)at = count_bed_day(value); return;
        case INT: *(int *)(void *)at = atoi(value); return;
        case INT64: *(int64_t *)(void *)at = atoll(value); return;
        case BOOL: *(bool *)(void *)at = atoi(value) != 0; return;
        }
    }
    fail_msg("no fact %s", name);
}

/* text is cut up and must outlive the facts. A case may have party=NUMBER, once each. */
static void read_facts(char *text, void *facts, const struct member *members, size_t n, const char *parties[PARTIES], size_t *n_parties)
{
    while (text != NULL && *text != '\0') {
        char *value = strsep(&text, ";"), *name = strsep(&value, "=");
        if (n_parties != NULL && strcmp(name, "party") == 0)
            parties[(*n_parties)++] = value;
        else
            set_member(facts, members, n, name, value);
    }
}

/* ---- counts as text ---- */

static int compare_lines(const void *a, const void *b)
{
    return strcmp(a, b);
}

static size_t counted_lines(const struct counts *counts, char lines[COUNTS_MAX][LINE_BYTES])
{
    size_t n = 0;
    for (size_t i = 0; i < counts->n; i++) {
        char word[COUNT_WORD_BYTES], on[DAY_TEXT_BYTES], digits[9], amount[24] = "";
        if (counts->rows[i].amount == 0)
            continue;
        count_word(counts->rows[i].metric, word);
        day_format(counts->rows[i].day, on);
        snprintf(digits, sizeof digits, "%.4s%.2s%.2s", on, on + 5, on + 8);
        if (counts->rows[i].amount != 1)
            snprintf(amount, sizeof amount, "=%lld", (long long)counts->rows[i].amount);
        snprintf(lines[n++], LINE_BYTES, "%s@%s%s", word, digits, amount);
    }
    qsort(lines, n, LINE_BYTES, compare_lines);
    return n;
}

/* "word@day=3" is three; the same word and day again adds to it. */
static size_t expected_lines(const char *text, char lines[COUNTS_MAX][LINE_BYTES])
{
    static long long amounts[COUNTS_MAX];
    size_t n = 0;
    for (const char *at = text; *(at += strspn(at, " ")) != '\0';) {
        size_t len = strcspn(at, " "), key = strcspn(at, "= "), word = strcspn(at, "@") + 1, i = 0;
        long long amount = key < len ? atoll(at + key + 1) : 1;
        char line[LINE_BYTES];
        snprintf(line, sizeof line, "%.*s%s%.*s", (int)word, at, key - word == 4 ? "2026" : "", (int)(key - word), at + word);
        while (i < n && strcmp(lines[i], line) != 0)
            i++;
        if (i == n) {
            strcpy(lines[n], line);
            amounts[n++] = 0;
        }
        amounts[i] += amount;
        at += len;
    }
    for (size_t i = 0; i < n; i++)
        if (amounts[i] != 1)
            snprintf(lines[i] + strlen(lines[i]), LINE_BYTES - strlen(lines[i]), "=%lld", amounts[i]);
    qsort(lines, n, LINE_BYTES, compare_lines);
    return n;
}

static void check_counts(const char *what, const struct counts *counts, const char *expected)
{
    static char got[COUNTS_MAX][LINE_BYTES], wanted[COUNTS_MAX][LINE_BYTES];
    size_t n_got = counted_lines(counts, got), n_wanted = expected_lines(expected, wanted), i = 0, k = 0, wrong = 0;

    while (i < n_got || k < n_wanted) {
        int order = i == n_got ? 1 : k == n_wanted ? -1 : strcmp(got[i], wanted[k]);
        if (order != 0) {
            print_error("%s: %s %s\n", what, order < 0 ? "not expected" : "missing", order < 0 ? got[i] : wanted[k]);
            wrong++;
        }
        i += order <= 0;
        k += order >= 0;
    }
    if (wrong > 0)
        fail_msg("%s: %zu counts differ", what, wrong);
}

static void check_case(const char *text, const char *expected)
{
    char copy[FACTS_BYTES];
    const char *parties[PARTIES];
    struct case_facts facts;
    struct counts counts = {0};

    case_facts_clear(&facts);
    snprintf(copy, sizeof copy, "%s", text);
    read_facts(copy, &facts, case_members, sizeof case_members / sizeof case_members[0], parties, &facts.n_parties);
    facts.party_id_nos = parties;
    count_case(count_bed_rules, &facts, count_bed_take, &counts);
    check_counts(text, &counts, expected);
}

static void check_consultation(const char *text, const char *expected)
{
    char copy[FACTS_BYTES];
    struct consultation_facts facts;
    struct counts counts = {0};

    consultation_facts_clear(&facts);
    snprintf(copy, sizeof copy, "%s", text);
    read_facts(copy, &facts, consultation_members, sizeof consultation_members / sizeof consultation_members[0], NULL, NULL);
    count_consultation(count_bed_rules, &facts, count_bed_take, &counts);
    check_counts(text, &counts, expected);
}

struct row {
    const char *facts, *expected;
};

#define CHECK_CASES(rows)                                                                                                                                                                              \
    for (size_t i = 0; i < sizeof(rows) / sizeof((rows)[0]); i++)                                                                                                                                      \
    check_case((rows)[i].facts, (rows)[i].expected)

/* ---- cases ---- */

static void applications(void **state)
{
    static const struct row ROWS[] = {
        /* Drafts are none, unless something was decided or ended. */
        {"case_type=02;state=S0;received_on=2026-01-05", ""},
        {"case_type=02;state=S1;received_on=2026-01-05;source=41", ""},
        {"case_type=02;state=S1;received_on=2026-01-05;decision=05", "received.civil@0105"},
        {"case_type=02;state=S1;received_on=2026-01-05;closed_on=2026-02-01", "received.civil@0105"},
        {"case_type=03;state=S0;received_on=2026-01-05;terminated_on=2026-02-01", "received.administrative@0105"},
        {"case_type=02;state=S2;received_on=2026-01-05;source=41", "received.civil@0105 received.civil.source:41@0105"},
        {"case_type=01;state=S2c;received_on=2026-01-05;source=31;sex=1", "received.criminal@0105 received.criminal.source:31@0105"},
        {"case_type=03;state=S3;received_on=2025-12-31;source=41", "received.administrative@20251231 received.administrative.source:41@20251231"},
        {"case_type=02;state=;received_on=2026-01-05", "received.civil@0105"},
        {"case_type=02;state=S2", ""}, /* no day */
        /* Lapsed, withdrawn and transferred applications were received, and are neither approved nor refused. */
        {"case_type=02;state=X1;received_on=2026-01-05", "received.civil@0105"},
        {"case_type=02;state=X2;received_on=2026-01-05", "received.civil@0105"},
        {"case_type=02;state=X3;received_on=2026-01-05", "received.civil@0105"},
        /* Notices are no applications. */
        {"case_type=01;state=S6n;received_on=2026-01-05;source=11", ""},
        {"case_type=01;state=S6n;received_on=2026-01-05;source=12", ""},
        {"case_type=01;state=S2;received_on=2026-01-05;source=51", "received.criminal@0105 received.criminal.source:51@0105"},
        /* No type, no row. */
        {"case_type=;state=S2;received_on=2026-01-05", ""},
        {"case_type=04;state=S6;received_on=2026-01-05;decision=01;decided_on=2026-01-06", ""},
        /* A source of the county's own counts under its code; one that is no code under none. */
        {"case_type=02;state=S2;received_on=2026-01-05;source=Z9", "received.civil@0105 received.civil.source:Z9@0105"},
        {"case_type=02;state=S2;received_on=2026-01-05;source=LONGER", "received.civil@0105"},
    };
    (void)state;
    CHECK_CASES(ROWS);
}

static void refusals(void **state)
{
#define REFUSED "case_type=02;state=X4;received_on=2026-01-05;decision=02;decided_on=2026-01-09"
    static const struct row ROWS[] = {
        {REFUSED ";refuse_reason=01", "received.civil@0105 refused.civil@0109 refused.civil.reason:1@0109"},
        {REFUSED ";refuse_reason=02", "received.civil@0105 refused.civil@0109 refused.civil.reason:2@0109"},
        {REFUSED ";refuse_reason=03", "received.civil@0105 refused.civil@0109 refused.civil.reason:3@0109"},
        {REFUSED ";refuse_reason=04", "received.civil@0105 refused.civil@0109 refused.civil.reason:3@0109"},
        {REFUSED, "received.civil@0105 refused.civil@0109 refused.civil.reason:3@0109"},
        {"case_type=03;state=X4;received_on=2026-01-05;decision=02;decided_on=2026-01-09;refuse_reason=02;sex=2;born=1990-01-01",
         "received.administrative@0105 received.administrative.group:female@0105 received.administrative.group:women@0105 refused.administrative@0109 refused.administrative.reason:2@0109"},
        {"case_type=02;state=X4;received_on=2026-01-05;decision=02", "received.civil@0105"}, /* no day of decision */
        /* Closed or with money all the same: what was not given cannot end. */
        {REFUSED ";refuse_reason=01;closed_on=2026-02-01;recovered=100;outcome=01", "received.civil@0105 refused.civil@0109 refused.civil.reason:1@0109"},
    };
    (void)state;
    CHECK_CASES(ROWS);
}

/* What an approved civil case of nobody in particular gives, received on 5 January and decided on the 12th. */
#define CIVIL "case_type=02;state=S8;source=41;received_on=2026-01-05;decision=01;decided_on=2026-01-12"

#define CIVIL_COUNTS "received.civil@0105 received.civil.source:41@0105 approved.civil@0112 approved.civil.source:41@0112 open.civil@0112 people.civil@0112 "

#define LITIGATION "approved.civil.track:1@0112 approved.civil.class:5@0112 "

#define OTHERWISE "approved.civil.track:2@0112 approved.civil.class:10@0112 "

#define ADMINISTRATIVE "case_type=03;state=S8;source=41;received_on=2026-01-05;decision=01;decided_on=2026-01-12"

#define ADMINISTRATIVE_COUNTS \
    "received.administrative@0105 received.administrative.source:41@0105 approved.administrative@0112 approved.administrative.source:41@0112 open.administrative@0112 people.administrative@0112 "

#define NOTICE "case_type=01;state=S7;source=11;received_on=2026-01-05;decision=01;decided_on=2026-01-05"

#define NOTICE_COUNTS "approved.criminal@0105 approved.criminal.source:11@0105 approved.criminal.class:2@0105 open.criminal@0105 people.criminal@0105 "

#define CRIMINAL "case_type=01;state=S7;received_on=2026-01-05;decision=01;decided_on=2026-01-12"

#define CRIMINAL_COUNTS "received.criminal@0105 approved.criminal@0112 open.criminal@0112 people.criminal@0112 "

static void approvals(void **state)
{
    static const struct row ROWS[] = {
        {CIVIL ";aid_form=05;cause=M14;town=320117001;from_consultation=1", CIVIL_COUNTS LITIGATION "approved.civil.matter:B1@0112 approved.civil.town:320117001@0112 approved.civil.consult:1@0112"},
        /* Urgent aid counts as aid; a decision overwritten by 终止援助 was aid too. */
        {"case_type=02;state=S6u;source=41;received_on=2026-01-05;decision=03;decided_on=2026-01-12;aid_form=05", CIVIL_COUNTS LITIGATION "approved.civil.matter:Z1@0112"},
        {"case_type=02;state=X5;source=41;received_on=2026-01-05;decision=04;decided_on=2026-01-12;aid_form=05", CIVIL_COUNTS LITIGATION "approved.civil.matter:Z1@0112"},
        {"case_type=02;state=S6;source=41;received_on=2026-01-05;decision=01;aid_form=05", "received.civil@0105 received.civil.source:41@0105"}, /* no day of decision */
        /* A year later: each on its own day. */
        {"case_type=03;state=S8;source=41;received_on=2025-12-30;decision=01;decided_on=2026-01-02;aid_form=06",
         "received.administrative@20251230 received.administrative.source:41@20251230 approved.administrative@0102 approved.administrative.source:41@0102 approved.administrative.matter:R9@0102 "
         "approved.administrative.track:1@0102 approved.administrative.class:6@0102 open.administrative@0102 people.administrative@0102"},
        /* Towns: nine digits, of a village's twelve too. */
        {CIVIL ";aid_form=05;town=320117001001", CIVIL_COUNTS LITIGATION "approved.civil.matter:Z1@0112 approved.civil.town:320117001@0112"},
        {CIVIL ";aid_form=05;town=320117", CIVIL_COUNTS LITIGATION "approved.civil.matter:Z1@0112"},
    };
    (void)state;
    CHECK_CASES(ROWS);
}

static void tracks_and_classes(void **state)
{
#define Z "approved.civil.matter:Z1@0112 "
    static const struct row ROWS[] = {
        {CIVIL ";aid_form=05", CIVIL_COUNTS LITIGATION Z},
        {CIVIL ";aid_form=06", CIVIL_COUNTS LITIGATION Z},
        {CIVIL ";aid_form=05;stage=07", CIVIL_COUNTS LITIGATION Z}, /* the form goes before the stage */
        {CIVIL ";aid_form=07;stage=04", CIVIL_COUNTS OTHERWISE Z},
        {CIVIL ";aid_form=08;stage=04", CIVIL_COUNTS OTHERWISE Z},
        {CIVIL ";aid_form=09;stage=04", CIVIL_COUNTS OTHERWISE Z},
        {CIVIL ";stage=04", CIVIL_COUNTS LITIGATION Z},
        {CIVIL ";stage=05", CIVIL_COUNTS LITIGATION Z},
        {CIVIL ";stage=06", CIVIL_COUNTS LITIGATION Z},
        {CIVIL ";stage=07", CIVIL_COUNTS OTHERWISE Z},
        {CIVIL ";stage=14", CIVIL_COUNTS OTHERWISE Z},
        {CIVIL, CIVIL_COUNTS OTHERWISE Z},
        /* An award is never litigation, not even of a case that was meant to be. */
        {CIVIL ";aid_form=05;outcome=07", CIVIL_COUNTS OTHERWISE Z},
        {CIVIL ";stage=04;outcome=07", CIVIL_COUNTS OTHERWISE Z},
        /* Notary and appraisal have columns of their own; appeals to reopen go before everything. */
        {CIVIL ";aid_form=11", CIVIL_COUNTS "approved.civil.track:2@0112 approved.civil.class:8@0112 " Z},
        {CIVIL ";aid_form=12;stage=04", CIVIL_COUNTS "approved.civil.track:2@0112 approved.civil.class:9@0112 " Z},
        {CIVIL ";aid_form=05;stage=13", CIVIL_COUNTS "approved.civil.track:1@0112 approved.civil.class:7@0112 approved.civil.matter:K1@0112"},
        {CIVIL ";aid_form=11;stat_matter=K1", CIVIL_COUNTS "approved.civil.track:2@0112 approved.civil.class:7@0112 approved.civil.matter:K1@0112"},
        {ADMINISTRATIVE ";stage=13", ADMINISTRATIVE_COUNTS "approved.administrative.track:2@0112 approved.administrative.class:7@0112 approved.administrative.matter:R6@0112"},
        {ADMINISTRATIVE ";aid_form=06;cause=Z80", ADMINISTRATIVE_COUNTS "approved.administrative.track:1@0112 approved.administrative.class:6@0112 approved.administrative.matter:R4@0112"},
        {ADMINISTRATIVE ";aid_form=08;stage=10", ADMINISTRATIVE_COUNTS "approved.administrative.track:2@0112 approved.administrative.class:10@0112 approved.administrative.matter:R9@0112"},
        {ADMINISTRATIVE ";aid_form=11", ADMINISTRATIVE_COUNTS "approved.administrative.track:2@0112 approved.administrative.class:8@0112 approved.administrative.matter:R9@0112"},
    };
    (void)state;
    CHECK_CASES(ROWS);
}

static void notices(void **state)
{
    static const struct row ROWS[] = {
        {NOTICE, NOTICE_COUNTS}, /* neither stage nor ground: the checks of form 5 tell */
        {NOTICE ";stage=02;notice_ground=01", NOTICE_COUNTS "approved.criminal.stage:1@0105 approved.criminal.ground:1@0105"},
        {NOTICE ";stage=03;notice_ground=02", NOTICE_COUNTS "approved.criminal.stage:2@0105 approved.criminal.ground:2@0105"},
        {NOTICE ";stage=04;notice_ground=03", NOTICE_COUNTS "approved.criminal.stage:3@0105 approved.criminal.ground:3@0105"},
        {NOTICE ";stage=05;notice_ground=04", NOTICE_COUNTS "approved.criminal.stage:4@0105 approved.criminal.ground:4@0105"},
        {NOTICE ";stage=12;notice_ground=05", NOTICE_COUNTS "approved.criminal.stage:5@0105 approved.criminal.ground:5@0105"},
        {NOTICE ";stage=06;notice_ground=06", NOTICE_COUNTS "approved.criminal.stage:5@0105 approved.criminal.ground:5@0105"},
        {NOTICE ";notice_ground=07", NOTICE_COUNTS "approved.criminal.ground:5@0105"},
        {NOTICE ";notice_ground=09", NOTICE_COUNTS "approved.criminal.ground:5@0105"},
        {NOTICE ";stage=04;notice_ground=08", NOTICE_COUNTS "approved.criminal.stage:3@0105"},
        /* Compulsory treatment has neither stages nor grounds. */
        {"case_type=01;state=S7;source=12;received_on=2026-01-05;decision=01;decided_on=2026-01-05;stage=04;notice_ground=08",
         "approved.criminal@0105 approved.criminal.source:12@0105 approved.criminal.class:4@0105 open.criminal@0105 people.criminal@0105"},
        /* A notice still waiting for its decision. */
        {"case_type=01;state=S6n;source=11;received_on=2026-01-05;stage=04", ""},
        /* An appeal to reopen by notice. */
        {NOTICE ";stage=13", NOTICE_COUNTS "approved.criminal.stage:5@0105 approved.criminal.retrial:1@0105"},
    };
    (void)state;
    CHECK_CASES(ROWS);
}

static void criminal_applications(void **state)
{
#define APPLIED(code) CRIMINAL_COUNTS "received.criminal.source:" code "@0105 approved.criminal.source:" code "@0112 approved.criminal.class:1@0112 "
    static const struct row ROWS[] = {
        {CRIMINAL ";source=31;legal_status=12;stage=02", APPLIED("31") "approved.criminal.party:1@0112"},
        {CRIMINAL ";source=31;legal_status=13;stage=04", APPLIED("31") "approved.criminal.party:2@0112"}, /* what he is now goes before how he came */
        {CRIMINAL ";source=21;legal_status=14;stage=04", APPLIED("21") "approved.criminal.party:3@0112"},
        {CRIMINAL ";source=22;legal_status=15", APPLIED("22") "approved.criminal.party:3@0112"},
        {CRIMINAL ";source=23;legal_status=16", APPLIED("23") "approved.criminal.party:3@0112"},
        {CRIMINAL ";source=24;legal_status=11", APPLIED("24") "approved.criminal.party:4@0112"},
        {CRIMINAL ";source=31;stage=04", APPLIED("31") "approved.criminal.party:1@0112"},
        {CRIMINAL ";source=32;stage=02", APPLIED("32") "approved.criminal.party:2@0112"},
        {CRIMINAL ";source=33", APPLIED("33") "approved.criminal.party:3@0112"},
        {CRIMINAL ";source=34;legal_status=17", APPLIED("34") "approved.criminal.party:4@0112"},
        {CRIMINAL ";source=21;stage=02", APPLIED("21") "approved.criminal.party:1@0112"},
        {CRIMINAL ";source=21;stage=03", APPLIED("21") "approved.criminal.party:1@0112"},
        {CRIMINAL ";source=21;stage=04", APPLIED("21") "approved.criminal.party:2@0112"},
        {CRIMINAL, CRIMINAL_COUNTS "approved.criminal.class:1@0112 approved.criminal.party:2@0112"},
        /* Asked by an organ without a duty to notify. */
        {CRIMINAL ";source=51;legal_status=13", CRIMINAL_COUNTS "received.criminal.source:51@0105 approved.criminal.source:51@0112 approved.criminal.class:3@0112 approved.criminal.party:2@0112"},
        /* 申诉. A stage or a ground counts for notices only; a civil matter typed by mistake not at all. */
        {CRIMINAL ";source=32;stage=13", APPLIED("32") "approved.criminal.party:2@0112 approved.criminal.retrial:1@0112"},
        {CRIMINAL ";source=32;stage=04;notice_ground=01;stat_matter=K1;cause=M14;aid_form=11", APPLIED("32") "approved.criminal.party:2@0112"},
    };
    (void)state;
    CHECK_CASES(ROWS);
}

static void matters_and_migrants(void **state)
{
    static const struct row ROWS[] = {
        {CIVIL ";aid_form=05;cause=M205.5", CIVIL_COUNTS LITIGATION "approved.civil.matter:C1@0112"},
        {CIVIL ";aid_form=05;cause=L186.5", CIVIL_COUNTS LITIGATION "approved.civil.matter:C1@0112"},
        {CIVIL ";aid_form=05;cause=M205.5;categories=05",
         CIVIL_COUNTS LITIGATION "approved.civil.matter:C2@0112 approved.civil.migrant:C2@0112 received.civil.group:migrant@0105 approved.civil.group:migrant@0112 people.civil.group:migrant@0112"},
        /* Any matter of a migrant worker, and the matters that are theirs. */
        {CIVIL ";aid_form=05;cause=M14;categories=05",
         CIVIL_COUNTS LITIGATION "approved.civil.matter:B1@0112 approved.civil.migrant:B1@0112 received.civil.group:migrant@0105 approved.civil.group:migrant@0112 people.civil.group:migrant@0112"},
        {CIVIL ";aid_form=05;stat_matter=A2;categories=05",
         CIVIL_COUNTS LITIGATION "approved.civil.matter:A2@0112 approved.civil.migrant:A2@0112 received.civil.group:migrant@0105 approved.civil.group:migrant@0112 people.civil.group:migrant@0112"},
        {CIVIL ";aid_form=05;stat_matter=C2", CIVIL_COUNTS LITIGATION "approved.civil.matter:C2@0112 approved.civil.migrant:C2@0112"},
        {CIVIL ";aid_form=05;stat_matter=A3", CIVIL_COUNTS LITIGATION "approved.civil.matter:A3@0112 approved.civil.migrant:A3@0112"},
        {CIVIL ";aid_form=05;stat_matter=D2", CIVIL_COUNTS LITIGATION "approved.civil.matter:D2@0112 approved.civil.migrant:D2@0112"},
        {CIVIL ";aid_form=05;stat_matter=D1", CIVIL_COUNTS LITIGATION "approved.civil.matter:D1@0112"},
        {CIVIL ";aid_form=05;exempt_32=02", CIVIL_COUNTS LITIGATION "approved.civil.matter:J1@0112"},
        {CIVIL ";aid_form=05;exempt_32=04;cause=M14", CIVIL_COUNTS LITIGATION "approved.civil.matter:B3@0112"},
        {CIVIL ";aid_form=05;matter=M4", CIVIL_COUNTS LITIGATION "approved.civil.matter:B2@0112"},
        {ADMINISTRATIVE ";aid_form=06;cause=Z69;categories=05",
         ADMINISTRATIVE_COUNTS "approved.administrative.track:1@0112 approved.administrative.class:6@0112 approved.administrative.matter:R3@0112 approved.administrative.migrant:R3@0112 "
                               "received.administrative.group:migrant@0105 approved.administrative.group:migrant@0112 people.administrative.group:migrant@0112"},
        {ADMINISTRATIVE ";aid_form=06;cause=Z69", ADMINISTRATIVE_COUNTS "approved.administrative.track:1@0112 approved.administrative.class:6@0112 approved.administrative.matter:R3@0112"},
    };
    (void)state;
    CHECK_CASES(ROWS);
}

static void groups_of_applicants(void **state)
{
#define IN(group) "received.civil.group:" group "@0210 approved.civil.group:" group "@0220 people.civil.group:" group "@0220 "
#define ON_EDGE "case_type=02;state=S8;received_on=2026-02-10;decision=01;decided_on=2026-02-20;aid_form=05;"
#define EDGE_COUNTS "received.civil@0210 approved.civil@0220 approved.civil.track:1@0220 approved.civil.class:5@0220 approved.civil.matter:Z1@0220 open.civil@0220 people.civil@0220 "
    static const struct row ROWS[] = {
        /* Birthdays on the day it was received; by the day of decision she is grown, he is old. */
        {ON_EDGE "sex=2;born=2008-02-11", EDGE_COUNTS IN("female") IN("minor")},
        {ON_EDGE "sex=2;born=2008-02-10", EDGE_COUNTS IN("female") IN("women")},
        {ON_EDGE "sex=1;born=1966-02-11", EDGE_COUNTS},
        {ON_EDGE "sex=1;born=1966-02-10", EDGE_COUNTS IN("old")},
        {ON_EDGE "sex=2;born=1966-02-10", EDGE_COUNTS IN("female") IN("women") IN("old")},
        {ON_EDGE "sex=2", EDGE_COUNTS IN("female")},
        {ON_EDGE "sex=2;categories=17", EDGE_COUNTS IN("female") IN("women")},
        {ON_EDGE "ethnic=03", EDGE_COUNTS IN("minority")},
        {ON_EDGE "ethnic=01;categories=20", EDGE_COUNTS},
        /* What is typed, and what forms put together. */
        {ON_EDGE "categories=01", EDGE_COUNTS IN("disabled")},
        {ON_EDGE "categories=02", EDGE_COUNTS IN("disabled") IN("deaf_blind")},
        {ON_EDGE "categories=01,02", EDGE_COUNTS IN("disabled") IN("deaf_blind")},
        {ON_EDGE "categories=03", EDGE_COUNTS},
        {ON_EDGE "categories=04", EDGE_COUNTS IN("peasant")},
        {ON_EDGE "categories=06", EDGE_COUNTS IN("soldier")},
        {ON_EDGE "categories=06,07", EDGE_COUNTS IN("soldier")},
        {ON_EDGE "categories=08", EDGE_COUNTS},
        {ON_EDGE "categories=15", EDGE_COUNTS IN("foreign")},
        {ON_EDGE "categories=16", EDGE_COUNTS IN("poor")},
        {ON_EDGE "categories=09,10,11", EDGE_COUNTS IN("poor")},
        {ON_EDGE "categories=21,22,31", EDGE_COUNTS},
        /* Without a day of receipt: on that of the decision. */
        {"case_type=01;state=S8;decision=01;decided_on=2026-02-20;sex=1;born=1966-02-20;source=33",
         "approved.criminal@0220 approved.criminal.source:33@0220 approved.criminal.class:1@0220 approved.criminal.party:3@0220 approved.criminal.group:old@0220 open.criminal@0220 people.criminal@0220 "
         "people.criminal.group:old@0220"},
    };
    (void)state;
    CHECK_CASES(ROWS);
}

static void co_applicants(void **state)
{
    static const struct row ROWS[] = {
        {CIVIL ";aid_form=05;party=;party=", CIVIL_COUNTS LITIGATION "approved.civil.matter:Z1@0112 people.civil@0112=2"}, /* nobody knows who: 1 + 2 */
        /* A girl born on 1 June 2010 and a man of 76: in people only. */
        {CIVIL ";aid_form=05;sex=1;born=1990-01-01;party=320117201006010022;party=110105194912310011",
         CIVIL_COUNTS LITIGATION "approved.civil.matter:Z1@0112 people.civil@0112=2 people.civil.group:female@0112 people.civil.group:minor@0112 people.civil.group:old@0112"},
        /* Of eighteen on the day of receipt, by an old number and a disability certificate; a passport says nothing. */
        {CIVIL ";aid_form=05;sex=2;born=1980-01-01;party=11010519491231002X;party=11010519491231002X43;party=E12345678",
         CIVIL_COUNTS LITIGATION "approved.civil.matter:Z1@0112 people.civil@0112=3 received.civil.group:female@0105 received.civil.group:women@0105 approved.civil.group:female@0112 "
                                 "approved.civil.group:women@0112 people.civil.group:female@0112=3 people.civil.group:women@0112=3 people.civil.group:old@0112=2"},
        /* Not given aid: nobody is a recipient. */
        {"case_type=02;state=S2;received_on=2026-01-05;party=11010519491231002X", "received.civil@0105"},
    };
    (void)state;
    CHECK_CASES(ROWS);
}

static void ended_cases(void **state)
{
#define ENDED(on) "open.civil@" on "=-1 ended.civil@" on " "
#define WON CIVIL_COUNTS LITIGATION "approved.civil.matter:Z1@0112 "
    static const struct row ROWS[] = {
        {CIVIL ";aid_form=05;closed_on=2026-03-20;outcome=01;recovered=1234500;wages=200;handler_kind=2",
         WON ENDED("0320") "ended.civil.track:1@0320 ended.civil.outcome:11@0320 ended.civil.handler:22@0320 recovered.civil@0320=1234500 wages.civil@0320=200"},
        {CIVIL ";aid_form=05;closed_on=2026-03-20;sex=2;born=1960-01-01",
         WON ENDED("0320") "ended.civil.track:1@0320 received.civil.group:female@0105 received.civil.group:women@0105 received.civil.group:old@0105 approved.civil.group:female@0112 "
                           "approved.civil.group:women@0112 approved.civil.group:old@0112 people.civil.group:female@0112 people.civil.group:women@0112 people.civil.group:old@0112 "
                           "ended.civil.group:female@0320 ended.civil.group:women@0320 ended.civil.group:old@0320"},
        /* Terminated, before it was closed and after: it ends on the day of closing if it has one, and terminated it is. */
        {CIVIL ";aid_form=05;terminated_on=2026-03-01", WON ENDED("0301") "ended.civil.track:1@0301 ended.civil.outcome:19@0301"},
        {CIVIL ";aid_form=05;terminated_on=2026-03-01;closed_on=2026-03-20;outcome=01", WON ENDED("0320") "ended.civil.track:1@0320 ended.civil.outcome:19@0320"},
        {CIVIL ";aid_form=05;terminated_on=2026-04-01;closed_on=2026-03-20", WON ENDED("0320") "ended.civil.track:1@0320 ended.civil.outcome:19@0320"},
        {CIVIL ";aid_form=05;closed_on=2026-03-20;outcome=12", WON ENDED("0320") "ended.civil.track:1@0320 ended.civil.outcome:19@0320"},
        /* Ended on the day of the decision, or before it by mistake: open on no day. */
        {CIVIL ";aid_form=05;closed_on=2026-01-12;outcome=02", "received.civil@0105 received.civil.source:41@0105 approved.civil@0112 approved.civil.source:41@0112 people.civil@0112 " LITIGATION
         "approved.civil.matter:Z1@0112 ended.civil@0112 ended.civil.track:1@0112 ended.civil.outcome:12@0112"},
        {CIVIL ";aid_form=05;closed_on=2026-01-08;outcome=02", "received.civil@0105 received.civil.source:41@0105 approved.civil@0112 approved.civil.source:41@0112 people.civil@0112 " LITIGATION
         "approved.civil.matter:Z1@0112 ended.civil@0108 ended.civil.track:1@0108 ended.civil.outcome:12@0108"},
        /* Never approved: neither ended nor open. */
        {"case_type=02;state=S10;received_on=2026-01-05;closed_on=2026-03-20;outcome=01;recovered=5;handler_kind=1", "received.civil@0105"},
        /* Money of a case that goes on waits until it ends. */
        {CIVIL ";aid_form=05;recovered=500", WON},
    };
    (void)state;
    CHECK_CASES(ROWS);
}

/* Only the counts of outcome, track and handler: what stands for the rest is the same row with 0 for those. */
static void check_ended(const char *facts, const char *outcome, const char *track_and_handler)
{
    char text[FACTS_BYTES], expected[EXPECTED_BYTES];
    bool criminal = strstr(facts, "case_type=01") != NULL, civil = strstr(facts, "case_type=02") != NULL;
    const char *type = criminal ? "criminal" : civil ? "civil" : "administrative";
    struct case_facts read;
    struct counts all = {0}, some = {0};

    snprintf(text, sizeof text, "%s;state=S10;received_on=2026-01-05;decision=01;decided_on=2026-01-12;closed_on=2026-03-20", facts);
    case_facts_clear(&read);
    read_facts(text, &read, case_members, sizeof case_members / sizeof case_members[0], NULL, NULL);
    count_case(count_bed_rules, &read, count_bed_take, &all);
    for (size_t i = 0; i < all.n; i++) {
        enum count_dimension dimension = (enum count_dimension)(all.rows[i].metric >> 40 & 63);
        if (count_measure_of(all.rows[i].metric) == COUNT_ENDED && (dimension == DIM_OUTCOME || dimension == DIM_TRACK || dimension == DIM_HANDLER))
            count_bed_take(&some, all.rows[i].metric, all.rows[i].day, all.rows[i].amount);
    }
    int n = 0;
    expected[0] = '\0';
    if (outcome[0] != '\0')
        n += snprintf(expected, sizeof expected, "ended.%s.outcome:%s@0320 ", type, outcome);
    for (const char *at = track_and_handler; *at != '\0'; at += strcspn(at, " "), at += strspn(at, " "))
        n += snprintf(expected + n, sizeof expected - (size_t)n, "ended.%s.%.*s@0320 ", type, (int)strcspn(at, " "), at);
    check_counts(facts, &some, expected);
}

static void outcomes(void **state)
{
    /* outcome, criminal, litigation, not litigation */
    static const char *const ROWS[][4] = {
        {"", "", "", ""},        {"01", "1", "11", "21"}, {"02", "2", "12", "22"}, {"03", "3", "11", "21"}, {"04", "1", "14", "24"}, {"05", "1", "15", "25"}, {"06", "", "16", "26"},
        {"07", "", "27", "27"}, {"08", "1", "", ""},     {"09", "3", "", ""},     {"10", "2", "", ""},     {"11", "", "18", "28"},  {"12", "9", "19", "29"},  {"13", "", "", ""},
    };
    char facts[FACTS_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        bool award = strcmp(ROWS[i][0], "07") == 0;
        snprintf(facts, sizeof facts, "case_type=01;outcome=%s", ROWS[i][0]);
        check_ended(facts, ROWS[i][1], "");
        snprintf(facts, sizeof facts, "case_type=02;aid_form=05;outcome=%s", ROWS[i][0]);
        check_ended(facts, ROWS[i][2], award ? "track:2" : "track:1");
        snprintf(facts, sizeof facts, "case_type=03;aid_form=06;outcome=%s", ROWS[i][0]);
        check_ended(facts, ROWS[i][2], award ? "track:2" : "track:1");
        snprintf(facts, sizeof facts, "case_type=02;aid_form=07;outcome=%s", ROWS[i][0]);
        check_ended(facts, ROWS[i][3], "track:2");
        snprintf(facts, sizeof facts, "case_type=03;stage=10;outcome=%s", ROWS[i][0]);
        check_ended(facts, ROWS[i][3], "track:2");
    }
    check_ended("case_type=01;outcome=08;terminated_on=2026-02-01", "9", "");
    check_ended("case_type=02;aid_form=05;outcome=07;terminated_on=2026-02-01", "29", "track:2");
}

static void handlers(void **state)
{
    (void)state;
    check_ended("case_type=01;handler_kind=1", "", "handler:11");
    check_ended("case_type=01;handler_kind=2", "", "handler:21");
    check_ended("case_type=02;aid_form=05;handler_kind=2", "", "track:1 handler:22");
    check_ended("case_type=02;aid_form=07;handler_kind=3", "", "track:2 handler:33");
    check_ended("case_type=02;aid_form=05;outcome=07;handler_kind=3", "27", "track:2 handler:33");
    check_ended("case_type=03;aid_form=06;handler_kind=4", "", "track:1 handler:44");
    check_ended("case_type=03;stage=10;handler_kind=5", "", "track:2 handler:55");
    check_ended("case_type=01;handler_kind=0", "", "");
    check_ended("case_type=01;handler_kind=6", "", "");
}

static void group_claims(void **state)
{
    static const struct row ROWS[] = {
        /* Who follows adds people and money, nothing else. */
        {CIVIL ";aid_form=05;follows=1;sex=2;born=1960-01-01;party=110105194912310011;closed_on=2026-03-20;outcome=01;handler_kind=2;recovered=700;wages=30;town=320117001",
         "people.civil@0112=2 people.civil.group:female@0112 people.civil.group:women@0112 people.civil.group:old@0112=2 recovered.civil@0320=700 wages.civil@0320=30"},
        {CIVIL ";aid_form=05;follows=1", "people.civil@0112"},
        {"case_type=02;state=X4;received_on=2026-01-05;decision=02;decided_on=2026-01-09;refuse_reason=02;follows=1", ""},
        {"case_type=02;state=S2;received_on=2026-01-05;follows=1", ""},
        {NOTICE ";stage=04;notice_ground=01;follows=1", "people.criminal@0105"},
        /* Who speaks counts as if there were no group. */
        {CIVIL ";aid_form=05;follows=0", CIVIL_COUNTS LITIGATION "approved.civil.matter:Z1@0112"},
    };
    (void)state;
    CHECK_CASES(ROWS);
}

/* ---- consultations ---- */

static void consultations(void **state)
{
#define REST "persons.topic:219@0305 matters.kind:09@0305 matters@0305 "
    static const struct row ROWS[] = {
        {"date=2026-03-05", "persons@0305 persons.group:other@0305 " REST},
        {"channel=01", ""}, /* no day */
        /* People and matters are two figures. */
        {"date=2026-03-05;persons=1;matters=2", "persons@0305 persons.group:other@0305 persons.topic:219@0305 matters.kind:09@0305=2 matters@0305=2"},
        {"date=2026-03-05;persons=5;channel=02", "persons@0305=5 persons.channel:02@0305=5 persons.group:other@0305=5 persons.topic:219@0305=5 matters.kind:09@0305 matters@0305"},
        {"date=2026-03-05;persons=0;matters=-1", "persons@0305 persons.group:other@0305 " REST},
        /* Who comes to the office or a stand is a visitor. */
        {"date=2026-03-05;channel=01;persons=3;sex=2;age_band=2;town=320117001",
         "persons@0305=3 persons.channel:01@0305=3 persons.group:female@0305=3 persons.group:women@0305=3 persons.topic:219@0305=3 persons.town:320117001@0305=3 visitors@0305=3 "
         "visitors.group:female@0305=3 visitors.group:women@0305=3 matters.kind:09@0305 matters@0305"},
        {"date=2026-03-05;channel=06", "persons@0305 persons.channel:06@0305 persons.group:other@0305 visitors@0305 visitors.group:other@0305 " REST},
        {"date=2026-03-05;channel=03", "persons@0305 persons.channel:03@0305 persons.group:other@0305 " REST},
        {"date=2026-03-05;channel=05", "persons@0305 persons.channel:05@0305 persons.group:other@0305 " REST},
        /* Handling. */
        {"date=2026-03-05;handling=02", "persons@0305 persons.group:other@0305 matters.handling:02@0305 " REST},
        {"date=2026-03-05;handling=03;matters=2", "persons@0305 persons.group:other@0305 persons.topic:219@0305 matters.kind:09@0305=2 matters@0305=2 matters.handling:03@0305=2"},
        /* Groups: the number's birthday goes before the band, and the typed sex before the number's. */
        {"date=2026-03-05;id_no=11010519491231002X", "persons@0305 persons.group:female@0305 persons.group:women@0305 persons.group:old@0305 " REST},
        {"date=2026-03-05;id_no=110105491231002", "persons@0305 persons.group:female@0305 persons.group:women@0305 persons.group:old@0305 " REST},
        {"date=2026-03-05;id_no=11010519491231002X;age_band=1;sex=1", "persons@0305 persons.group:old@0305 " REST},
        {"date=2026-03-05;id_no=110105194912310020;sex=1", "persons@0305 persons.group:other@0305 " REST}, /* no such number */
        {"date=2026-03-05;sex=2;age_band=1", "persons@0305 persons.group:female@0305 persons.group:minor@0305 " REST},
        {"date=2026-03-05;sex=1;age_band=3", "persons@0305 persons.group:old@0305 " REST},
        {"date=2026-03-05;sex=2", "persons@0305 persons.group:female@0305 " REST},
        /* On the day itself: eighteen, and a day too young. */
        {"date=2028-06-01;id_no=320117201006010022", "persons@20280601 persons.group:female@20280601 persons.group:women@20280601 persons.topic:219@20280601 matters@20280601 matters.kind:09@20280601"},
        {"date=2028-05-31;id_no=320117201006010022", "persons@20280531 persons.group:female@20280531 persons.group:minor@20280531 persons.topic:219@20280531 matters@20280531 matters.kind:09@20280531"},
        /* Others are those in none of the quarterly form's groups: minority and deaf people of no other kind. */
        {"date=2026-03-05;sex=1;categories=20", "persons@0305 persons.group:minority@0305 persons.group:other@0305 " REST},
        {"date=2026-03-05;sex=1;categories=08,12", "persons@0305 persons.group:other@0305 " REST},
        {"date=2026-03-05;sex=1;categories=02", "persons@0305 persons.group:disabled@0305 persons.group:deaf_blind@0305 " REST},
        {"date=2026-03-05;sex=1;categories=04,05", "persons@0305 persons.group:peasant@0305 persons.group:migrant@0305 " REST},
        {"date=2026-03-05;sex=1;categories=07", "persons@0305 persons.group:soldier@0305 " REST},
        {"date=2026-03-05;sex=1;categories=15", "persons@0305 persons.group:foreign@0305 " REST},
        {"date=2026-03-05;sex=1;categories=10", "persons@0305 persons.group:poor@0305 " REST},
    };
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        check_consultation(ROWS[i].facts, ROWS[i].expected);
}

static void check_topic(const struct count_rules *by, const char *category, const char *typed, const char *topic, const char *kind)
{
    struct consultation_facts facts;
    consultation_facts_clear(&facts);
    facts.category = category;
    facts.stat_topic = typed;
    if (strcmp(count_topic_of(by, &facts), topic) != 0 || strcmp(count_kind_of(by, &facts), kind) != 0)
        fail_msg("%s %s: %s %s, not %s %s", category, typed, count_topic_of(by, &facts), count_kind_of(by, &facts), topic, kind);
}

static void topics_and_kinds(void **state)
{
    static const char *const ROWS[][4] = {
        {"", "", "219", "09"},      {"01", "", "209", "07"},    {"02", "", "219", "06"},    {"03", "", "207", "08"},    {"05", "", "119", "01"},    {"08", "", "219", "08"},
        {"10", "", "208", "08"},    {"14", "", "204", "06"},    {"15", "", "206", "06"},    {"16", "", "201", "07"},    {"17", "", "203", "07"},    {"18", "", "202", "07"},
        {"21", "", "219", "09"},    {"24", "", "302", "03"},    {"25", "", "303", "04"},    {"26", "", "304", "05"},    {"27", "", "301", "02"},    {"29", "", "219", "09"},
        {"99", "", "219", "09"},    {"30", "", "205", "08"},
        /* What is typed goes first; where it says nothing of the kind, the category does. */
        {"01", "207", "207", "08"}, {"05", "204", "204", "06"}, {"", "105", "105", "01"},   {"", "301", "301", "02"},   {"02", "219", "219", "06"}, {"02", "401", "401", "06"},
        {"", "401", "401", "09"},   {"04", "419", "419", "09"},
        /* The county's typical topics; its other ones are the rest of their class. */
        {"", "121", "121", "01"},   {"", "122", "122", "01"},   {"", "221", "221", "09"},   {"21", "222", "222", "09"}, {"", "321", "321", "09"},   {"", "422", "422", "09"},
        {"", "131", "119", "01"},   {"", "223", "219", "09"},   {"", "399", "319", "09"},   {"", "450", "419", "09"},   {"", "501", "219", "09"},   {"", "A1", "219", "09"},
        {"", "1", "219", "09"},     {"", "2190", "219", "09"},
    };
    struct code_book *book;
    struct count_rules *own;
    (void)state;
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        check_topic(count_bed_rules, ROWS[i][0], ROWS[i][1], ROWS[i][2], ROWS[i][3]);
    /* A category of the county's own counts as its parent, if that leads anywhere. */
    assert_int_equal(code_book_new(&book, NULL), STATUS_OK);
    assert_int_equal(count_rules_new(&own, book, NULL), STATUS_OK);
    assert_int_equal(code_book_put(book, "category", "31", "欠薪", "14", false), STATUS_OK);
    assert_int_equal(code_book_put(book, "category", "32", "工地欠薪", "31", false), STATUS_OK);
    assert_int_equal(code_book_put(book, "category", "33", "无上级", "", false), STATUS_OK);
    assert_int_equal(code_book_put(book, "category", "34", "自己", "34", false), STATUS_OK);
    check_topic(own, "31", "", "204", "06");
    check_topic(own, "32", "", "204", "06");
    check_topic(own, "33", "", "219", "09");
    check_topic(own, "34", "", "219", "09");
    count_rules_free(own);
    code_book_free(book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(applications),
        cmocka_unit_test(refusals),
        cmocka_unit_test(approvals),
        cmocka_unit_test(tracks_and_classes),
        cmocka_unit_test(notices),
        cmocka_unit_test(criminal_applications),
        cmocka_unit_test(matters_and_migrants),
        cmocka_unit_test(groups_of_applicants),
        cmocka_unit_test(co_applicants),
        cmocka_unit_test(ended_cases),
        cmocka_unit_test(outcomes),
        cmocka_unit_test(handlers),
        cmocka_unit_test(group_claims),
        cmocka_unit_test(consultations),
        cmocka_unit_test(topics_and_kinds),
    };
    return cmocka_run_group_tests_name("count", tests, count_bed_open_rules, count_bed_close_rules);
}
