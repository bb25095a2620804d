/* core/data/embed.S - the shipped tables, byte for byte, in the program's read-only data, and a list of them (core/data/data.h).
 * GNU as; the include path of the assembler is the source folder. Pages of a table that is never read are never loaded. */

#if __SIZEOF_POINTER__ == 8
#define ADDRESS .quad
#define ALIGNMENT 8
#else
#define ADDRESS .long
#define ALIGNMENT 4
#endif

        .macro table symbol, path
        .section .rodata
        .balign 16
\symbol:
        .incbin "core/data/\path"
\symbol\()_end:
        .byte 0
\symbol\()_name:
        .asciz "\path"
        /* The list holds addresses, which a position-independent program relocates once at start. */
        .section .data.rel.ro, "aw"
        .balign ALIGNMENT
        ADDRESS \symbol\()_name
        ADDRESS \symbol
        ADDRESS \symbol\()_end - \symbol
        .endm

        .section .data.rel.ro, "aw"
        .balign ALIGNMENT
        .globl data_files
        .type data_files, %object
data_files:

        table causes, causes.tsv
        table codes, codes.tsv
        table divisions, divisions.tsv
        table given_names, given_names.tsv
        table holidays, holidays.tsv
        table pinyin, pinyin.tsv
        table practice_texts, practice_texts.txt
        table surnames, surnames.tsv

        .section .data.rel.ro, "aw"
        ADDRESS 0
        ADDRESS 0
        ADDRESS 0
        .size data_files, . - data_files

        .section .note.GNU-stack, "", %progbits
