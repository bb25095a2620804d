/* core/paper/paper_linked.c - what paper_pdf.c loads at run time, linked: no part of the programs, `make deb` reads from it which packages the libraries come from (core/package/linked.c). */
#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "core/base/library.h"
#include "core/paper/paper_layout.h"

extern void (*const paper_linked[])(void);
void (*const paper_linked[])(void) = {PAPER_CALLS(LIBRARY_ADDRESS)};
