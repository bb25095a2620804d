/* sync/advice.h - what an operator can do about a failure, in the words of the log (no personal data). */
#ifndef SYNC_ADVICE_H
#define SYNC_ADVICE_H

#include "core/base/status.h"

/* "；请在数据文件夹所在的磁盘腾出空间", in the process's language (core/base/language.h), or "" where the reason says it all. Static. */
const char *advice_for(enum status status);

#endif /* SYNC_ADVICE_H */
