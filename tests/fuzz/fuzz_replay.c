/* tests/fuzz/fuzz_replay.c - runs a fuzz target where there is no libFuzzer: its seeds, then seeded mutations of them.
 *
 *   fuzz_X [--runs N] [--seed S]     N mutations (default RUNS)
 *   fuzz_X --write FOLDER            write the seeds as files: a corpus to begin from
 *   fuzz_X FILE..                    run these inputs: a finding again */
#include <stdbool.h>
#include <string.h>

#include "core/base/id.h"
#include "tests/fuzz/fuzz.h"

enum { RUNS = 4000, INPUT_MAX_BYTES = 256 * 1024, SEEDS_MAX = 64 };

struct seeds {
    struct buf inputs[SEEDS_MAX];
    size_t n;
};

static void make_seeds(struct seeds *seeds)
{
    for (seeds->n = 0; seeds->n < SEEDS_MAX; seeds->n++) {
        struct buf *input = &seeds->inputs[seeds->n];

        buf_init(input, INPUT_MAX_BYTES);
        if (!fuzz_seed(seeds->n, input))
            return;
    }
}

/* The target gets exactly its bytes, so that a sanitizer sees a read behind them. */
static void run(const void *data, size_t len)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);

    if (copy == NULL)
        abort();
    memcpy(copy, data, len);
    LLVMFuzzerTestOneInput(copy, len);
    free(copy);
}

static void flip(struct random_source random, struct buf *input)
{
    if (input->len > 0)
        input->data[random_below(random, input->len)] ^= (uint8_t)(1u << random_below(random, 8));
}

static void overwrite(struct random_source random, struct buf *input)
{
    static const uint8_t telling[] = {0, 1, 0x17, 0x18, 0x19, 0x1a, 0x1b, 0x3b, 0x58, 0x5f, 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xf6, 0xff};

    if (input->len > 0)
        input->data[random_below(random, input->len)] = telling[random_below(random, sizeof telling)];
}

static void cut(struct random_source random, struct buf *input)
{
    size_t at = (size_t)random_below(random, input->len + 1), n = (size_t)random_below(random, input->len - at + 1);

    if (n > 8 && random_below(random, 4) != 0)
        n = 1 + (size_t)random_below(random, 8);
    memmove(input->data + at, input->data + at + n, input->len - at - n);
    input->len -= n;
}

/* A piece of some seed in the middle of this input. */
static void splice(struct random_source random, struct buf *input, const struct buf *other)
{
    size_t at, from, n;

    if (other->len == 0 || input->len + other->len > INPUT_MAX_BYTES / 2)
        return;
    at = (size_t)random_below(random, input->len + 1);
    from = (size_t)random_below(random, other->len);
    n = 1 + (size_t)random_below(random, other->len - from);
    if (buf_extend(input, n) == NULL)
        return;
    memmove(input->data + at + n, input->data + at, input->len - n - at);
    memcpy(input->data + at, other->data + from, n);
}

static void mutate(struct random_source random, const struct seeds *seeds, struct buf *input)
{
    uint64_t times = 1 + random_below(random, 6);

    for (uint64_t i = 0; i < times && input->len > 0; i++) {
        switch (random_below(random, 8)) {
        case 0:
            cut(random, input);
            break;
        case 1:
            splice(random, input, &seeds->inputs[random_below(random, seeds->n)]);
            break;
        case 2:
        case 3:
            overwrite(random, input);
            break;
        default:
            flip(random, input);
            break;
        }
    }
}

static bool run_file(const char *path)
{
    static uint8_t bytes[INPUT_MAX_BYTES];
    FILE *file = fopen(path, "rb");
    size_t len;

    if (file == NULL) {
        perror(path);
        return false;
    }
    len = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    run(bytes, len);
    return true;
}

static bool write_seeds(const struct seeds *seeds, const char *folder)
{
    for (size_t i = 0; i < seeds->n; i++) {
        char path[4096];
        FILE *file;
        bool ok;

        snprintf(path, sizeof path, "%s/seed-%zu", folder, i);
        file = fopen(path, "wb");
        ok = file != NULL && fwrite(seeds->inputs[i].data, 1, seeds->inputs[i].len, file) == seeds->inputs[i].len;
        if (file == NULL || fclose(file) != 0 || !ok) {
            perror(path);
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    static struct seeds seeds;
    uint64_t runs = RUNS, state = 1;
    struct random_source random;
    struct buf input;
    bool ok = true, only_files = false;

    make_seeds(&seeds);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--runs") == 0 && i + 1 < argc) {
            runs = strtoull(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc) {
            state = strtoull(argv[++i], NULL, 10);
        } else if (strcmp(argv[i], "--write") == 0 && i + 1 < argc) {
            ok = write_seeds(&seeds, argv[++i]) && ok;
            only_files = true;
        } else {
            ok = run_file(argv[i]) && ok;
            only_files = true;
        }
    }
    if (seeds.n == 0) {
        fprintf(stderr, "a target without seeds proves nothing\n");
        return 1;
    }
    random = random_seeded(&state);
    buf_init(&input, INPUT_MAX_BYTES);
    for (size_t i = 0; i < seeds.n && !only_files; i++)
        run(seeds.inputs[i].data, seeds.inputs[i].len);
    for (uint64_t i = 0; i < runs && !only_files; i++) {
        const struct buf *seed = &seeds.inputs[random_below(random, seeds.n)];

        buf_clear(&input);
        buf_append(&input, seed->data, seed->len);
        mutate(random, &seeds, &input);
        run(input.data, input.len);
    }
    buf_release(&input);
    for (size_t i = 0; i < seeds.n; i++)
        buf_release(&seeds.inputs[i]);
    return ok ? 0 : 1;
}
