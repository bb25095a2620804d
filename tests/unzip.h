/* tests/unzip.h - read one entry of a zip file: what a spreadsheet says when it is opened again. Its own inflate, so that no library has to be there that only tests need. */
#ifndef TESTS_UNZIP_H
#define TESTS_UNZIP_H

#include <stdbool.h>
#include <stddef.h>

/* The whole entry, NUL behind it; free() it. NULL: no such file or entry, or it is damaged. */
char *unzip_entry(const char *path, const char *name, size_t *len);
/* The text of a cell of xl/worksheets/sheetN.xml ("B2"), as stored: an inline string's text, a number's digits; "" if the cell is empty. *is_text: it is a string. free() it. */
char *sheet_cell(const char *xml, const char *cell, bool *is_text);

#endif /* TESTS_UNZIP_H */
