/* tui/version.h - what --version says: program, schema, protocol and library versions. */
#ifndef TUI_VERSION_H
#define TUI_VERSION_H

#include <stdbool.h>

#include "core/base/bytes.h"

/* Append as text, or as one JSON object. */
void version_put(struct buf *out, bool json);

/* "0.1.0". Static. */
const char *version_program(void);

#endif /* TUI_VERSION_H */
