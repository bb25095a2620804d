/* tests/simulate/memory.c - see memory.h.
 *
 * Debian's SQLite is built without lookaside: each statement that runs asks malloc() for its cursors and its transaction, some fifty times, and gives all of it back. That was a tenth of a world. Here a block that was
 * given back lies on the list of its size and is the next one of that size that is given out: a dozen instructions where malloc() and free() need two hundred.
 *
 *   block   8 bytes: how many bytes follow; then these. Sizes are multiples of 16 less 8, so that block and bytes are where SQLite wants them (8)
 *   list    of free blocks of one size, through their first bytes; up to SMALL_MOST
 *   larger  malloc()
 *   chunk   of CHUNK_BYTES, which is a large page of the processor's, and lies on one where the system has one to give: statements and pages of five stores are 60 MiB, touched here and there, and to find 15,000
 *           small pages of them was some three hundredths of a world's time
 * Nothing goes back to the system: what a world needed the next one needs too. With an address sanitizer malloc() stays, so that it sees who reads what SQLite has given back. */
#include "tests/simulate/memory.h"

#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { HEAD_BYTES = 8, STEP_BYTES = 16, SMALL_MOST = 16 * 1024, LISTS = SMALL_MOST / STEP_BYTES + 1, CHUNK_BYTES = 2 * 1024 * 1024 };

struct block {
    uint64_t size; /* of the bytes that follow */
    struct block *next; /* while it is free: the first of them */
};

/* SQLite hands no context to these functions, so this is the one thing here that belongs to nobody. */
static struct {
    struct block *lists[LISTS];
    uint8_t *at, *end; /* what is left of the last chunk */
} memory;

/* With its head. */
static size_t whole(size_t bytes)
{
    return (bytes + HEAD_BYTES + STEP_BYTES - 1) / STEP_BYTES * STEP_BYTES;
}

static uint8_t *new_chunk(void)
{
    uint8_t *chunk = aligned_alloc(CHUNK_BYTES, CHUNK_BYTES);

#ifdef MADV_HUGEPAGE
    if (chunk != NULL)
        (void)madvise(chunk, CHUNK_BYTES, MADV_HUGEPAGE);
#endif
    return chunk;
}

static struct block *new_block(size_t size)
{
    struct block *block;

    if (size > SMALL_MOST) {
        block = malloc(size);
    } else {
        if ((size_t)(memory.end - memory.at) < size) { /* what is left of it is lost */
            memory.at = new_chunk();
            memory.end = memory.at != NULL ? memory.at + CHUNK_BYTES : NULL;
        }
        block = (struct block *)memory.at;
        if (block != NULL)
            memory.at += size;
    }
    if (block != NULL)
        block->size = size - HEAD_BYTES;
    return block;
}

static void *take(int bytes)
{
    size_t size = whole((size_t)bytes);
    struct block **list = &memory.lists[size <= SMALL_MOST ? size / STEP_BYTES : 0], *block = *list;

    if (block != NULL) /* list 0 stays empty */
        *list = block->next;
    else
        block = new_block(size);
    return block != NULL ? (uint8_t *)block + HEAD_BYTES : NULL;
}

static struct block *block_of(void *bytes)
{
    return (struct block *)((uint8_t *)bytes - HEAD_BYTES);
}

static void give(void *bytes)
{
    struct block *block = block_of(bytes), **list;
    size_t size = block->size + HEAD_BYTES;

    if (size > SMALL_MOST) {
        free(block);
        return;
    }
    list = &memory.lists[size / STEP_BYTES];
    block->next = *list;
    *list = block;
}

static int size_of(void *bytes)
{
    return (int)block_of(bytes)->size;
}

static void *resize(void *bytes, int want)
{
    struct block *block = block_of(bytes);
    size_t has = block->size, size = whole((size_t)want);
    void *fresh;

    if (size <= has + HEAD_BYTES && has + HEAD_BYTES <= SMALL_MOST)
        return bytes;
    if (has + HEAD_BYTES > SMALL_MOST && size > SMALL_MOST) {
        block = realloc(block, size);
        if (block == NULL)
            return NULL;
        block->size = size - HEAD_BYTES;
        return (uint8_t *)block + HEAD_BYTES;
    }
    fresh = take(want);
    if (fresh == NULL)
        return NULL;
    memcpy(fresh, bytes, has < (size_t)want ? has : (size_t)want);
    give(bytes);
    return fresh;
}

static int round_up(int bytes)
{
    return (int)(whole((size_t)bytes) - HEAD_BYTES);
}

static int begin(void *context)
{
    (void)context;
    return SQLITE_OK;
}

static void end(void *context)
{
    (void)context;
}

void memory_for_one_thread(void)
{
    static const sqlite3_mem_methods METHODS = {.xMalloc = take, .xFree = give, .xRealloc = resize, .xSize = size_of, .xRoundup = round_up, .xInit = begin, .xShutdown = end};

    (void)sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); /* nobody asks how much there is: with it SQLite asks for a block's size at each end of its life, and sums */
#ifndef __SANITIZE_ADDRESS__
    (void)sqlite3_config(SQLITE_CONFIG_MALLOC, &METHODS);
#else
    (void)METHODS;
#endif
}
