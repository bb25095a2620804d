/* sync/advice.c - see advice.h. */
#include "sync/advice.h"

#include <stddef.h>

static const struct {
    enum status status;
    const char *text;
} ADVICE[] = {
    {STATUS_AUTH, "; compare `aidpostd stations` with the machine's key, enrol it anew if it is ours"},
    {STATUS_FORBIDDEN, "; the machine was revoked or belongs to another org: enrol it anew if that is wrong"},
    {STATUS_VERSION, "; upgrade the older of the two programs"},
    {STATUS_FOREIGN, "; practice data or another county's center: look at --data and --center"},
    {STATUS_FORK, "; both keep their data: run aidpost verify at both, tell the center's operator"},
    {STATUS_FULL, "; free space on the disk of the data folder, it goes on by itself"},
    {STATUS_CORRUPT, "; run aidpost verify, restore from a backup if it finds damage"},
    {STATUS_IO, "; look at the disk and the rights of the data folder"},
    {STATUS_BUSY, "; something else writes for long (import, backup), or the other side's database is away: it is tried again"},
    {STATUS_TIMEOUT, "; the line is slow or gone: it is tried again"},
    {STATUS_NOMEM, "; the machine is short of memory"},
    {STATUS_PEER, "; damaged on the way or not our program: if it stays, compare versions on both sides"},
};

const char *advice_for(enum status status)
{
    for (size_t i = 0; i < sizeof ADVICE / sizeof ADVICE[0]; i++)
        if (ADVICE[i].status == status)
            return ADVICE[i].text;
    return "";
}
