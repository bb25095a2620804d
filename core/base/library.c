/* core/base/library.c - see library.h. */
#include "core/base/library.h"

#include <assert.h>
#include <dlfcn.h>
#include <string.h>

/* POSIX: an address of an object holds one of a function. */
typedef void *address;

static enum status refuse(const char *file, struct errmsg *err)
{
    const char *why = dlerror();
    return errmsg_set(err, STATUS_UNSUPPORTED, "不能使用系统的程序库 %s，请安装: %s", file, why != NULL ? why : "?");
}

enum status library_load(const char *file, const char *const names[], size_t n, void *calls, size_t calls_bytes, struct errmsg *err)
{
    static_assert(sizeof(address) == sizeof(void (*)(void)), "one kind of pointer");
    assert(calls_bytes == n * sizeof(address));
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        return refuse(file, err);
    for (size_t i = 0; i < n; i++) /* all, before any is given */
        if (dlsym(library, names[i]) == NULL)
            return refuse(file, err);
    for (size_t i = 0; i < n; i++) {
        address function = dlsym(library, names[i]);
        memcpy((char *)calls + i * sizeof function, &function, sizeof function);
    }
    return STATUS_OK;
}
