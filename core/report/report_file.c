/* core/report/report_file.c - see report_file.h. */
#include "core/report/report_file.h"
