/* core/base/language.h - the language the program speaks to people: Chinese as written in the source, or a catalogue of another language.
 *
 * The Chinese text in the source is the message id, as with gettext, and the catalogue is a GNU .mo made from core/data/<language>.po at build time and linked into the
 * program. The lookup is this file's own: gettext() needs locales and files installed on the machine, and glibc from 2.39 on treats C.UTF-8, the one locale every
 * station has, like C, where it translates nothing.
 *
 * The rules:
 *   - Translated is what is shown, where it is shown. Values that people typed or that are stored, sent or compared are never translated: a state's or a field's name
 *     is looked up when it is drawn, so --where 类别=… works in every language.
 *   - Functions that take a text of the program (errmsg_set, app_say, app_ask, form and list labels, key lines, commands, help pages) look it up themselves; their callers
 *     write plain literals. Texts put together by hand (buf_puts, canvas_puts, snprintf) are wrapped: buf_puts(out, _("完成")).
 *   - Looking up is idempotent, since every id has Chinese in it and no translation has: a text may pass two such places.
 *   - Official papers, the Ministry's forms and summaries stay Chinese.
 *   - What the program writes down for others (the reason of a refused change, a log line) is in the language of the process that wrote it.
 * How texts get into the .po: core/data/update_po.sh; tests/test_english.c and tests/language_test.sh hold it complete.
 *
 * The language belongs to the process and is set once, before the first text is made: this is the project's only mutable global. Not thread-safe while it is set. */
#ifndef CORE_BASE_LANGUAGE_H
#define CORE_BASE_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/status.h"

/* Speak the language of this .mo from now on; borrowed for the life of the process. It is checked whole (bounds, ends of texts, order of ids), so that a lookup needs no
 * checks. mo NULL: Chinese again (for tests). Errors: STATUS_MALFORMED, STATUS_UNSUPPORTED (revision, system-dependent texts); the language is unchanged. O(texts). */
enum status language_use(const void *mo, size_t len, struct errmsg *err);

/* The text in the process's language; the text itself, without its role, if there is no other, or in Chinese. Never NULL unless text is. "" is "". O(log n). */
const char *language_text(const char *text) __attribute__((format_arg(1)));

/* Whether texts are looked up at all. */
bool language_is_foreign(void);

#define _(text) language_text(text)
/* Marks a text that is translated where it is used, in files of which update_po.sh takes only marked texts. */
#define N_(text) text
/* A short text that needs two translations says in which role it stands: P_("key", "退出"). As in every gettext program the catalogue keeps it as msgctxt; it is told
 * from others by the role and a byte 4 before it, so it is shown through a place that looks up, in Chinese too. */
#define P_(role, text) role "\004" text
/* Marks a text that stays Chinese in every language (data, official wording), in files of which texts.sh takes all literals. One literal, on one line. */
#define CHINESE(text) text

#endif /* CORE_BASE_LANGUAGE_H */
