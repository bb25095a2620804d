/* core/report/ministry_form.c - see ministry_form.h. */
#include "core/report/ministry_form.h"
