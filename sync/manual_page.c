/* sync/manual_page.c - see manual_page.h. */
#include "sync/manual_page.h"

#include "core/base/language.h"

void manual_page_put(struct buf *out, const struct manual_verb *verbs, size_t n, const struct option_def *options)
{
    manual_begin(out, "aidpostd", 8, PACKAGE_VERSION, _("aidpost 的同步：县中心、工作站、U 盘"));
    manual_section(out, _("用法"));
    manual_item(out, "aidpostd", _("命令 [选项]"), "");
    manual_section(out, _("说明"));
    manual_text(out, _("把变更日志在工作站和县中心之间同步，TLS 1.3，两边的密钥各自钉住；没有网络的用密封的文件（U 盘）。\n"
                       "屏幕和同步只在数据文件夹里相遇：同步停了照常录入，屏幕关着照常同步。"));
    manual_section(out, _("命令"));
    manual_verbs(out, verbs, n, options);
    manual_section(out, _("选项"));
    manual_options(out, options, NULL);
    manual_section(out, _("退出码"));
    manual_item(out, "0", "", _("完成"));
    manual_item(out, "1", "", _("失败"));
    manual_item(out, "2", "", _("用法不对"));
    manual_item(out, "3", "", _("部分完成"));
    manual_section(out, _("环境变量"));
    manual_item(out, "AIDPOST_DATA", "", _("数据文件夹，没有 --data 时用"));
    manual_item(out, "AIDPOST_LANG", "zh|en", _("没有 --lang 时用"));
    manual_item(out, "AIDPOST_TRACE", "error|warn|info|debug", _("日志写多细；日志里没有个人信息"));
    manual_section(out, _("文件"));
    manual_item(out, "/var/lib/aidpost", "", _("装成服务时的数据文件夹"));
    manual_item(out, "aidpost-center.service, aidpost-station.service, aidpost-upward.service, aidpost-backup.timer", "", _("systemd 的服务：县中心、工作站、县中心上报、每夜备份"));
    manual_section(out, _("参见"));
    manual_text(out, "aidpost(1), aidpost-data(5)");
}
