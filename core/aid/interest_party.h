/* core/aid/interest_party.h - who takes part in a case and on which side: shared by the search for conflicts of interest and its blinded marks. */
#ifndef CORE_AID_INTEREST_PARTY_H
#define CORE_AID_INTEREST_PARTY_H

#include "core/record/records.h"

enum interest_side { SIDE_OURS, SIDE_THEIRS, SIDE_OTHER }; /* the aided side; the other one; neither: third parties, witnesses */

struct interest_party {
    enum interest_side side;
    const char *role; /* "申请人" "对方当事人" ..; static */
    char *name;       /* owned, as are the others; "" if unknown */
    char *id_no, *phone, *employer;
};

struct interest_parties {
    struct interest_party *rows;
    size_t n;
};

/* What a party row of set party_role stands for. A representative who is the violator is on the other side (法律援助法第四十条). */
enum interest_side interest_side_of(const struct record *party);
const char *interest_role_of(const struct record *party); /* static */
/* The case's own fields, its party rows, and the employer from the applicant's file. Errors: storage, STATUS_NOMEM; needs no release then. */
enum status interest_parties_load(struct store *store, const struct actor *actor, const struct record *kase, struct interest_parties *out, struct errmsg *err);
void interest_parties_release(struct interest_parties *parties);

#endif /* CORE_AID_INTEREST_PARTY_H */
