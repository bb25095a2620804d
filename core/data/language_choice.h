/* core/data/language_choice.h - which language a program speaks: --lang, else AIDPOST_LANG, else Chinese. */
#ifndef CORE_DATA_LANGUAGE_CHOICE_H
#define CORE_DATA_LANGUAGE_CHOICE_H

#include "core/base/status.h"

/* "zh" or "en". Errors: STATUS_USAGE for another name; then unchanged. */
enum status language_choose(const char *name, struct errmsg *err);

/* From the command line, before it is parsed, so that what is wrong with it is said in the right language; the options tables have a row "lang" that takes the value. The
 * last --lang before "--" counts; a value that is missing is left to the parser. fallback is the environment's (AIDPOST_LANG), NULL or "": Chinese.
 * Errors: STATUS_USAGE. */
enum status language_start(int argc, char *const argv[], const char *fallback, struct errmsg *err);

#endif /* CORE_DATA_LANGUAGE_CHOICE_H */
