/* core/report/summary.c - see summary.h. */
#include "core/report/summary.h"
