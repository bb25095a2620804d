/* tui/form_burst.h - identity card readers and scanners type faster than people: a burst of keys that ends with Enter and is a card (core/record/id_reader.h).
 *
 * The keys of a burst go to the form as always, so that nothing waits for more to come. When the burst turns out to be a card, the form is put back to how it stood at the first of its keys, and the
 * card goes to form_hooks.card instead: no key of it has filled a wrong field, moved on, or chosen anything. A reader that types Enter between the parts of a card is understood as well.
 * Pasted lines count. What is not a card is what it always was: keys. */
#ifndef TUI_FORM_BURST_H
#define TUI_FORM_BURST_H

#include "core/record/id_reader.h"
#include "tui/form.h"

enum { FORM_BURST_GAP_MS = 80 }; /* two keys of a burst are at most that far apart */

/* Before the form gets a key. True: it ends a card, the form stands as before the burst, *card holds it; the key is used up. False: go on with it. Only forms with a card hook collect anything. */
bool form_burst_key(struct form *form, struct key key, int64_t now_ms, struct id_reading *card);
/* For form_release. */
void form_burst_free(struct form_burst *burst);

#endif /* TUI_FORM_BURST_H */
