/* core/base/completion.c - see completion.h. Names in the tables are ASCII words without anything that a shell would read (asserted). */
#include "core/base/completion.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
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

static const char *words_for(const struct completion_words *words, const char *name, size_t len)
{
    for (; words != NULL && words->argument != NULL; words++)
        if (strlen(words->argument) == len && memcmp(words->argument, name, len) == 0)
            return words->words;
    return NULL;
}

/* A word to be typed as it stands, not one that stands for something. */
static bool is_plain(const char *word, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!islower((unsigned char)word[i]) && !isdigit((unsigned char)word[i]) && word[i] != '-')
            return false;
    return len > 0 && islower((unsigned char)word[0]);
}

static void offer(struct buf *out, const char *words)
{
    buf_putc(out, ' ');
    put_word(out, words, strlen(words));
}

/* "[list|set NAME VALUE]" as " list set"; of "ID|TYPE .." what the table has for TYPE. Brackets and what stands behind the first word of each alternative are passed over. */
static void put_alternatives(struct buf *out, const char *arguments, const struct completion_words *words)
{
    while (*arguments != 0) {
        const char *word = arguments + strspn(arguments, "[ ");
        size_t len = strcspn(word, " []|");
        const char *known = words_for(words, word, len);

        if (known != NULL) {
            offer(out, known);
        } else if (is_plain(word, len)) {
            buf_putc(out, ' ');
            put_word(out, word, len);
        }
        arguments += strcspn(arguments, "|");
        arguments += *arguments == '|';
    }
}

/* What stands behind an option: words where they are known, else a file. */
static void put_values(struct buf *out, const struct option_def *table, const struct completion_words *words)
{
    for (; table->name != NULL; table++) {
        if (table->argument == NULL)
            continue;
        buf_puts(out, "    --");
        put_word(out, table->name, strlen(table->name));
        if (table->letter != 0)
            buf_printf(out, " | -%c", table->letter);
        buf_puts(out, ") words=\"");
        put_alternatives(out, table->argument, words);
        buf_puts(out, "\" value=1 ;;\n");
    }
}

/* Options whose value is the next word, as a pattern of the shell; "--" where there are none: nothing stands behind it anyway. */
static void put_value_pattern(struct buf *out, const struct option_def *table)
{
    buf_puts(out, "--");
    for (; table->name != NULL; table++) {
        if (table->argument == NULL)
            continue;
        buf_puts(out, " | --");
        put_word(out, table->name, strlen(table->name));
        if (table->letter != 0)
            buf_printf(out, " | -%c", table->letter);
    }
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
    const char *offered = words_for(words, verbs[i].name, len);

    if (i > 0 && strncmp(verbs[i - 1].name, verbs[i].name, len) == 0 && (verbs[i - 1].name[len] == 0 || verbs[i - 1].name[len] == ' '))
        return;
    buf_puts(out, "    ");
    put_word(out, verbs[i].name, len);
    buf_puts(out, ") options+=\"");
    for (size_t k = i; k < n && strncmp(verbs[k].name, verbs[i].name, len) == 0 && (verbs[k].name[len] == 0 || verbs[k].name[len] == ' '); k++)
        if (verbs[k].options != NULL)
            put_option_names(out, verbs[k].options);
    buf_puts(out, "\"; words=\"");
    put_second_words(out, verbs, n, verbs[i].name, len);
    if (offered != NULL)
        offer(out, offered);
    else
        put_alternatives(out, verbs[i].arguments, words);
    buf_puts(out, "\" ;;\n");
}

void completion_bash(struct buf *out, const char *program, const struct manual_verb *verbs, size_t n, const struct option_def *table, const char *common,
                     const struct completion_words *words)
{
    buf_printf(out, "# bash completion for %s, written by the program itself: %s completion\n", program, program);
    buf_printf(out, "_%s() {\n    local word=${COMP_WORDS[COMP_CWORD]} verb= i words= value= options=\"", program);
    if (common != NULL)
        put_option_names(out, common);
    for (const struct option_def *option = table; common == NULL && option->name != NULL; option++)
        put_option_names(out, option->name);
    buf_puts(out, "\"\n    for ((i = 1; i < COMP_CWORD; i++)); do\n        case ${COMP_WORDS[i]} in\n        ");
    put_value_pattern(out, table);
    buf_puts(out, ") ((i++)) ;;\n        -*) ;;\n        *) verb=${COMP_WORDS[i]}; break ;;\n        esac\n    done\n    case $verb in\n    '') words=\"");
    put_commands(out, verbs, n);
    buf_puts(out, "\" ;;\n");
    for (size_t i = 0; i < n; i++)
        put_case(out, verbs, n, i, words);
    /* Words belong to the place right behind the command; further on there are files. */
    buf_puts(out, "    esac\n    [[ -z $verb || $i == $((COMP_CWORD - 1)) ]] || words=\n    case ${COMP_WORDS[COMP_CWORD - 1]} in\n");
    put_values(out, table, words);
    buf_printf(out,
               "    esac\n    if [[ $word == -* && -z $value ]]; then\n        COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n    else\n        COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
               "        [[ ( -z $verb && -z $value ) || -n $words ]] || COMPREPLY=($(compgen -f -- \"$word\"))\n    fi\n}\ncomplete -o filenames -F _%s %s\n",
               program, program);
}
