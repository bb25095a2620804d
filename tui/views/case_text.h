/* tui/views/case_text.h - how the case screens say things: deadlines, numbers, steps, papers. */
#ifndef TUI_VIEWS_CASE_TEXT_H
#define TUI_VIEWS_CASE_TEXT_H

#include "core/case/case_flow.h"
#include "tui/views/due.h"

/* "报送结案 11-20 剩 28 天", appended. */
void case_deadline_text(const struct rules *rules, const struct deadline *deadline, int64_t now_ms, struct buf *out);
/* The official number, else the provisional one, else words. Borrowed from the case or static. */
const char *case_number_text(const struct record *kase);
/* "东屏街道" of "东屏街道法律援助工作站": for lists, where every row would end alike. */
void case_station_text(const struct record *kase, char *out, size_t out_bytes);
/* Who handles it and for whom: "刘敏  永阳律师事务所", appended; nothing if nobody does. */
void case_handler_text(struct view *view, const struct record *kase, struct buf *out);
/* What a step says beside who and when: matter, opinion, reason, content, results; one line, appended. */
void case_step_words(const struct record *step, const struct code_book *codes, struct buf *out);
/* "已收件 -> 已初审"; the state alone when it stayed. Appended. */
void case_step_states(const struct record *step, const struct code_book *codes, struct buf *out);
/* Titles of forms "09,11" divided by 、, without the words 法律援助 that nearly all have; appended. */
void case_forms_text(const char *forms, const struct code_book *codes, struct buf *out);
/* Labels of fields "received_on,name" of an action, divided by 、; appended. */
void case_needs_text(const struct case_action *action, struct buf *out);
/* Cut text into lines of at most `columns`, breaking where Chinese breaks; line feeds too. Stops when line returns false. */
void case_wrap(const char *text, int columns, bool (*line)(void *context, const char *text), void *context);

#endif /* TUI_VIEWS_CASE_TEXT_H */
