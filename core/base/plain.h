/* core/base/plain.h - texts that are printed as they are: one line, nothing in it that moves a terminal's cursor.
 *
 * What records hold passes utf8_normalise. Names of machines and reasons that are typed or come by the wire pass these: a line feed breaks a list in two, an escape does what it likes with the reader's screen. */
#ifndef CORE_BASE_PLAIN_H
#define CORE_BASE_PLAIN_H

#include <stdbool.h>

/* UTF-8 without C0 and C1 control characters, DEL among them. */
bool plain_is(const char *text);
/* Each byte of a control character, and each that is no UTF-8, becomes '?'. */
void plain_make(char *text);

#endif /* CORE_BASE_PLAIN_H */
