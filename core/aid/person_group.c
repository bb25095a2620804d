/* core/aid/person_group.c - see core/aid/person_group.h. */
#include "core/aid/person_group.h"
