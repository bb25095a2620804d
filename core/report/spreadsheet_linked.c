/* core/report/spreadsheet_linked.c - what spreadsheet.c loads at run time, linked: no part of the programs, `make deb` reads from it which package the library comes from (core/package/linked.c). */
#include "core/report/spreadsheet_impl.h"

extern void (*const spreadsheet_linked[])(void);
void (*const spreadsheet_linked[])(void) = {SPREADSHEET_CALLS(LIBRARY_ADDRESS)};
