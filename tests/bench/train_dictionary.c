/* tests/bench/train_dictionary.c - make the compression dictionary of sync/compress.h from the stores of a practice county (tests/bench/train_dictionary.sh).
 *
 *   train_dictionary OUT NUMBER BYTES FOLDER..     each FOLDER a machine's data; OUT gets the dictionary
 *
 * Samples are what will be packed: batches of a few to a hundred changes of each machine's own log, as rows and laid out by columns. The same stores give the same bytes. A dictionary that was ever
 * shipped is never made again: machines only compare numbers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zdict.h>

#include "core/base/file.h"
#include "core/record/replica.h"
#include "sync/columns.h"
#include "sync/protocol.h"
#include "tests/bench/measure.h"

enum { TRAINING_MAX = 60000, TRAINING_MAX_BYTES = 96 * 1024 * 1024, DICTIONARY_ID_BASE = 32768, LEVEL = 3 };

struct training {
    struct columns *columns;
    struct buf samples;
    size_t sizes[TRAINING_MAX], n;
};

static bool add(struct training *training, const void *bytes, size_t len)
{
    if (training->n == TRAINING_MAX || training->samples.len + len > TRAINING_MAX_BYTES)
        return false;
    buf_append(&training->samples, bytes, len);
    training->sizes[training->n++] = len;
    return true;
}

static bool add_batch(struct training *training, const struct replica_batch *batch)
{
    struct columns_cuts cuts;
    struct buf layout;
    bool room = true;

    buf_init(&layout, 2 * CHUNK_RAW_MAX_BYTES);
    if (columns_lay(training->columns, batch->entries.data, batch->entries.len, &layout, &cuts) == STATUS_OK)
        room = add(training, layout.data, layout.len);
    /* Rows are packed only of the smallest batches. */
    if (room && batch->entries.len <= 8192)
        room = add(training, batch->entries.data, batch->entries.len);
    buf_release(&layout);
    return room;
}

/* Batches of every size that a day may have. */
static void add_store(struct training *training, const char *folder)
{
    static const size_t sizes[] = {1, 1, 600, 1, 1, 3000, 1, 1, 600, 8000};
    struct errmsg err;
    struct store *store;
    uint64_t after = 0;

    must(store_open(&store, folder, STORE_READ_ONLY, &err), &err, folder);
    for (size_t i = 0;; i++) {
        struct replica_batch batch = {0};
        bool more;

        buf_init(&batch.entries, CHUNK_RAW_MAX_BYTES);
        must(replica_read_own(store, after, sizes[i % (sizeof sizes / sizeof *sizes)], &batch, &err), &err, "read");
        after = batch.last;
        more = batch.count > 0 && add_batch(training, &batch);
        buf_release(&batch.entries);
        if (!more)
            break;
    }
    store_close(store);
}

int main(int argc, char *argv[])
{
    static struct training training;
    size_t capacity = argc > 3 ? (size_t)atol(argv[3]) : 0, len;
    ZDICT_params_t params = {.compressionLevel = LEVEL};
    struct errmsg err;
    uint8_t *dictionary;

    if (argc < 5 || hash_start() != STATUS_OK) {
        fprintf(stderr, "usage: train_dictionary OUT NUMBER BYTES FOLDER..\n");
        return 2;
    }
    buf_init(&training.samples, TRAINING_MAX_BYTES + CHUNK_RAW_MAX_BYTES);
    must(columns_new(&training.columns), NULL, "columns");
    for (int i = 4; i < argc; i++)
        add_store(&training, argv[i]);
    dictionary = malloc(capacity);
    if (dictionary == NULL)
        return 1;
    len = ZDICT_trainFromBuffer(dictionary, capacity, training.samples.data, training.sizes, (unsigned)training.n);
    if (ZDICT_isError(len)) {
        fprintf(stderr, "train_dictionary: %s\n", ZDICT_getErrorName(len));
        return 1;
    }
    /* The number goes where the format has it: behind the magic number, lowest byte first. */
    params.dictID = DICTIONARY_ID_BASE + (unsigned)atoi(argv[2]);
    for (int i = 0; i < 4; i++)
        dictionary[4 + i] = (uint8_t)(params.dictID >> (8 * i));
    must(file_write(argv[1], dictionary, len, 0644, &err), &err, argv[1]);
    printf("%zu samples of %zu bytes: dictionary %s of %zu bytes\n", training.n, training.samples.len, argv[2], len);
    free(dictionary);
    columns_free(training.columns);
    buf_release(&training.samples);
    return 0;
}
