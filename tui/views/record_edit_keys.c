/* tui/views/record_edit_keys.c - see record_edit_keys.h. */
#include "tui/views/record_edit_keys.h"

#include <string.h>

#include "tui/views/views.h"

static const struct command COMMANDS[] = {{COMMAND_CONFLICT, "conflict", "看这条记录两边都改过的地方"},
                                          {COMMAND_APPLY, "apply", "起草法律援助申请，这里已有的内容带过去"},
                                          {COMMAND_SAME, "same", "可能是同一人的档案；合并过的可以拆开"},
                                          {COMMAND_DO, "do", "办理: 列出现在能对这条记录办的，如聘任、受理、收场"},
                                          {COMMAND_RELATED, "related", "相关: 挂在这条记录上的，和它引用的"},
                                          {COMMAND_ERASE, "erase", "依法清除: 内容从各台机器上抹去，不能恢复；县中心的管理员，写理由"},
                                          {COMMAND_NONE, NULL, NULL}};

const struct keymap *record_edit_keymap(const struct record_type *type, bool is_new)
{
    static const struct binding new_bindings[] = {
        {"Enter", COMMAND_NONE, "下一项", BINDING_HINT}, {"=", COMMAND_REPEAT_FIELD, "同上条", 0},   {"F2", COMMAND_SAVE, "保存", BINDING_KEEP},
        {"F8", COMMAND_REPEAT, "整条重复", 0},            {"F4", COMMAND_CODES, "代码", 0},            {"Ctrl-Z", COMMAND_UNDO, "撤回", 0},
        {"F9", COMMAND_LAW, "法条", 0},                   {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回留草稿", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct binding bindings[] = {
        {"Enter", COMMAND_NONE, "下一项", BINDING_HINT}, {"F2", COMMAND_SAVE, "保存", 0},        {"F4", COMMAND_CODES, "代码", 0},
        {"Ctrl-R", COMMAND_RELATED, "相关", 0},           {"F7", COMMAND_HISTORY, "历史", 0},     {"Ctrl-D", COMMAND_DELETE, "删除", 0},
        {"F6", COMMAND_CONFLICT, "冲突", 0},              {"Ctrl-Z", COMMAND_UNDO, "撤回", 0},    {"F9", COMMAND_LAW, "法条", 0},
        {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},       {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct binding paper_bindings[] = {
        {"Enter", COMMAND_NONE, "下一项", BINDING_HINT}, {"F2", COMMAND_SAVE, "保存", 0},        {"F4", COMMAND_CODES, "代码", 0},
        {"F8", COMMAND_PRINT, "文书", 0},                 {"Ctrl-R", COMMAND_RELATED, "相关", 0}, {"F9", COMMAND_LAW, "法条", 0},
        {"F7", COMMAND_HISTORY, "历史", 0},               {"Ctrl-D", COMMAND_DELETE, "删除", 0},  {"F6", COMMAND_CONFLICT, "冲突", 0},
        {"Ctrl-Z", COMMAND_UNDO, "撤回", 0},              {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct binding act_bindings[] = {
        {"Enter", COMMAND_NONE, "下一项", BINDING_HINT}, {"F2", COMMAND_SAVE, "保存", 0},        {"F4", COMMAND_CODES, "代码", 0},
        {"F5", COMMAND_DO, "办理", 0},                    {"Ctrl-R", COMMAND_RELATED, "相关", 0}, {"F7", COMMAND_HISTORY, "历史", 0},
        {"Ctrl-D", COMMAND_DELETE, "删除", 0},            {"F6", COMMAND_CONFLICT, "冲突", 0},    {"Ctrl-Z", COMMAND_UNDO, "撤回", 0},
        {"F9", COMMAND_LAW, "法条", 0},                   {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct binding apply_bindings[] = {
        {"Enter", COMMAND_NONE, "下一项", BINDING_HINT}, {"F2", COMMAND_SAVE, "保存", 0},        {"F4", COMMAND_CODES, "代码", 0},
        {"F5", COMMAND_APPLY, "转申请", 0},               {"F7", COMMAND_HISTORY, "历史", 0},     {"F6", COMMAND_CONFLICT, "冲突", BINDING_HIDDEN}, {"Ctrl-R", COMMAND_RELATED, "相关", 0},
        {"Ctrl-D", COMMAND_DELETE, "删除", 0},            {"Ctrl-Z", COMMAND_UNDO, "撤回", 0},    {"F9", COMMAND_LAW, "法条", BINDING_HIDDEN},
        {"F1", COMMAND_HELP, "帮助", BINDING_KEEP},       {"F10", COMMAND_BACK, "返回", BINDING_KEEP}, {NULL, 0, NULL, 0},
    };
    static const struct binding person_bindings[] = {
        {"Enter", COMMAND_NONE, "下一项", BINDING_HINT}, {"F2", COMMAND_SAVE, "保存", 0},        {"F4", COMMAND_CODES, "代码", 0},
        {"F5", COMMAND_APPLY, "转申请", 0},               {"F8", COMMAND_SAME, "同一人", 0},      {"F7", COMMAND_HISTORY, "历史", 0},
        {"F6", COMMAND_CONFLICT, "冲突", BINDING_HIDDEN}, {"Ctrl-R", COMMAND_RELATED, "相关", 0}, {"Ctrl-D", COMMAND_DELETE, "删除", 0},  {"Ctrl-Z", COMMAND_UNDO, "撤回", 0},
        {"F9", COMMAND_LAW, "法条", BINDING_HIDDEN},      {"F1", COMMAND_HELP, "帮助", BINDING_KEEP}, {"F10", COMMAND_BACK, "返回", BINDING_KEEP},
        {NULL, 0, NULL, 0},
    };
    static const struct keymap new_map = {.bindings = new_bindings};
    static const struct keymap map = {.bindings = bindings, .commands = COMMANDS}, act_map = {.bindings = act_bindings, .commands = COMMANDS}, paper_map = {.bindings = paper_bindings, .commands = COMMANDS}, apply_map = {.bindings = apply_bindings, .commands = COMMANDS},
                               person_map = {.bindings = person_bindings, .commands = COMMANDS};
    if (type == NULL)
        return &act_map; /* asked by the help: no record is open */
    if (is_new)
        return &new_map;
    if (strcmp(type->name, "person") == 0)
        return &person_map;
    if (strcmp(type->name, "consultation") == 0)
        return &apply_map;
    return view_has_acts(type) ? &act_map : view_usual_form(type) != NULL ? &paper_map : &map;
}
