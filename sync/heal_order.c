/* sync/heal_order.c - see heal_order.h. */
#include "sync/heal_order.h"

/* A center whose order ends before what the station has seen was put back; what lies between has to be found out by both. */
enum status heal_order_judge(struct store *store, const struct session_request *request, struct session_result *result)
{
    (void)store;
    if (request->file || request->hello.rcur <= result->order_head)
        return STATUS_OK;
    return errmsg_set(&result->err, STATUS_FORK, "中心的数据比本站见过的旧（中心到第 %llu 号，本站已到 %llu 号），可能从备份恢复；双方数据未动，请联系中心",
                      (unsigned long long)result->order_head, (unsigned long long)request->hello.rcur);
}

enum status heal_order_evaluate(struct store *store, const struct session_request *request, struct session_result *result)
{
    (void)store;
    (void)request;
    return errmsg_set(&result->err, STATUS_PEER, "站点发来了没有问过的比对结果");
}

enum status heal_order_sample(struct store *store, const struct message_compare *compare, struct message_samples *samples, struct errmsg *err)
{
    (void)store;
    (void)compare;
    (void)samples;
    return errmsg_set(err, STATUS_UNSUPPORTED, "本程序还不能比对中心的次序");
}
