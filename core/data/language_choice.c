#include "core/data/language_choice.h"

#include <string.h>

#include "core/base/language.h"
#include "core/data/data.h"

enum status language_choose(const char *name, struct errmsg *err)
{
    if (strcmp(name, "zh") == 0)
        return language_use(NULL, 0, err);
    if (strcmp(name, "en") == 0) {
        const struct data_file *file = data_find("en.mo");
        return language_use(file->text, file->len, err);
    }
    return errmsg_set(err, STATUS_USAGE, "没有语言 %s，只有 zh（中文）和 en (English)", name);
}

enum status language_start(int argc, char *const argv[], const char *fallback, struct errmsg *err)
{
    static const char option[] = "--lang";
    const size_t len = sizeof option - 1;
    const char *name = fallback;

    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], option, len) != 0)
            continue;
        if (argv[i][len] == '=')
            name = argv[i] + len + 1;
        else if (argv[i][len] == '\0' && i + 1 < argc)
            name = argv[i + 1];
    }
    if (name == NULL || name[0] == '\0')
        return STATUS_OK;
    return language_choose(name, err);
}
