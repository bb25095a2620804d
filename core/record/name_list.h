/* core/record/name_list.h - several names in one field: "张三、李四" are two. Of the fields that the law's applicants and opponents stand in (the table in called_table.h says which).
 *
 * Divided by 、 ， , ； ; and not by blanks: names of foreign people and companies have them. What a name is asked for by index finds fields that hold it alone; those that hold several have an index of their own (worklists
 * agents and opponents, catalogue_types.c), in which they are gone through. */
#ifndef CORE_RECORD_NAME_LIST_H
#define CORE_RECORD_NAME_LIST_H

#include "core/record/catalogue.h"
#include "core/record/store.h"

/* Begin with the list and its length; moves. */
struct name_list {
    const char *rest;
    size_t left;
};

/* The next name, without blanks around it; not terminated. False: no more. */
bool name_list_next(struct name_list *list, const char **name, size_t *len);

/* False: no more are wanted. */
typedef bool (*name_list_row)(void *context, struct id id, const char *text, size_t len);
/* The values with a divider in a field that has such an index, of records that are there. Errors: storage. O(such values). */
enum status name_list_rows(struct store *store, const char *type, const char *field, name_list_row row, void *context, struct errmsg *err);

#endif /* CORE_RECORD_NAME_LIST_H */
