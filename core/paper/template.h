/* core/paper/template.h - the wording of papers: shipped (core/data/templates.txt), overlaid by the county's records of type `template`, plain text with named slots.
 *
 * MARKUP, line by line (core/paper/markup.h reads it):
 *   # text          the title, centred, large
 *   ## text         a centred line (number of the paper, office)
 *   > text          to the right (signature, seal, day)
 *   |a|b|c|         a row of a table with borders; the cells of consecutive rows are aligned; a cell may hold slots; a cell "^" continues the one above downwards,
 *                   "<" the one left of it; a row with fewer cells than the table has columns: its last cell takes the rest
 *   |=4|8|4|8|      widths of the columns of the table that follows, in characters; without it columns follow their content
 *   ---             a rule
 *   ===             new page
 *   [landscape]     as the first line: pages lie on their side
 *   [seal]          a place for the seal over the lines before it
 *   [sign: text]    a place to sign or fingerprint; several on one line stand side by side
 *   anything else   a paragraph, first line indented by two characters when it begins with two full-width blanks
 * In paragraphs and cells \n is a line break (and room to write in), "> " after it puts the rest to the right, a backslash takes the next character as it is.
 * SLOTS: {name}; {name|fallback}; {name?text when set}; {!name?text when not set}; text and fallback may hold slots. Names are listed by template_slot_at(); an unknown one
 * is an error when the template is saved, and is printed as ____ when filled, never silently dropped; a known one without a value is ____ in a paragraph and an empty cell
 * in a table. A line that is one condition which does not hold leaves no empty line. Values are escaped: what an applicant said never turns into markup.
 * Blocks {#materials} .. {/materials} repeat for each row of materials, missing, parties, opponents, household, steps, logs, documents, contents, payments,
 * duties;
 * {#materials 6} prints at least six rows. Inside, {row} is the row's number. A block's mark alone on its line leaves no empty line. Blocks do not nest. */
#ifndef CORE_PAPER_TEMPLATE_H
#define CORE_PAPER_TEMPLATE_H

#include "core/record/records.h"

struct template {
    char form[4];     /* "09" */
    const char *title;
    const char *text;
    const char *word; /* number word, "援决"; "": not numbered */
    char *storage;    /* owned */
};

/* The county's, else the shipped one. Errors: STATUS_NOT_FOUND. Release when done. */
enum status template_load(struct store *store, const struct actor *actor, const char *form, struct template *out, struct errmsg *err);
void template_release(struct template *template);
/* Every form there is, in order; NULL at the end. Static. */
const char *template_form_at(size_t index);
/* Check markup and slot names of a paper. Errors: STATUS_INVALID naming line and slot. */
enum status template_check(const char *text, size_t len, struct errmsg *err);
/* Names and meanings of a paper's slots: index 0.. until NULL. Static. */
struct template_slot {
    const char *name, *label;
};
const struct template_slot *template_slot_at(size_t index);

/* Filling: the caller answers slot names. Returns false: unknown or empty. Appends to out. row: -1 outside blocks. */
typedef bool (*template_value)(void *context, const char *block, long row, const char *name, struct buf *out);
typedef long (*template_rows)(void *context, const char *block);
enum status template_fill(const char *text, size_t len, template_value value, template_rows rows, void *context, struct buf *out, struct errmsg *err);

/* ---- templates of other things than papers: the same markup, another list of slots ---- */

/* Which names there are. */
struct template_names {
    bool (*knows)(const char *block, const char *name); /* block: "" outside of blocks */
    bool (*is_block)(const char *name);
    const char *where; /* how a person gets to see them: "aidpost document slots" */
};
enum status template_check_by(const struct template_names *names, const char *text, size_t len, struct errmsg *err);

/* Whether {name?..} holds; {name|fallback} gives its fallback when it does not. */
typedef bool (*template_holds)(void *context, const char *block, long row, const char *name);
/* A slot whose text is itself written in the markup, with slots of its own (words that an office wrote): it is filled in the slot's place and not escaped. False: `name` is no such slot. Borrowed
 * until the template is filled. Pieces in pieces end at the depth of nesting. */
typedef bool (*template_piece)(void *context, const char *name, const char **text, size_t *len);

struct template_answers {
    const struct template_names *names;
    template_value value;
    template_rows rows;
    template_holds holds; /* NULL: a name holds when it has a value */
    template_piece piece; /* NULL: none */
    void *context;
};
/* Asks for a value only where it is printed, in the order of the text. Errors: STATUS_TOO_LARGE, STATUS_NOMEM. */
enum status template_fill_by(const struct template_answers *answers, const char *text, size_t len, struct buf *out, struct errmsg *err);

#endif /* CORE_PAPER_TEMPLATE_H */
