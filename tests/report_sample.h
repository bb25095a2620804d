/* tests/report_sample.h - a small form and the widest there can be, with values, for tests of reports as files; their folder, what is read back. */
#ifndef TESTS_REPORT_SAMPLE_H
#define TESTS_REPORT_SAMPLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/day.h"
#include "core/base/utf8.h"
#include "core/base/width.h"
#include "core/paper/markup.h"
#include "core/paper/paper.h"
#include "core/report/report_file.h"
#include "tests/unzip.h"

#define WITH_FOLDER(test) cmocka_unit_test_setup_teardown(test, report_sample_set_up, report_sample_tear_down)

extern const struct ministry_form REPORT_SAMPLE_SMALL_FORM;
extern const struct report_head REPORT_SAMPLE_HEAD;
extern struct ministry_form report_sample_wide_form;
extern char report_sample_folder[64];
extern char report_sample_path[128];
int report_sample_set_up(void **state);
int report_sample_tear_down(void **state);
/* The widest form there can be: groups of several sizes, a long head, money. */
const struct ministry_form *report_sample_wide(void);
/* Value of unit u, column c: u * 1000 + c, money as fen of that many 0.01 万元. */
struct form_sheet report_sample_make_sheet(const struct ministry_form *form, size_t units, const char *year);
struct form_sheet report_sample_small_sheet(void);
void report_sample_expect_in(const char *text, const char *what);
char *report_sample_entry(const char *name);

#endif /* TESTS_REPORT_SAMPLE_H */
