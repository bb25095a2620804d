/* core/report/chart.c - see chart.h. */
#include "core/report/chart.h"
