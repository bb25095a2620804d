/* core/report/period.c - see period.h. */
#include "core/report/period.h"
