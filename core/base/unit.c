/* core/base/unit.c - see unit.h. */
#include "core/base/unit.h"

#include <stddef.h>
#include <string.h>

#include "core/base/language.h"

static const struct {
    const char *unit, *one;
} UNITS[] = {
    {"件", P_("one", "件")},     {"人次", P_("one", "人次")}, {"人", P_("one", "人")}, {"份", P_("one", "份")}, {"块", P_("one", "块")},
    {"条", P_("one", "条")},     {"场", P_("one", "场")},     {"场次", P_("one", "场次")}, {"小时", P_("one", "小时")}, {"张", P_("one", "张")},
    {"期", P_("one", "期")},     {"次", P_("one", "次")},     {"项", P_("one", "项")}, {"封", P_("one", "封")}, {"面", P_("one", "面")},
    {"天", P_("one", "天")},
};

const char *unit_words(const char *unit, int64_t n)
{
    if (language_is_foreign() && (n == 1 || n == -1))
        for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++)
            if (strcmp(UNITS[i].unit, unit) == 0)
                return _(UNITS[i].one);
    return _(unit);
}
