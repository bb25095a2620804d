/* tests/event_world.c - see event_world.h. */
#include "tests/event_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

void event_fill(struct node *node, struct record *record, struct id that, const char *fields)
{
    struct errmsg err = {{0}};
    char text[800], *rest = text, id[ID_TEXT_BYTES];

    snprintf(text, sizeof text, "%s", fields);
    id_format(that, id);
    for (char *word; (word = strtok_r(rest, ";", &rest)) != NULL;) {
        char *value = strchr(word, '=');
        *value++ = '\0';
        if (strcmp(value, "@") == 0)
            value = id;
        const struct field_def *field = catalogue_field(record->type, word);
        if (field == NULL || record_parse(record, field, node->codes, value, strlen(value), &err) != STATUS_OK)
            fail_msg("%s=%s: %s", word, value, err.text);
    }
}

struct id event_add(struct node *node, const char *type, struct id that, const char *fields)
{
    struct errmsg err = {{0}};
    struct record record;
    struct actor acting = node->actor;

    acting.acting = true;
    record_init(&record, catalogue_find(type));
    if (records_begin(node->store, &node->actor, &record, node->codes, &err) != STATUS_OK)
        fail_msg("%s: %s", type, err.text);
    event_fill(node, &record, that, fields);
    if (records_save(node->store, &acting, node->codes, node->random, &record, &err) != STATUS_OK)
        fail_msg("%s %s: %s", type, fields, err.text);
    struct id made = record.id;
    record_release(&record);
    return made;
}
