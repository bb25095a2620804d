/* tui/version.c - see version.h. Of sync/ only the number of its protocol is taken, which both programs name. */
#include "tui/version.h"

#include <sodium.h>

#include "core/aid/law.h"
#include "core/base/json.h"
#include "core/base/language.h"
#include "core/record/change.h"
#include "core/record/schema.h"
#include "core/record/store.h"
#include "sync/protocol.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "0.1.0"
#endif

const char *version_program(void)
{
    return PACKAGE_VERSION;
}

void version_put(struct buf *out, bool json)
{
    struct json_writer writer;

    if (!json) {
        buf_printf(out, _("aidpost %s\n数据结构 %d  变更格式 %d  同步协议 %d\nSQLite %s  zstd %s  libsodium %s\n"), PACKAGE_VERSION, SCHEMA_STORE_VERSION, CHANGE_VERSION, PROTOCOL_MAX,
                   store_library_version(), law_library_version(), sodium_version_string());
        return;
    }
    json_begin(&writer, out);
    json_object(&writer);
    json_key(&writer, "program");
    json_string(&writer, PACKAGE_VERSION);
    json_key(&writer, "schema");
    json_int(&writer, SCHEMA_STORE_VERSION);
    json_key(&writer, "change");
    json_int(&writer, CHANGE_VERSION);
    json_key(&writer, "protocol");
    json_int(&writer, PROTOCOL_MAX);
    json_key(&writer, "libraries");
    json_object(&writer);
    json_key(&writer, "sqlite");
    json_string(&writer, store_library_version());
    json_key(&writer, "zstd");
    json_string(&writer, law_library_version());
    json_key(&writer, "libsodium");
    json_string(&writer, sodium_version_string());
    json_object_end(&writer);
    json_object_end(&writer);
}
