/* core/report/tally.c - see tally.h. */
#include "core/report/tally.h"
