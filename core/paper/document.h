/* core/paper/document.h - papers: filled from a case, issued with a number, served, voided. Forms 1-32 of the Ministry's 2023 set (domain.md 3.4) and the county's own 40-.
 *
 * A paper's wording is a template (core/paper/template.h); its slots are filled from the case, its parties, materials, steps and the county's orgs. What is issued is kept
 * as issued: text, number and day are written once. Numbers are gap-free per word and year, given in the deciding transaction at the center only; a voided number stays
 * with its reason (domain.md 3.5). A station's papers carry the provisional number. */
#ifndef CORE_PAPER_DOCUMENT_H
#define CORE_PAPER_DOCUMENT_H

#include "core/aid/rule.h"
#include "core/record/code_book.h"

/* What a paper is filled from. kase may be NULL for papers of other records (form 1: consultation; 22: document; 28: duty_help; 30: court_observation; 31: organ_opinion; 32: return_visit; 41, 42: case; 43: appointment_letter; 44: complaint). */
struct document_source {
    const struct record *kase;
    const struct record *record; /* the consultation, document, duty_help, payment, appointment_letter, return_visit, ..; NULL */
    const struct record *step;   /* the step that issues it; NULL: the last one that matters is looked up */
    int32_t today;
};

/* The text of a form filled in, as it would be issued now (number slots hold blanks or the number given). Appends to out.
 * Errors: STATUS_NOT_FOUND (no such form), storage. */
enum status document_preview(struct store *store, const struct actor *actor, const struct code_book *codes, const struct rules *rules, const char *form,
                             const struct document_source *source, const char *number, struct buf *out, struct errmsg *err);
/* Fill, number (at the center, when the form's template has a word) and keep. Inside the caller's transaction; rights are the caller's duty.
 * number gets the official number if one was given (at least 64 bytes), else "". */
enum status document_issue(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, const struct rules *rules,
                           const char *form, const struct document_source *source, struct id *id, char number[64], struct errmsg *err);
/* The paper with this id is about to be erased: its number is none to be given again, though no row bears it (meta number_gone:WORD/YEAR/). A center that is put back to before the erasure has the paper itself.
 * Nothing where it has none. In the caller's transaction. Errors: storage. */
enum status document_number_keep(struct store *store, struct id id, struct errmsg *err);
/* The next number of a word and year without taking it, and the number's text after rule number_pattern. Inside a transaction. */
enum status document_next_number(struct store *store, const struct rules *rules, const char *word, int32_t day, int64_t *serial, char number[64], struct errmsg *err);

/* What a person points at for a paper: the case, the consultation, the duty lawyer's help, the payment, or the document to be served (form 22). */
struct document_subject {
    struct record kase, record;
    bool has_case, has_record;
};
/* Load it, with the case behind a record and the consultation behind a case (form 1). Release when done.
 * Errors: STATUS_INVALID (the form is not about such a record: the message says what it is about), STATUS_NOT_FOUND. */
enum status document_subject_load(struct store *store, const struct actor *actor, const char *form, const struct record_type *type, struct id id, struct document_subject *out,
                                  struct errmsg *err);
void document_subject_release(struct document_subject *subject);
struct document_source document_subject_source(const struct document_subject *subject, int32_t today);
/* Whether the actor may issue the form by hand: station papers anybody who takes applications, official ones the center's desk, and only for a case that has come so far
 * (a decision is given by the case's action; this prints it again under a new number). Errors: STATUS_FORBIDDEN, STATUS_INVALID with the reason. */
enum status document_may_issue(const struct actor *actor, const struct code_book *codes, const char *form, const struct document_subject *subject, struct errmsg *err);
/* The newest paper of this form given out for the case and not voided. O(papers of the case). Release *out when *found. */
enum status document_find_issued(struct store *store, const struct actor *actor, const char *form, struct id kase, struct record *out, bool *found, struct errmsg *err);
/* A form by its number ("9", "09") or title, or a part of the title that only one has. Errors: STATUS_NOT_FOUND; STATUS_INVALID (several). */
enum status document_form_find(const struct code_book *codes, const char *text, char form[4], struct errmsg *err);

/* Actions on a document record. Own transaction unless one is open.
 * serve: service, served_on, receiver, service_note as already set in *document (record_set..); station or center. Errors: STATUS_INVALID (kind needs a note: 留置 needs 拒收事由和见证人;
 * 电子 needs consent; 公告 ends after 30 days; 部队 for soldiers), STATUS_FORBIDDEN.
 * void: center's director; reason required; the number stays taken. */
enum status document_serve(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *document, struct errmsg *err);
enum status document_void(struct store *store, const struct actor *actor, const struct code_book *codes, struct random_source random, struct record *document, const char *reason,
                          struct errmsg *err);

#endif /* CORE_PAPER_DOCUMENT_H */
