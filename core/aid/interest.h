/* core/aid/interest.h - conflicts of interest (利益冲突): is anybody of this case, or the proposed handler, on the other side of another one? Research domain.md 6.4.
 *
 * At the center all parties of the county are searched (applicants, parties, opponents, handlers) by document number, name key, phone and employer; each hit is named with
 * its evidence. A station may ask the same question without learning who stands against whom: the center publishes blinded marks (records interest_mark), a slow keyed
 * hash of name key or document number cut to 40 bits; a station gets "已知，请中心核对" or nothing. The key is the county's (rule interest_salt), so a mark proves nothing
 * outside it, and its cost (argon2id) keeps a stolen list from being tried out name by name. */
#ifndef CORE_AID_INTEREST_H
#define CORE_AID_INTEREST_H

#include "core/aid/rule.h"

enum interest_evidence { INTEREST_ID_NO, INTEREST_NAME, INTEREST_PHONE, INTEREST_EMPLOYER, INTEREST_HANDLER, INTEREST_MARK };
const char *interest_evidence_text(enum interest_evidence evidence);

struct interest_hit {
    struct id kase;        /* the other case; zero for a mark */
    const char *who;       /* name in this case */
    const char *other;     /* whom it meets there, and as what: "对方当事人 某某建筑公司"; "" for a mark */
    enum interest_evidence evidence;
    int score;             /* 1..100 */
    bool opposite;         /* stands on the other side there */
};
typedef bool (*interest_row)(void *context, const struct interest_hit *hit);
/* Hits for a case; handler may be NULL (a record of type handler: has he or his firm acted for the other side?). Own case and linked stages (prev_case, same case_group) do not count. */
enum status interest_check(struct store *store, const struct actor *actor, const struct rules *rules, const struct record *kase, const struct record *handler, interest_row row,
                           void *context, struct errmsg *err);
/* Center, inside a transaction: publish the marks of a case's parties that are not there yet. */
enum status interest_mark(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct rules *rules,
                          const struct record *kase, struct errmsg *err);

#endif /* CORE_AID_INTEREST_H */
