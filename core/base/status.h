/* core/base/status.h - result codes with their texts, and the message that travels with them.
 *
 * There is one list of codes. A function that can fail returns enum status; where a person needs to know
 * more than the code, it also takes a struct errmsg, which the failing function sets and each caller above may
 * wrap with its own context: "第 3 行: 字段 电话: 只能是数字". Codes of other libraries (SQLITE_*, UV_*, curses
 * ERR, errno) are translated at the file that calls that library and never travel further.
 *
 * Texts are Chinese, the language of the program; they are message ids for gettext. */
#ifndef CORE_BASE_STATUS_H
#define CORE_BASE_STATUS_H

#include <stdbool.h>
#include <stddef.h>

/* code, its name in logs and JSON, text for people; meaning for programmers in the comment */
#define STATUS_LIST(X)                                                                                                 \
    X(OK, "ok", "成功")                                                                                                \
    X(NOMEM, "nomem", "内存不足")           /* an allocation failed */                                                 \
    X(RANGE, "range", "数值超出范围")       /* a number or date outside its limits */                                  \
    X(MALFORMED, "malformed", "格式不正确") /* bytes or text that do not parse */                                      \
    X(TOO_LARGE, "too_large", "内容过长")   /* over a named limit */                                                   \
    X(INVALID, "invalid", "内容不符合要求") /* parses, but breaks a rule of the catalogue */                           \
    X(NOT_FOUND, "not_found", "没有找到")                                                                              \
    X(EXISTS, "exists", "已经存在")                                                                                    \
    X(FORBIDDEN, "forbidden", "没有权限")     /* outside the actor's scope, role or side */                            \
    X(STALE, "stale", "记录已被别人改过")     /* somebody saved the same field meanwhile */                            \
    X(BUSY, "busy", "数据库正忙，请稍后再试") /* no lock within the busy timeout */                                    \
    X(FULL, "full", "磁盘已满，已存的不受影响；请清出空间后再试") /* nothing of the transaction was kept */              \
    X(IO, "io", "读写失败")                                                                                            \
    X(CORRUPT, "corrupt", "数据文件已损坏")                                                                            \
    X(FOREIGN, "foreign", "不是本程序的数据文件")                                                                      \
    X(VERSION, "version", "数据或对方的版本比本程序新")                                                                \
    X(GAP, "gap", "缺少前面的变更")     /* a change whose predecessors are not here */                                 \
    X(FORK, "fork", "变更日志出现分叉") /* same log and seq, another content */                                        \
    X(AUTH, "auth", "身份核对失败")     /* key, pin, code or password does not match */                                \
    X(PEER, "peer", "对方违反了协议")                                                                                  \
    X(CLOSED, "closed", "连接已断开")                                                                                  \
    X(TIMEOUT, "timeout", "超时")                                                                                      \
    X(USAGE, "usage", "用法不对")                                                                                      \
    X(PARTIAL, "partial", "部分完成") /* some items were refused, each is named */                                     \
    X(CANCELLED, "cancelled", "已取消")                                                                                \
    X(UNSUPPORTED, "unsupported", "本版本不支持")

enum status {
#define STATUS_ENUM(code, name, text) STATUS_##code,
    STATUS_LIST(STATUS_ENUM)
#undef STATUS_ENUM
        STATUS_COUNT
};

/* The text for people; never NULL. */
const char *status_text(enum status status);
/* The code's name in lower case ("too_large"), for logs and JSON; never NULL. */
const char *status_name(enum status status);

enum { ERRMSG_MAX_BYTES = 512 };

/* A message in a fixed buffer that belongs to the caller. Every function below accepts err == NULL. */
struct errmsg {
    char text[ERRMSG_MAX_BYTES]; /* UTF-8, NUL-terminated, cut at a character boundary. */
};

void errmsg_clear(struct errmsg *err);
/* Replace the message and return the status, so that "return errmsg_set(err, STATUS_X, ...)" reads as one step. */
enum status errmsg_set(struct errmsg *err, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Put "context: " before the message; when there is none yet, before the status text. Returns the status. */
enum status errmsg_wrap(struct errmsg *err, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The message, or the status text if it is empty. Borrowed from err or static. */
const char *errmsg_text(const struct errmsg *err, enum status status);

#endif /* CORE_BASE_STATUS_H */
