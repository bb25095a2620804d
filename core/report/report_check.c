/* core/report/report_check.c - see report_check.h. */
#include "core/report/report_check.h"
