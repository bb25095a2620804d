/* tui/views/common.h - what several screens need: the program's context, times and values as they are shown. */
#ifndef TUI_VIEWS_COMMON_H
#define TUI_VIEWS_COMMON_H

#include <limits.h>

#include "core/record/code_book.h"
#include "core/record/records.h"
#include "tui/app.h"
#include "tui/form.h"
#include "tui/list.h"

enum { CLOCK_TEXT_BYTES = 9, SHORT_DAY_BYTES = 11, MOMENT_TEXT_BYTES = 20 };

struct app_context *view_context(const struct view *view);
/* Office time of a moment: "09:12:00"; "09:12"; "10-23 09:12", of another year than now "2025-10-23"; long: "2025-10-23 09:12". */
void clock_text(int64_t at_ms, char out[CLOCK_TEXT_BYTES]);
void minute_text(int64_t at_ms, char out[CLOCK_TEXT_BYTES]);
void moment_text(int64_t at_ms, int64_t now_ms, char out[MOMENT_TEXT_BYTES]);
void long_moment_text(int64_t at_ms, int64_t now_ms, char out[MOMENT_TEXT_BYTES]);
/* "10-23" in the year of now_ms, else "2025-10-23"; "" for 0 days when the value is null is the caller's matter. */
void short_day_text(int32_t day, int64_t now_ms, char out[SHORT_DAY_BYTES]);
int32_t today_of(const struct view *view);
/* When this machine last synced, by its own clock; 0: not in what is kept of its tries. */
enum status last_sync(const struct view *view, int64_t *at_ms, struct errmsg *err);
/* The clock is not to be believed (core/record/clock.h): every day filled in by itself would be wrong. Says so in words for a line, appended. */
bool clock_is_wrong(const struct view *view, struct buf *out);
/* The value of a field by name for people, appended; nothing if the type has no such field. */
void record_field_text(const struct record *record, const char *field, const struct code_book *codes, struct buf *out);
/* The same into a fixed text, cut at a character. */
void record_field_copy(const struct record *record, const char *field, const struct code_book *codes, char *out, size_t out_bytes);
/* "东屏街道" of "东屏街道法律援助工作站", other names as they are: for places where every name would end alike. */
void station_short_text(const char *name, char *out, size_t out_bytes);
/* The person's name as the account has it, else the account: changes name accounts. */
void account_person_text(const struct app_context *context, const char *account, char *out, size_t out_bytes);
/* Copy at most out_bytes - 1 bytes, cut at a character; line feeds become blanks. */
void copy_text(char *out, size_t out_bytes, const char *text);
/* Sealing takes the record out of the sight of whoever does it: ask before (answer 1: go on). False: nothing to ask. */
bool ask_to_seal(struct view *view, int tag, const struct record *record);
/* Open the code picker for the form's focused field. False: the field has no codes. */
bool form_pick(struct view *view, struct form *form, int tag);
/* The same; a field without codes is told. */
void form_pick_told(struct view *view, struct form *form, int tag);
/* Put a picked code into the focused field; FORM_CODES gets it added with '+'. Moves on from single codes. */
void form_take_pick(struct form *form, const char *code);
/* Refusals name the field for both worlds: "字段 标签(name): reason". On the screen the label is enough. */
void say_refusal(struct view *view, const char *message);
/* A record that left or was deleted (id zero: which one is not known), and what was typed in it is all that stands here. */
void say_left(struct view *view, const struct record_type *type, struct id id);
/* draft_save (core/record/draft.h) with a title as people read it, codes in words. */
enum status save_titled_draft(struct app_context *context, const struct record *record, struct id *draft, struct errmsg *err);
/* While something new was filled in on a record, the record left: closes the view, the top one, and shows what was typed (view_left_draft). draft: zero: none was stored. unread: what is no value yet and so in no draft,
 * a line "label: words" each. */
void leave_form(struct view *view, const struct record_type *type, struct id on, struct id draft, const char *unread);
/* Why something cannot be done now, for a list: when it could be, or by whom; the whole sentence comes when it is tried. Appends to out. */
void short_refusal(const char *reason, struct buf *out);
/* The form's field whose label such a message names, SIZE_MAX if none. */
size_t form_named_in(const struct form *form, const char *message);
/* form_key with its outcome told: beep and message on refusal. A card that a reader typed goes to the form's card hook (tui/form_burst.h): FORM_CHANGED. */
enum form_result form_key_told(struct view *view, struct form *form, struct key key);
/* What was typed into the form was saved: note it among the person's own numbers (core/record/pace.h). */
void form_saved(struct view *view, struct form *form, const struct record_type *type);
/* The two halves of it, for views that take keys of a form first: whether the key ended a card, which is told and done; else what the form makes of it. */
bool form_card_told(struct view *view, struct form *form, struct key key);
enum form_result form_key_no_card(struct view *view, struct form *form, struct key key);
/* list_key with its outcome told: beep at the edge, a message when the source failed; both come back as LIST_REFUSED, which needs nothing more. LIST_OPEN: a row is selected. */
enum list_result list_key_told(struct view *view, struct list *list, struct key key);
/* The columns a head or label needs beside those so far: `columns`, or what the text takes in the language of the screen with two blanks behind it, whichever is more. */
int columns_beside(int columns, const char *text);
/* Fit the list into `rows` rows of the canvas from `row` on, its header among them, and draw it; a source that fails is told. */
void list_show(struct view *view, struct list *list, struct canvas *canvas, int row, int rows, const char *empty, bool focused);

#endif /* TUI_VIEWS_COMMON_H */
