/* placeholder */
#include "tests/simulate/world.h"
