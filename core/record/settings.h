/* core/record/settings.h - the settings table: every setting of the program with its kind, range, default and help. No second place may know a default.
 * Values are kept in the store (table meta, "setting:<name>"), one machine's own: they do not travel. A value out of range in the file counts as unset. */
#ifndef CORE_RECORD_SETTINGS_H
#define CORE_RECORD_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/bytes.h"
#include "core/base/status.h"
#include "core/record/actor.h"

struct store;

enum setting_kind {
    SETTING_INT,  /* min..max */
    SETTING_BOOL, /* 0 or 1; also 是/否 when set */
    SETTING_AREA  /* a county code of six digits, or empty: the machine's own */
};

struct setting_def {
    const char *name;
    const char *label;
    enum setting_kind kind;
    const char *initial;
    int64_t min, max;
    const char *unit;
    const char *help;
};

size_t settings_count(void);
const struct setting_def *settings_at(size_t index);
/* By English name or Chinese label; NULL. */
const struct setting_def *settings_find(const char *name);
/* The value as text appended to out: what was set, else the default; the default, too, on failure. Errors: storage, out->status. */
enum status settings_get(struct store *store, const struct setting_def *setting, struct buf *out, struct errmsg *err);
/* By name, which must exist (assert). The same. */
enum status settings_int(struct store *store, const char *name, int64_t *out, struct errmsg *err);
/* Takes a value as typed; empty text returns to the default. Own transaction unless one is open. Only administrators and directors.
 * Errors: STATUS_FORBIDDEN, STATUS_MALFORMED, STATUS_RANGE with the allowed range in the message; unchanged. */
enum status settings_set(struct store *store, const struct actor *actor, const struct setting_def *setting, const char *text, struct errmsg *err);

#endif /* CORE_RECORD_SETTINGS_H */
