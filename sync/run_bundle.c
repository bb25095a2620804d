/* sync/run_bundle.c - the verbs "bundle ..": those of bundle_verb.h, with this machine's key. See run.h. */
#include <string.h>

#include "core/base/language.h"
#include "core/base/utf8.h"
#include "core/record/plugged.h"
#include "sync/bundle_verb.h"
#include "sync/run.h"

enum { WARNING_MAX_BYTES = 4096 };

/* A file or folder that is not there may be on a stick that nobody has mounted. */
static void say_unmounted(void)
{
    struct buf text;

    buf_init(&text, WARNING_MAX_BYTES);
    plugged_say(plugged_root(), &text);
    if (text.len > 0)
        fprintf(stderr, "aidpostd: %s", buf_cstr(&text));
    buf_release(&text);
}

/* One of the verbs of bundle_verb.h, with this machine's key. */
int run_bundle(struct run *run, struct errmsg *err)
{
    struct bundle_key key;
    struct buf warning;
    struct bundle_verb verb = {.handover = {.store = run->store,
                                            .key = &key,
                                            .random = run->random,
                                            .trace = run->trace,
                                            .wall_ms = transport_wall_ms()},
                               .machine = &run->machine,
                               .json = run->wants_json,
                               .terminal = run_terminal(run),
                               .out = &run->out,
                               .warning = &warning};
    bool partial;
    enum status status = service_bundle_key(&run->identity, &key, err);

    buf_init(&warning, WARNING_MAX_BYTES);
    if (status == STATUS_OK)
        status = bundle_verb_run(&verb, run->verb + strlen("bundle "), &run->options, err);
    hash_wipe(&key, sizeof key);
    partial = warning.len > 0 || warning.status != STATUS_OK;
    if (warning.len > 0)
        utf8_tame((char *)warning.data, warning.len);
    if (status == STATUS_OK && partial)
        fprintf(stderr, "aidpostd: %s%s", buf_cstr(&warning), warning.status != STATUS_OK ? "..\n" : "");
    buf_release(&warning);
    run->tells_failure = verb.told || (status == STATUS_GAP && run->wants_json);
    if (status == STATUS_NOT_FOUND || status == STATUS_IO)
        say_unmounted();
    if (status != STATUS_OK)
        return run_failed(run, status);
    return partial ? EXIT_PARTIAL : EXIT_DONE;
}
