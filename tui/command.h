/* tui/command.h - everything a person can ask for, as one table: the keys, the key line and the help page read it.
 *
 * Rows below are the commands that mean the same on every screen. A view's own commands start at COMMAND_VIEW in a table of
 * its own. What a key is bound to on a screen is in keymap.h. */
#ifndef TUI_COMMAND_H
#define TUI_COMMAND_H

/* id, name (stable, ASCII), what the help page says */
#define COMMAND_LIST(X)                                                                \
    X(HELP, "help", "本屏帮助，写着这里能用的每一个键")                                \
    X(SAVE, "save", "保存")                                                            \
    X(SEARCH, "search", "查找：人、案件、咨询、电话尾号、编号")                        \
    X(CODES, "codes", "代码表或筛选")                                                  \
    X(NEW, "new", "新建")                                                              \
    X(SORT, "sort", "换一种排序")                                                      \
    X(PREVIOUS, "previous", "上一个")                                                  \
    X(NEXT, "next", "下一个")                                                          \
    X(REPEAT, "repeat", "整条重复，只改不同处")                                        \
    X(REPEAT_FIELD, "repeat-field", "取上一条的这一项")                                \
    X(MENU, "menu", "菜单")                                                            \
    X(BACK, "back", "返回，没写完的自动留草稿")                                        \
    X(UNDO, "undo", "撤销")                                                            \
    X(OPEN, "open", "打开")                                                            \
    X(REFRESH, "refresh", "重画屏幕并重新读数据")                                      \
    X(HISTORY, "history", "这条记录的历史：谁、什么时候、在哪台机器上改的")            \
    X(PRINT, "print", "打印")                                                          \
    X(EXPORT, "export", "导出")                                                        \
    X(DELETE, "delete", "删除")                                                        \
    X(LAW, "law", "法条：从这一项的说明或内容里引的条文看起")                          \
    X(LOCK, "lock", "锁屏，登录后接着写（用账号登录时）")                              \
    X(QUIT, "quit", "退出程序")

enum command_id {
    COMMAND_NONE,
#define COMMAND_ENUM(id, name, help) COMMAND_##id,
    COMMAND_LIST(COMMAND_ENUM)
#undef COMMAND_ENUM
        COMMAND_COMMON_COUNT,
    COMMAND_VIEW = 100 /* first id of a view's own commands */
};

struct command {
    int id; /* COMMAND_NONE ends a table */
    const char *name;
    const char *help;
};

/* The row of a common or view command (extra may be NULL); NULL if there is none. */
const struct command *command_find(const struct command *extra, int id);

#endif /* TUI_COMMAND_H */
