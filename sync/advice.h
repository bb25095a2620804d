/* sync/advice.h - what an operator can do about a failure, in the words of the log (English, no personal data). */
#ifndef SYNC_ADVICE_H
#define SYNC_ADVICE_H

#include "core/base/status.h"

/* "; free space on the disk of the data folder", or "" where the reason says it all. Static. */
const char *advice_for(enum status status);

#endif /* SYNC_ADVICE_H */
