/* core/record/store_folder.h - where a store lies, and whether whoever opens it may: looked at before SQLite is, whose words for it name no folder and no remedy. */
#ifndef CORE_RECORD_STORE_FOLDER_H
#define CORE_RECORD_STORE_FOLDER_H

#include <stddef.h>

#include "core/record/store.h"

/* path: the file in the folder (":memory:" of that name). STORE_CREATE makes the folder. Errors: STATUS_EXISTS (STORE_CREATE where data are), STATUS_NOT_FOUND (else where none are), STATUS_FORBIDDEN (another
 * user's; to be opened for writing and not writable), STATUS_TOO_LARGE, STATUS_IO. */
enum status store_folder_look(const char *folder, enum store_open how, char *path, size_t path_bytes, struct errmsg *err);

#endif /* CORE_RECORD_STORE_FOLDER_H */
