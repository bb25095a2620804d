/* core/report/report_day.c - see report_day.h. */
#include "core/report/report_day.h"
