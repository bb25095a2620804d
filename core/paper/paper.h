/* core/paper/paper.h - filled text (the markup of template.h) laid out: as A4 pages in PDF with an embedded Chinese font, or as plain text for a terminal. Pure: no store.
 *
 * PDF by Pango and Cairo (left out by configure --without-pdf; then paper_pdf says STATUS_UNSUPPORTED). They are loaded with the first PDF (core/base/library.h): no other session waits for them. Fonts: a Song face for text with fall-backs that have every
 * character of GB 18030 (rare names); a character no installed font has is an error that names it, not an empty box. */
#ifndef CORE_PAPER_PAPER_H
#define CORE_PAPER_PAPER_H

#include "core/base/bytes.h"
#include "core/base/status.h"

/* Plain text, `columns` wide (>= 40), cells counted by display width. Appends to out. */
enum status paper_text(const char *marked, size_t len, int columns, struct buf *out, struct errmsg *err);
/* A PDF file's bytes, appended to out. title: document title in the file's properties; day: its date there, so that the same paper gives the same bytes. Errors: STATUS_UNSUPPORTED (also: the libraries are not installed; the message names the file), STATUS_INVALID (missing glyph: names the character), STATUS_NOMEM. */
enum status paper_pdf(const char *marked, size_t len, const char *title, int32_t day, struct buf *out, struct errmsg *err);
/* Whether PDF is built in; whether the libraries are there only paper_pdf knows. */
bool paper_has_pdf(void);

#endif /* CORE_PAPER_PAPER_H */
