/* core/paper/paper_no_pdf.c - what takes paper_pdf.c's place when configure was told --without-pdf. */
#include "core/paper/paper.h"

enum status paper_pdf(const char *marked, size_t len, const char *title, int32_t day, struct buf *out, struct errmsg *err)
{
    (void)marked, (void)len, (void)title, (void)day, (void)out;
    return errmsg_set(err, STATUS_UNSUPPORTED, "本程序没有编入 PDF 输出；可以用文字输出");
}

bool paper_has_pdf(void)
{
    return false;
}
