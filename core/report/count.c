/* core/report/count.c - see count.h. */
#include "core/report/count.h"
