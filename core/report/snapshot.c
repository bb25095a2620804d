/* core/report/snapshot.c - see snapshot.h. */
#include "core/report/snapshot.h"
