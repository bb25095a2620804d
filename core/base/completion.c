/* core/base/completion.c - see completion.h. Names in the tables are ASCII words without anything that a shell would read (asserted). */
#include "core/base/completion.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

static void put_word(struct buf *out, const char *word, size_t len)
{
    for (size_t i = 0; i < len; i++)
        assert(isalnum((unsigned char)word[i]) || strchr("-_ .", word[i]) != NULL);
    buf_append(out, word, len);
}

/* "a b c" as "--a --b --c". */
static void put_option_names(struct buf *out, const char *names)
{
    while (*names != 0) {
        size_t len = strcspn(names, " ");

        buf_puts(out, " --");
        put_word(out, names, len);
        names += len + (names[len] == ' ');
    }
}

static const char *words_for(const struct completion_words *words, const char *arguments)
{
    for (; words != NULL && words->argument != NULL; words++)
        if (strncmp(arguments, words->argument, strlen(words->argument)) == 0)
            return words->words;
    return NULL;
}

/* The first words of all commands, each once: those of two words stand side by side in the table. */
static void put_commands(struct buf *out, const struct manual_verb *verbs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t len = strcspn(verbs[i].name, " ");

        if (i > 0 && strncmp(verbs[i - 1].name, verbs[i].name, len) == 0 && (verbs[i - 1].name[len] == 0 || verbs[i - 1].name[len] == ' '))
            continue;
        buf_putc(out, ' ');
        put_word(out, verbs[i].name, len);
    }
}

static void put_second_words(struct buf *out, const struct manual_verb *verbs, size_t n, const char *name, size_t len)
{
    for (size_t i = 0; i < n; i++)
        if (strncmp(verbs[i].name, name, len) == 0 && verbs[i].name[len] == ' ') {
            buf_putc(out, ' ');
            put_word(out, verbs[i].name + len + 1, strlen(verbs[i].name + len + 1));
        }
}

static void put_case(struct buf *out, const struct manual_verb *verbs, size_t n, size_t i, const struct completion_words *words)
{
    size_t len = strcspn(verbs[i].name, " ");
    const char *offered = words_for(words, verbs[i].arguments);

    if (i > 0 && strncmp(verbs[i - 1].name, verbs[i].name, len) == 0 && (verbs[i - 1].name[len] == 0 || verbs[i - 1].name[len] == ' '))
        return;
    buf_puts(out, "    ");
    put_word(out, verbs[i].name, len);
    buf_puts(out, ") options+=\"");
    if (verbs[i].options != NULL)
        put_option_names(out, verbs[i].options);
    buf_puts(out, "\"; words=\"");
    put_second_words(out, verbs, n, verbs[i].name, len);
    if (offered != NULL) {
        buf_putc(out, ' ');
        put_word(out, offered, strlen(offered));
    }
    buf_puts(out, "\" ;;\n");
}

void completion_bash(struct buf *out, const char *program, const struct manual_verb *verbs, size_t n, const struct option_def *table, const char *common,
                     const struct completion_words *words)
{
    buf_printf(out, "# bash completion for %s, written by the program itself: %s completion\n", program, program);
    buf_printf(out, "_%s() {\n    local word=${COMP_WORDS[COMP_CWORD]} verb= i words= options=\"", program);
    if (common != NULL)
        put_option_names(out, common);
    for (; common == NULL && table->name != NULL; table++)
        put_option_names(out, table->name);
    buf_puts(out, "\"\n    for ((i = 1; i < COMP_CWORD; i++)); do\n        case ${COMP_WORDS[i]} in\n        -*) ;;\n        *) verb=${COMP_WORDS[i]}; break ;;\n        esac\n    done\n"
                  "    case $verb in\n    '') words=\"");
    put_commands(out, verbs, n);
    buf_puts(out, "\" ;;\n");
    for (size_t i = 0; i < n; i++)
        put_case(out, verbs, n, i, words);
    buf_printf(out,
               "    esac\n    if [[ $word == -* ]]; then\n        COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n    else\n        COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
               "        [[ -z $verb || ${#COMPREPLY[@]} -gt 0 ]] || COMPREPLY=($(compgen -f -- \"$word\"))\n    fi\n}\ncomplete -o filenames -F _%s %s\n",
               program, program);
}
