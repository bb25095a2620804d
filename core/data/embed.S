/* core/data/embed.S - the files of this folder as bytes in the program, and the table data.c searches.
 *
 * The assembler finds them through -I (the build folder for what is made there, the source folder). A row of data_files is struct data_file: two pointers and
 * a size, all of pointer width on every system we build for. A new file is one DATA line, here and in Makefile.am. */

#if __SIZEOF_POINTER__ == 8
#define WORD .quad
#define ALIGN .balign 8
#else
#define WORD .long
#define ALIGN .balign 4
#endif

    .section .data.rel.ro.data_files, "aw"
    ALIGN
    .globl data_files
    .type data_files, %object
data_files:

.macro DATA file
    .section .rodata.data_text, "a"
1:  .incbin "core/data/\file"
2:  .byte 0
3:  .asciz "\file"
    .section .data.rel.ro.data_files, "aw"
    WORD 3b, 1b, 2b - 1b
.endm

    DATA assess_standards.tsv
    DATA causes.tsv
    DATA causes_2020.tsv
    DATA codes.tsv
    DATA consult_map.tsv
    DATA eval_standards.tsv
    DATA favourites.tsv
    DATA holidays.tsv
    DATA ledgers.tsv
    DATA ministry_forms.tsv
    DATA pinyin.tsv
    DATA pinyin_order.tsv
    DATA report_checks.tsv
    DATA rules.tsv
    DATA stat_matters.tsv
    DATA summary_templates.txt
    DATA templates.txt

    /* Large, and seldom read: behind the others and on pages of their own, since a page that is touched brings its neighbours into memory. */
    .section .rodata.data_text, "a"
    .balign 65536
    DATA area_codes.tsv
    DATA divisions.tsv
    DATA en.mo
    DATA laws.zst
    DATA practice_texts.txt
    DATA sync_chars.txt
    DATA sync_dictionary_1.zdict
    DATA given_names.tsv
    DATA surnames.tsv

    .section .data.rel.ro.data_files, "aw"
    WORD 0, 0, 0
    .size data_files, . - data_files

    .section .note.GNU-stack, "", %progbits
