/* tests/practice_master.c - see practice_master.h. Apart from practice_desk.c, because tests/command.h and tui/command.h both have a struct command. */
#include "tests/practice_master.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/command.h"

void practice_folder_make(char folder[PRACTICE_PATH_BYTES])
{
    snprintf(folder, PRACTICE_PATH_BYTES, "/tmp/aidpost-screens-XXXXXX");
    assert_non_null(mkdtemp(folder));
}

void practice_master_make(char folder[PRACTICE_PATH_BYTES])
{
    practice_folder_make(folder);
    command_expect(folder, PRACTICE_NOW_MS, "practice --headless", 0, "白马镇");
}
