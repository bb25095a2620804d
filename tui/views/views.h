/* tui/views/views.h - the screens of the program. Each is one class; what it takes as argument stands beside it. */
#ifndef TUI_VIEWS_VIEWS_H
#define TUI_VIEWS_VIEWS_H

#include "core/record/catalogue.h"
#include "tui/app.h"

enum view_eval_page { EVAL_PAGE_FIRST, EVAL_PAGE_SECOND }; /* cases without an evaluation; first rounds without a second */

extern const struct view_class view_home;          /* nothing */
extern const struct view_class view_first_setup;   /* tui/views/first_setup.h */
extern const struct view_class view_first_start;   /* text: the folder without a store, or NULL */
extern const struct view_class view_consult_entry; /* id: a draft to go on with, or zero */
extern const struct view_class view_record_list;   /* type: record type name; text: what to find, or NULL; where: only these */
extern const struct view_class view_record_edit;   /* type + id: the record; zero id: a new one; number VIEW_DRAFT: id is a draft's; zero id and text: a row of the case of that id; zero id and where: begins with its equal terms; number VIEW_AT_FIELD + a field's number: the form begins there */
extern const struct view_class view_case;          /* id: the case */
extern const struct view_class view_case_action;   /* type: action name; id: the case, or the consultation, person or event a new one starts from, or zero; VIEW_DRAFT: id is a draft's */
extern const struct view_class view_inbox;         /* nothing; the center's */
extern const struct view_class view_bulk;          /* type + ids: the records to change, none: only to take the last bulk change back */
extern const struct view_class view_search;        /* text: what to find, or NULL */
extern const struct view_class view_lookup;        /* text: a name to ask the center about, or NULL; a station's */
extern const struct view_class view_sync;          /* nothing; a station's */
extern const struct view_class view_stations;      /* nothing; the center's side of sync */
const struct view_class *view_sync_of(const struct app_context *context); /* of the two the one of this machine */
extern const struct view_class view_stick;         /* nothing */
extern const struct view_class view_history;       /* type + id */
extern const struct view_class view_conflicts;     /* nothing: the list of all */
extern const struct view_class view_stale;         /* id: a draft whose fields somebody else has saved meanwhile; STATUS_INVALID: there are none */
extern const struct view_class view_conflict;      /* type + id: the conflicts of one record; number: 1 + no of a field of it whose settlement is taken back (1: of a deletion) */
extern const struct view_class view_signin;        /* app.h: text: account, number: enum app_signin; the app's cover only */
extern const struct view_class view_password;      /* nothing */
extern const struct view_class view_leave;         /* text: who goes, NULL: it is asked */
extern const struct view_class view_passages;      /* nothing: what came to this station and left it */
extern const struct view_class view_left_draft;    /* id: a draft of something begun on a record that left; STATUS_NOT_FOUND: it is none. With type and ids: that record, text: more lines that were typed; id zero then: only those */
extern const struct view_class view_flagged;       /* nothing */
extern const struct view_class view_help;          /* text: name of a class; of the view on top, that one as it stands */
extern const struct view_class view_help_index;    /* nothing: all screens */
extern const struct view_class view_law;           /* text: something that cites articles, or what to find; NULL */
extern const struct view_class view_registers;     /* nothing: every register there is */
extern const struct view_class view_act;           /* type + id: what can be done with the record; VIEW_DRAFT: id is a draft's */
extern const struct view_class view_related;       /* type + id: what hangs on the record and what it refers to */
extern const struct view_class view_ledgers;       /* nothing: the ledgers and own views */
extern const struct view_class view_ledger;        /* text: a ledger's code; NULL and id: an own view */
extern const struct view_class view_rules;         /* nothing: the county's rules */
extern const struct view_class view_document;      /* type + id: a document as given out; else the record and text: a form, NULL the usual one */
extern const struct view_class view_todo;          /* nothing: every period that runs */
extern const struct view_class view_duplicates;    /* id: a person's likely doubles and merges; zero: the county's list */
extern const struct view_class view_outreach;          /* nothing: events that are not closed */
extern const struct view_class view_outreach_start;    /* id: the event whose session is changed; zero: a new one */
extern const struct view_class view_outreach_event;    /* id: the event; VIEW_DRAFT: id is a line's draft */
extern const struct view_class view_outreach_tally;    /* these three: id: the event */
extern const struct view_class view_outreach_material;
extern const struct view_class view_outreach_close;
extern const struct view_class view_merge;         /* id: the file that stays; text: id of the other one */
extern const struct view_class view_quality;       /* nothing; the center's: evaluations, opinions, assessment */
extern const struct view_class view_eval_due;      /* number: enum view_eval_page; text: the later of its two years, NULL this one */
extern const struct view_class view_eval_sheet;    /* id: the case to judge, text: round, NULL the next one; VIEW_DRAFT: id is a draft's */
extern const struct view_class view_eval_rounds;   /* type + id: a case, or one of its evaluations */
extern const struct view_class view_assess;        /* type: code of set assess_kind, NULL handlers; number: year, 0 this one */
extern const struct view_class view_assess_sheet;  /* type: kind, id: whose, number: year */
extern const struct view_class view_assess_rows;   /* type: kind, id: whose, number: year, text: the metric */

