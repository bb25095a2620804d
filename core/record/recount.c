/* core/record/recount.c - see core/record/recount.h. */
#include "core/record/recount.h"
