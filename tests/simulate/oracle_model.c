/* tests/simulate/oracle_model.c - at rest: what the center made of its order against model.c, and what each station has against the center. See oracle.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/replica.h"
#include "tests/simulate/oracle_impl.h"

static void learn_orders(struct world *world)
{
    struct stmt *stmt = store_prepare(world->machines[CENTER].store, "SELECT lsn,rseq,state,header,body FROM change ORDER BY lsn");
    enum status status;
    size_t header_len, body_len;

    while (stmt_row(stmt, &status, &world->failure)) {
        const uint8_t *header = stmt_column_blob(stmt, 3, &header_len), *body = stmt_column_blob(stmt, 4, &body_len);
        struct model_change *x = world_identify(world, CENTER, header, header_len, body, body_len);
        int64_t state = stmt_column_int(stmt, 2);

        if (x != NULL && state != (int64_t)x->fate)
            world_fail(world, "the center's state of u%u is %lld and should be %d", x->uid, (long long)state, (int)x->fate);
        if (x != NULL && x->fold != 0) {
            x->twice = true;
            world->totals.twice++;
            if (!world_excused(world, EXCUSE_TWICE))
                world_fail(world, "u%u came twice", x->uid);
            continue;
        }
        if (world->failed) {
            stmt_reset(stmt);
            return;
        }
        /* Who had a record and gave it away keeps what no backup of the center holds (core/record/left_body.h): a center that was put back gets all of it again. */
        if (body == NULL && !model_changed_hands(&world->model, x->id, true)) /* not erased by law */
            world_fail(world, "u%u has no content at the center", x->uid);
        x->whole = body != NULL;
        x->given = (uint64_t)stmt_column_int(stmt, 0);
        x->fold = stmt_column_is_null(stmt, 1) ? x->given : (uint64_t)stmt_column_int(stmt, 1);
    }
}

/* For a failing seed: in which order the center has what happened. */
static void order_log(struct world *world)
{
    char id[ID_TEXT_BYTES];

    for (size_t i = 0; world->log_wanted && i < world->model.n; i++) {
        const struct model_change *x = &world->model.changes[i];

        id_format(x->id, id);
        if (x->fold != 0)
            world_log(world, "fold %llx given %llx: u%u #%llu %.8s op=%d seen=%llx", (unsigned long long)x->fold, (unsigned long long)x->given, x->uid, (unsigned long long)x->seq, id, (int)x->op,
                      (unsigned long long)x->seen);
    }
}

/* A station may be given the place of what its copy wrote, before the two are told apart; then its sums find what it lacks. */
bool oracle_has_copies(const struct world *world)
{
    return world->center_lost || world->totals.done[FAULT_RESTORE] + world->totals.done[FAULT_RESTORE_DECLARED] + world->totals.done[FAULT_CLONE] > 0;
}

static void put_shares(struct world *world, struct buf *out)
{
    struct stmt *stmt = store_prepare(world->machines[CENTER].store, "SELECT id,scope FROM share");
    enum status status;
    char id[ID_TEXT_BYTES];

    while (stmt_row(stmt, &status, NULL)) {
        id_format(stmt_column_id(stmt, 0), id);
        buf_printf(out, "%s with %lld\n", id, (long long)stmt_column_int(stmt, 1));
    }
    model_sort_lines(out);
}

/* What the center refused of the station's own is a row of its own (people.c, make_bad), and shown where it was written, as it was written, and nowhere else. */
static void put_refused(struct world *world, size_t m, struct buf *out)
{
    char id[ID_TEXT_BYTES];

    for (size_t i = 0; i < world->model.n; i++) {
        const struct model_change *x = &world->model.changes[i];

        if (x->fate != FATE_QUARANTINED || !uid_in(&world->machines[m].memory.own, x->uid))
            continue;
        id_format(x->id, id);
        buf_printf(out, "%llu %s scope=%lld 0=0", (unsigned long long)x->type_no, id, (long long)x->scope);
        for (size_t k = 0; k < x->n_values; k++)
            if (x->values[k].kind != VALUE_NULL)
                model_put_value(out, &x->values[k]);
        buf_putc(out, '\n');
    }
    model_sort_lines(out);
}

/* Lines about rows of which one change came twice. */
static void drop_rows(struct world *world, struct buf *text)
{
    for (size_t i = 0; i < world->model.n; i++) {
        const struct model_change *x = &world->model.changes[i];
        char id[ID_TEXT_BYTES], *at;

        if (!x->twice)
            continue;
        id_format(x->id, id);
        while ((at = strstr(buf_cstr(text), id)) != NULL) {
            char *start = at, *end = strchr(at, '\n');

            while (start > (char *)text->data && start[-1] != '\n')
                start--;
            memmove(start, end + 1, text->len - (size_t)(end + 1 - (char *)text->data));
            text->len -= (size_t)(end + 1 - start);
            text->data[text->len] = 0;
        }
    }
}

