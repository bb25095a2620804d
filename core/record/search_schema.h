/* core/record/search_schema.h - the tables of the search, for core/record/schema.c. The tokenizer must be registered on the connection before they are made or used. */
#ifndef CORE_RECORD_SEARCH_SCHEMA_H
#define CORE_RECORD_SEARCH_SCHEMA_H

/* CREATE statements, several in one text, for store_exec(). May be run again: creates only what is missing. */
extern const char SEARCH_SCHEMA[];

#endif /* CORE_RECORD_SEARCH_SCHEMA_H */
