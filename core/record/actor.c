/* core/record/actor.c - names of roles and what a role may do at all. */
#include "core/record/actor.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/language.h"

static const char *const role_names[ROLE_COUNT] = {
    [ROLE_STATION] = "station",   [ROLE_VOLUNTEER] = "volunteer", [ROLE_CLERK] = "clerk",
    [ROLE_REVIEWER] = "reviewer", [ROLE_DIRECTOR] = "director",   [ROLE_BUREAU] = "bureau",
    [ROLE_ARCHIVIST] = "archivist", [ROLE_ADMIN] = "admin",       [ROLE_AUDITOR] = "auditor",
};

const char *actor_role_name(enum actor_role role)
{
    assert(role < ROLE_COUNT);
    return role_names[role];
}

enum actor_role actor_role_parse(const char *name)
{
    for (unsigned i = 0; i < ROLE_COUNT; i++) {
        if (strcmp(role_names[i], name) == 0)
            return (enum actor_role)i;
    }
    return ROLE_COUNT;
}

const char *actor_role_label(enum actor_role role)
{
    static const char *const labels[ROLE_COUNT] = {"工作站人员", "志愿者", "中心受理员", "中心审查员", "中心负责人", "司法局", "档案员", "管理员", "审计员"};
    assert(role < ROLE_COUNT);
    return _(labels[role]);
}

const char *actor_called(const struct actor *actor)
{
    return actor->display[0] != '\0' ? actor->display : actor->name;
}

void actor_role_labels(unsigned roles, char *out, size_t out_bytes)
{
    size_t used = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < ROLE_COUNT && used < out_bytes; i++)
        if (roles & 1u << i)
            used += (size_t)snprintf(out + used, out_bytes - used, "%s%s", used > 0 ? _("、") : "", actor_role_label((enum actor_role)i));
}

bool actor_is_one_of(const struct actor *actor, unsigned roles)
{
    return actor->owner || (actor->role < ROLE_COUNT && (roles & 1u << actor->role) != 0);
}

bool actor_may_write(const struct actor *actor)
{
    return actor->role < ROLE_COUNT && actor->role != ROLE_AUDITOR;
}
