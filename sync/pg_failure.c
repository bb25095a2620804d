/* sync/pg_failure.c - see pg_failure.h. */
#include "sync/pg_failure.h"

#include <string.h>

#include "core/base/language.h"
#include "core/base/utf8.h"

struct meaning {
    const char *state; /* SQLSTATE, or how it begins */
    enum status status;
    bool again;
    const char *text; /* NULL: the server's own words */
};

static const struct meaning MEANINGS[] = {
    {"40001", STATUS_BUSY, true, "两个事务撞在一起（serialization failure），再做一次就好"},
    {"40P01", STATUS_BUSY, true, "两个事务互相等待（deadlock），再做一次就好"},
    {"55P03", STATUS_BUSY, true, "等不到锁"},
    {"57014", STATUS_BUSY, true, "语句超过了时限，被服务器中止"},
    {"25P03", STATUS_CLOSED, true, "事务闲置过久，被服务器断开"},
    {"53300", STATUS_BUSY, true, "数据库的连接数已满：请调大 max_connections，或少开几个进程"},
    {"53100", STATUS_FULL, false, "数据库服务器的磁盘已满：腾出空间后会自己继续"},
    {"53200", STATUS_NOMEM, false, "数据库服务器内存不足：调小 shared_buffers、work_mem 或 max_connections"},
    {"0A000", STATUS_FORBIDDEN, false, "这个数据库不能写（是备机，或在恢复中），或不会其中一条语句：请在 URL 里写主机，或写上全部主机并加 target_session_attrs=read-write"},
    {"25006", STATUS_FORBIDDEN, false, "这个数据库只读（是备机，或在恢复中）：请在 URL 里写主机，或写上全部主机并加 target_session_attrs=read-write"},
    {"57P", STATUS_CLOSED, true, "数据库服务器正在停止或启动"},
    {"08", STATUS_CLOSED, true, "与数据库的连接断了"},
    {"28", STATUS_AUTH, false, "数据库不接受这个用户或密码（pg_hba.conf 和 README 的“A province's hub”一节）"},
    {"3D000", STATUS_NOT_FOUND, false, "没有这个数据库：请先 createdb"},
    {"3F000", STATUS_NOT_FOUND, false, "没有这个模式（schema）"},
    {"42P01", STATUS_NOT_FOUND, false, "没有要用的表：先用 aidpostd center --store 运行一次，它会建表"},
    {"42501", STATUS_FORBIDDEN, false, "数据库用户没有需要的权限（README 的“A province's hub”一节）"},
    {"23505", STATUS_EXISTS, false, "已有同样的一行"},
    {"42P07", STATUS_EXISTS, false, "已有同名的表"},
    {"42P06", STATUS_EXISTS, false, "已有同名的模式"},
    {"42710", STATUS_EXISTS, false, "已有同名的东西"},
    {"2BP01", STATUS_EXISTS, false, "有别的视图用着要更新的视图：先删掉那些，启动后再建"},
    {"22", STATUS_INVALID, false, "数据库不接受其中一个值"},
    {"23", STATUS_INVALID, false, "数据库的约束不允许"},
};

/* libpq says these in words only. */
static const struct meaning CONNECTING[] = {
    {"password authentication failed", STATUS_AUTH, false, "数据库不接受这个用户或密码"},
    {"no password supplied", STATUS_AUTH, false, "数据库要密码：写在服务帐号的 ~/.pgpass 里（权限 0600），不要写进命令行"},
    {"no pg_hba.conf entry", STATUS_AUTH, false, "数据库的 pg_hba.conf 里没有允许这台机器的一行"},
    {"SASL authentication mechanisms are supported", STATUS_AUTH, false, "数据库要的认证方法 libpq 不会：openGauss 等请设 password_encryption_type=1 并在 pg_hba.conf 用 md5，或换用其自带的 libpq"},
    {"authentication method", STATUS_AUTH, false, "数据库要的认证方法 libpq 不会：openGauss 等请设 password_encryption_type=1 并在 pg_hba.conf 用 md5，或换用其自带的 libpq"},
    {"does not exist", STATUS_NOT_FOUND, false, "没有这个数据库或用户"},
    {"session is read-only", STATUS_FORBIDDEN, false, "写明的数据库都是只读的（备机）"},
    {"session is not read-only", STATUS_FORBIDDEN, false, "写明的数据库都是只读的（备机）"},
    {"certificate", STATUS_AUTH, false, "数据库的证书不对（sslmode、sslrootcert）"},
    {"SSL", STATUS_AUTH, false, "与数据库谈不成加密连接（sslmode）"},
    {"too many connections", STATUS_BUSY, true, "这个用户或数据库的连接数已满：请调大 CONNECTION LIMIT，或少开几个进程"},
    {"remaining connection slots", STATUS_BUSY, true, "数据库的连接数已满：请调大 max_connections，或少开几个进程"},
    {"too many clients", STATUS_BUSY, true, "数据库的连接数已满：请调大 max_connections，或少开几个进程"},
};

static enum status set_meaning(struct errmsg *err, const struct meaning *meaning, const char *detail)
{
    return errmsg_set(err, meaning->status, _("数据库：%s（%s）"), _(meaning->text), detail);
}

/* The words of a value that does not fit would hold the value: they are left out. */
enum status pg_failure_of_state(const char *state, const char *primary, bool *again, struct errmsg *err)
{
    *again = false;
    for (size_t i = 0; i < sizeof MEANINGS / sizeof MEANINGS[0]; i++) {
        if (strncmp(state, MEANINGS[i].state, strlen(MEANINGS[i].state)) != 0)
            continue;
        *again = MEANINGS[i].again;
        return set_meaning(err, &MEANINGS[i], state);
    }
    return errmsg_set(err, STATUS_IO, _("数据库：%s（%s）"), primary, state);
}

static void without_newlines(const char *text, char *out, size_t out_bytes)
{
    size_t len = strlen(text);

    while (len > 0 && text[len - 1] == '\n')
        len--;
    if (len >= out_bytes)
        len = utf8_cut(text, len, out_bytes - 1);
    memcpy(out, text, len);
    out[len] = '\0';
    for (char *c = out; *c != '\0'; c++)
        if (*c == '\n' || *c == '\t')
            *c = ' ';
}

enum status pg_failure_of_words(const char *text, bool *again, struct errmsg *err)
{
    char words[256];

    without_newlines(text, words, sizeof words);
    *again = false;
    for (size_t i = 0; i < sizeof CONNECTING / sizeof CONNECTING[0]; i++) {
        if (strstr(words, CONNECTING[i].state) == NULL)
            continue;
        *again = CONNECTING[i].again;
        return set_meaning(err, &CONNECTING[i], words);
    }
    *again = true;
    return errmsg_set(err, STATUS_CLOSED, _("连不上数据库，或连接断了：请看它是否在运行、主机和端口对不对（%s）"), words);
}
