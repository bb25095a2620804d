/* core/record/id_reader.h - what an identity card reader or a barcode scanner types: the number alone, or a line with everything on the card.
 *
 * Readers differ in the order of the parts and in what stands between them (tab, line feed, comma, | ; two blanks), some put a label before each (姓名:张三). So a line is told by its parts: one
 * valid resident identity number, and at least READER_PARTS_MIN others that are known by their look (sex, nation, a day, an address). What is left is the name. */
#ifndef CORE_RECORD_ID_READER_H
#define CORE_RECORD_ID_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/record/id_card.h"

enum { READER_PARTS_MIN = 2, READER_LINE_MAX_BYTES = 1024, READER_NAME_BYTES = 128, READER_ADDRESS_BYTES = 304, READER_NATION_BYTES = 32 };

struct id_reading {
    struct id_card card; /* number, sex, birth day */
    /* "" where the card reader did not say. */
    char name[READER_NAME_BYTES];
    char nation[READER_NATION_BYTES]; /* 汉族 */
    char address[READER_ADDRESS_BYTES];
};

/* today: as id_card_parse. False: it is neither, or a part that contradicts the number (another birth day or sex): then a person must look. */
bool id_reading_parse(const char *text, size_t len, int32_t today, struct id_reading *out);

#endif /* CORE_RECORD_ID_READER_H */