extern const struct view_class view_visits;        /* number: the year whose cases are visited, 0: last year */
extern const struct view_class view_visit_worklist; /* number: year; text: code of a town ("" not known), NULL: all */
extern const struct view_class view_visit_answers; /* number, text: the same */
extern const struct view_class view_visit_voices;  /* number, text: the same; type: which (visit_voices.c) */
extern const struct view_class view_figures;       /* nothing: outreach work of this year; id: figures of a campaign */
extern const struct view_class view_campaign_text; /* id: the campaign told in one paragraph */
extern const struct view_class view_stock;         /* nothing: publicity material on the shelves */
extern const struct view_class view_reports;       /* text: name of a period ("2026H1"), NULL the one looked at last */
extern const struct view_class view_report_form;   /* type: a form's name ("form6"); text: period; where: a cell to stand on ("F6.2"), NULL the first; number: org, 0 the total */
extern const struct view_class view_report_rows;   /* where: a cell of a form or of the summary ("F6.2", "R1"), of its rows; text: period; number: org, 0 the total */
extern const struct view_class view_report_checks; /* type: a form's name; text: period: its checks that do not hold */
extern const struct view_class view_report_late;   /* type: a form's name; text: period: cells that differ from the snapshot */
extern const struct view_class view_report_late_rows; /* where: a cell; text: period; number: org, 0 the total: the rows that make the difference */
enum { VIEW_SUMMARY_TEXT = 1 };
extern const struct view_class view_report_summary; /* text: name of a period ("2026H1"), NULL the half that ended last; number VIEW_SUMMARY_TEXT: begins with the text */
extern const struct view_class view_report_charts;  /* text: the same */
extern const struct view_class view_report_chart;   /* type: a chart's name (core/report/chart.h); text: the same */
extern const struct view_class view_report_heat;    /* type: "cases" or "consultations"; text: the same */
extern const struct view_class view_report_bar_rows; /* type: a chart's name, "heat-cases" or "heat-consultations"; where: which (report_bar_rows.c); text: period */
extern const struct view_class view_report_day;     /* text: the same */
extern const struct view_class view_pace;           /* nothing: the person's own numbers */
extern const struct view_class view_drafts;         /* nothing: what this person has begun and not saved */

/* For app_context.may_stay. */
bool view_signin_may_stay(const struct app_context *context);

enum { VIEW_DRAFT = 1, VIEW_ON_THE_SPOT /* view_case_action: draft, then receive, then back to where it was asked for */, VIEW_AT_FIELD = 1000 };

/* The screen of a place of the report day (core/report/report_day.h: report_day_place_at); NULL: not known. */
const struct view_class *view_report_day_place(const char *place);
/* Open a record where it is worked on: a case on its own screen, others in the form. Errors: as app_open. */
enum status view_open_record(struct app *app, const struct record_type *type, struct id id);
/* Open the list of a type of the catalogue. The name must exist (assert). */
enum status view_open_list(struct app *app, const char *type);
/* Begin a new record where records of the type are begun. where: NULL or what it begins with. Errors: as app_open; STATUS_FORBIDDEN, told on the message line. */
enum status view_open_new(struct app *app, const struct record_type *type, const char *where);
/* The form a record of the type is usually printed as; NULL: none. Static. */
const char *view_usual_form(const struct record_type *type);
/* Whether anything can be done with records of the type beside writing them (core/register/act.h). */
bool view_has_acts(const struct record_type *type);
/* Go on with a draft where it was begun. record: zero for a new record. */
enum status view_open_draft(struct app *app, const struct record_type *type, struct id draft, struct id record);

#endif /* TUI_VIEWS_VIEWS_H */