void oracle_check_model(struct world *world, struct buf *rows, struct buf *shares)
{
    struct oracle_texts texts;

    learn_orders(world);
    if (world->failed)
        return;
    if (world->differed[0] != 0)
        world_fail(world, "%s", world->differed);
    oracle_texts_init(&texts);
    model_fold(&world->model, &texts.rows, &texts.conflicts, &texts.shares);
    order_log(world);
    world_rows(world, CENTER, &texts.is_rows);
    world_conflicts(world, CENTER, -1, &texts.is_conflicts);
    put_shares(world, &texts.is_shares);
    buf_append(rows, texts.is_rows.data, texts.is_rows.len);
    buf_append(shares, texts.is_shares.data, texts.is_shares.len);
    for (size_t i = 0; i < texts.is_conflicts.len; i++)
        world->totals.conflicts += texts.is_conflicts.data[i] == '\n';
    /* Copies of one unsent change came from two machines (or from one state that was put back twice): the model knows each change once, so it says nothing of the rows those are of. */
    if (world->totals.twice > 0) {
        struct buf *all[] = {&texts.rows, &texts.conflicts, &texts.shares, &texts.is_rows, &texts.is_conflicts, &texts.is_shares};

        for (size_t i = 0; i < sizeof all / sizeof *all; i++)
            drop_rows(world, all[i]);
    }
    oracle_compare(world, "center's rows against the model", buf_cstr(&texts.rows), buf_cstr(&texts.is_rows));
    oracle_compare(world, "center's conflicts against the model", buf_cstr(&texts.conflicts), buf_cstr(&texts.is_conflicts));
    oracle_compare(world, "center's shares against the model", buf_cstr(&texts.shares), buf_cstr(&texts.is_shares));
    oracle_texts_release(&texts);
    world->totals.invented += world->model.across;
    world->totals.unsound += world->model.unsound;
    if (world->model.unsound > 0)
        world_fail(world, "lost in silence: %s", world->model.first_unsound);
    if (world->model.invented > 0)
        world_fail(world, "invented: %s", world->model.first_invented);
    /* At worst a person is asked about two edits of which one had seen the other, never is one lost (order.h). */
    if (world->model.across > 0 && !(world->center_lost && world_excused(world, EXCUSE_INVENTED)))
        world_fail(world, "invented across eras: %s", world->model.first_across);
}

void oracle_check_station(struct world *world, size_t m, const char *center_rows, const char *center_shares)
{
    struct machine_sim *machine = &world->machines[m];
    int64_t org = machine->identity.org;
    struct replica_state state;
    struct oracle_texts texts;
    char what[64];

    oracle_texts_init(&texts);
    oracle_rows_of_org(center_rows, center_shares, org, &texts.rows);
    world_conflicts(world, CENTER, org, &texts.conflicts);
    world_rows(world, m, &texts.is_rows);
    world_conflicts(world, m, -1, &texts.is_conflicts);
    put_refused(world, m, &texts.rows);
    snprintf(what, sizeof what, "station %zu's rows against the center's", m);
    oracle_compare(world, what, buf_cstr(&texts.rows), buf_cstr(&texts.is_rows));
    snprintf(what, sizeof what, "station %zu's conflicts against the center's", m);
    oracle_compare(world, what, buf_cstr(&texts.conflicts), buf_cstr(&texts.is_conflicts));
    oracle_texts_release(&texts);
    if (replica_state(machine->store, &state, NULL) != STATUS_OK || state.pending != 0 || state.ordered_seq != state.head_seq)
        world_fail(world, "station %zu: %lld changes pending, ordered to %llu of %llu", m, (long long)state.pending, (unsigned long long)state.ordered_seq,
                   (unsigned long long)state.head_seq);
}

/* Of what was erased nobody has the content, and of what is in other hands no station. Why it is not here any more stays. */
static void check_one_content(struct world *world, size_t m, const struct model_change *x)
{
    const struct model_hands *hands = x->fate != FATE_APPLIED || model_is_hand_over(x->op) ? NULL : model_hands(&world->model, x->id);

    if (hands != NULL && hands->erased)
        world_fail(world, "machine %zu: u%u has its content, and was erased", m, x->uid);
    else if (hands != NULL && m != CENTER && !model_has(hands, world->machines[m].identity.org))
        world_fail(world, "machine %zu: u%u has its content, and its row is not org %lld's any more", m, x->uid, (long long)world->machines[m].identity.org);
}

/* Of what is in its org's hands a station has every change that the center has, with all that it says. */
static void check_history(struct world *world, size_t m, const struct uid_set *has, const struct uid_set *whole)
{
    for (size_t i = 0; i < world->model.n && !world->failed; i++) {
        const struct model_change *x = &world->model.changes[i];
        const struct model_hands *hands = x->fate != FATE_APPLIED ? NULL : model_hands(&world->model, x->id);

        if (x->fold == 0 || hands == NULL || hands->erased || !model_has(hands, world->machines[m].identity.org))
            continue;
        if (!uid_in(has, x->uid))
            world_fail(world, "station %zu: u%u is of its org's row, and it does not have it", m, x->uid);
        else if (x->whole && !uid_in(whole, x->uid))
            world_fail(world, "station %zu: u%u is of its org's row, and it has nothing but its header", m, x->uid);
    }
}

void oracle_check_content(struct world *world, size_t m)
{
    struct stmt *stmt = store_prepare(world->machines[m].store, "SELECT header,body FROM change");
    struct uid_set has = {{0}}, whole = {{0}};
    enum status status;
    size_t header_len, body_len;

    while (!world->failed && stmt_row(stmt, &status, NULL)) {
        const uint8_t *header = stmt_column_blob(stmt, 0, &header_len), *body = stmt_column_blob(stmt, 1, &body_len);
        const struct model_change *x = world_identify(world, m, header, header_len, body, body_len);

        if (x == NULL)
            break;
        uid_add(&has, x->uid);
        if (body == NULL)
            continue;
        uid_add(&whole, x->uid);
        check_one_content(world, m, x);
    }
    if (world->failed)
        stmt_reset(stmt);
    else if (m != CENTER)
        check_history(world, m, &has, &whole);
}
