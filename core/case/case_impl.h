/* core/case/case_impl.h - between case_flow.c (the engine), case_flow_table.c (the table), case_actions.c (the hooks) and the files of single actions. */
#ifndef CORE_CASE_CASE_IMPL_H
#define CORE_CASE_CASE_IMPL_H

#include "core/case/case_flow.h"

extern const struct case_action case_actions[];
extern const size_t n_case_actions;

/* Another word for a field of these actions (comma-separated; "" all); the field is one of the action's own. */
struct case_field_alias {
    const char *actions, *word, *field;
};
extern const struct case_field_alias case_field_aliases[];
extern const size_t n_case_field_aliases;

/* What an action has around it while it is committed. */
struct case_work {
    struct store *store;
    const struct actor *actor; /* the person */
    struct actor acting;       /* the same, inside an action; more is set: the step is written last */
    const struct code_book *codes;
    struct random_source random;
    struct case_move *move;
    const char *forms; /* papers to give out; a hook may choose others */
    struct {
        enum { CASE_STAYS, CASE_MOVES, CASE_SHARED, CASE_SHARED_NO_MORE } how;
        int64_t org;
    } hand_over; /* what becomes of the case when the action is written: set by a hook */
    const struct record *about; /* record that they are filled from beside case and step; NULL; set by case_action_write */
    struct errmsg *err;
};

/* Fill what follows from the case when the action begins: defaults a person may change. */
enum status case_action_defaults(struct case_move *move, struct errmsg *err);
/* Rules beyond needed fields, and what the action sets: the case's own fields, never a row. Inside the transaction, before anything is written. */
enum status case_action_apply(struct case_work *work);
/* Rows beside case, step and papers: materials, marks, pay sheet. Inside the transaction; the case has its id. */
enum status case_action_write(struct case_work *work);

/* Inside the transaction, when everything is written: the case and what hangs on it, this action's step too, go where work->hand_over says. */
enum status case_hand_over(struct case_work *work);

/* Field helpers; names must exist. */
bool case_day(const struct record *record, const char *field, int32_t *day); /* false: empty */
int64_t case_int(const struct record *record, const char *field);             /* 0: empty */
int64_t case_loaded_int(const struct record *record, const char *field);      /* as it was stored; 0: empty */
bool case_is(const struct record *record, const char *field, const char *code);
bool case_empty(const struct record *record, const char *field);
enum status case_clear(struct record *record, const char *field);
enum status case_wrong(struct errmsg *err, const struct record *record, const char *field, const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Whether the comma-separated list has the word. */
bool case_list_has(const char *list, const char *word);

/* --- shared by the hooks --- */
enum { CASE_TEXT_BYTES = 300 };
enum status case_set_day(struct record *record, const char *field, int32_t day);
/* An empty field gets the text. */
enum status case_offer(struct record *record, const char *field, const char *text);
/* The step gets the day that the case remembers in this field; the day of the step. */
enum status case_step_on(struct case_work *work, const char *field);
int32_t case_step_day(const struct case_move *move);

struct case_last_step {
    const char *action;
    char worker[ACTOR_NAME_MAX_BYTES];
    bool found;
};
/* The last step of that action. */
enum status case_find_step(struct case_work *work, const char *action, struct case_last_step *last);
/* Refuses when the same person made that step (rule separate_review). */
enum status case_other_person(struct case_work *work, const char *action);
/* Sex, birth day, categories and statistics matter that follow from what is filled in. */
enum status case_derive(struct case_work *work);
enum status case_provisional_number(struct case_work *work);
const char *case_usual_aid_form(const struct record *kase);
void case_usual_basis(const struct record *kase, char *out, size_t out_bytes);

struct case_conflicts {
    char text[CASE_TEXT_BYTES];
    size_t used, n, opposite;
};
/* Search the county for conflicts of interest; the finding goes into the step. handler may be NULL. */
enum status case_check_conflicts(struct case_work *work, const struct record *handler, struct case_conflicts *conflicts);

/* --- hooks --- */
enum status case_apply_accept(struct case_work *work);
enum status case_apply_agree(struct case_work *work);
enum status case_apply_approve(struct case_work *work);
enum status case_apply_archive(struct case_work *work);
enum status case_apply_assign(struct case_work *work);
enum status case_apply_change(struct case_work *work);
enum status case_apply_closing(struct case_work *work);
enum status case_apply_complete(struct case_work *work);
enum status case_apply_cooperate(struct case_work *work);
enum status case_apply_correct(struct case_work *work);
enum status case_apply_decide_objection(struct case_work *work);
enum status case_apply_draft(struct case_work *work);
enum status case_apply_examine(struct case_work *work);
enum status case_apply_lapse(struct case_work *work);
enum status case_apply_log(struct case_work *work);
enum status case_apply_notify(struct case_work *work);
enum status case_apply_object(struct case_work *work);
enum status case_apply_pay(struct case_work *work);
enum status case_apply_receive(struct case_work *work);
enum status case_apply_refuse(struct case_work *work);
enum status case_apply_request(struct case_work *work);
enum status case_apply_share(struct case_work *work);
enum status case_apply_terminate(struct case_work *work);
enum status case_apply_transfer(struct case_work *work);
enum status case_apply_unshare(struct case_work *work);
enum status case_apply_urgent(struct case_work *work);
enum status case_apply_visit(struct case_work *work);
enum status case_default_agree(struct case_move *move);
enum status case_default_archive(struct case_move *move);
enum status case_default_assign(struct case_move *move);
enum status case_default_change(struct case_move *move);
enum status case_default_closing(struct case_move *move);
enum status case_default_complete(struct case_move *move);
enum status case_default_decision_day(struct case_move *move);
enum status case_default_object(struct case_move *move);
enum status case_default_pay(struct case_move *move);
enum status case_default_pre_review(struct case_move *move);
enum status case_default_notify(struct case_move *move);
enum status case_default_receive(struct case_move *move);
enum status case_default_request(struct case_move *move);
enum status case_default_terminate(struct case_move *move);
enum status case_default_urgent(struct case_move *move);
enum status case_offer_decision(struct case_move *move);
enum status case_resume_clock(struct case_work *work);
enum status case_write_visit(struct case_work *work);

#endif /* CORE_CASE_CASE_IMPL_H */
