/* tui/views/help_text.h - what the help says, as text: of a screen, of the field the cursor is in, of what holds everywhere; and the list of all screens.
 *
 * Nothing is written twice: a screen's words stand in its class, its keys in its keymap, a field's in the catalogue, an article in the law book. */
#ifndef TUI_VIEWS_HELP_TEXT_H
#define TUI_VIEWS_HELP_TEXT_H

#include "core/base/bytes.h"
#include "tui/app.h"

struct help_topic {
    const char *group; /* "案件" */
    const struct view_class *class;
    const char *label; /* what the index calls the screen */
};

size_t help_topics(void);
const struct help_topic *help_topic_at(size_t index); /* index < help_topics() (assert); those of a group follow each other */
const struct help_topic *help_topic_find(const char *class_name); /* NULL: none */

/* All append lines, divided by line feeds, the last one ended, too. */
void help_text_screen(struct view *view, struct buf *out);
/* The same of a screen that is not open. Errors: STATUS_NOMEM. */
enum status help_text_topic(struct app *app, const struct help_topic *topic, struct buf *out);
/* The field the cursor is in: what belongs there, how it is written, the articles of the law it rests on. Nothing when it is in none. */
void help_text_field(struct view *view, struct buf *out);
void help_text_everywhere(struct buf *out);

#endif /* TUI_VIEWS_HELP_TEXT_H */
