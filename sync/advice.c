/* sync/advice.c - see advice.h. */
#include "sync/advice.h"

#include <stddef.h>

#include "core/base/language.h"

static const struct {
    enum status status;
    const char *text;
} ADVICE[] = {
    {STATUS_AUTH, "；请把这台机器的密钥与 aidpostd stations 所列的比对，是自己的机器就重新登记"},
    {STATUS_FORBIDDEN, "；如果不对，请重新登记（登记码由县中心发）"},
    {STATUS_VERSION, "；请更新两边中较旧的程序"},
    {STATUS_FOREIGN, "；是练习数据或别的县的中心：请查 --data 和 --center"},
    {STATUS_FORK, "；双方数据都在：请在两边运行 aidpost verify，并告诉县中心"},
    {STATUS_FULL, "；请在数据文件夹所在的磁盘腾出空间，随后自动继续"},
    {STATUS_CORRUPT, "；请运行 aidpost verify，查出损坏就从备份恢复"},
    {STATUS_IO, "；请查磁盘和数据文件夹的权限"},
    {STATUS_BUSY, "；别的程序正在长时间写（导入、备份），或对方的数据库停了：会再试"},
    {STATUS_TIMEOUT, "；线路慢或断了：会再试"},
    {STATUS_NOMEM, "；这台机器内存不够"},
    {STATUS_PEER, "；路上损坏，或对方不是本程序：一直这样就比对两边的版本"},
};

const char *advice_for(enum status status)
{
    for (size_t i = 0; i < sizeof ADVICE / sizeof ADVICE[0]; i++)
        if (ADVICE[i].status == status)
            return _(ADVICE[i].text);
    return "";
}
