/* core/record/store_folder.h - where a store lies, and whether whoever opens it may: looked at before SQLite is, whose words for it name no folder and no remedy. */
#ifndef CORE_RECORD_STORE_FOLDER_H
#define CORE_RECORD_STORE_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/record/store.h"

/* A machine that is given back (retire.h): from before the first byte of its key or store goes until nothing is left, this file holds the machine's number. Meanwhile there is no store to be opened, and none is made
 * where the rest of it would be taken for what is to go. */
#define STORE_FOLDER_ENDING "retiring"
/* Errors: STATUS_FORBIDDEN (another user's), STATUS_TOO_LARGE, STATUS_IO; *ending is then false. */
enum status store_folder_is_ending(const char *folder, bool *ending, struct errmsg *err);
/* The same as a refusal: STATUS_FORBIDDEN says what is to be done. */
enum status store_folder_check_ending(const char *folder, struct errmsg *err);

/* path: the file in the folder (":memory:" of that name). STORE_CREATE makes the folder. Errors: STATUS_EXISTS (STORE_CREATE where data are), STATUS_NOT_FOUND (else where none are), STATUS_FORBIDDEN (another
 * user's; to be opened for writing and not writable; it is being wiped), STATUS_TOO_LARGE, STATUS_IO. */
enum status store_folder_look(const char *folder, enum store_open how, char *path, size_t path_bytes, struct errmsg *err);

#endif /* CORE_RECORD_STORE_FOLDER_H */
