/* core/base/library.h - functions of a shared library that is loaded when they are first needed, not when the program starts.
 *
 * Papers want Pango and Cairo, spreadsheets libxlsxwriter: forty libraries with what those want, most of a program's start and of its memory, for what few sessions do. A module that needs such a library
 * lists the functions it calls, makes a struct of pointers from the list and has it filled:
 *
 *     #define PEN_CALLS(X) X(cairo_arc) X(cairo_stroke)
 *     struct pen_calls { PEN_CALLS(LIBRARY_POINTER) };
 *     static const char *const names[] = {PEN_CALLS(LIBRARY_NAME)};
 *     library_load("libcairo.so.2", names, sizeof names / sizeof names[0], &calls, sizeof calls, err)
 *     calls.cairo_arc(..)
 *
 * The pointers have the types of the library's own header, so a wrong call fails to compile; a library that lacks one of the names is refused as a whole. */
#ifndef CORE_BASE_LIBRARY_H
#define CORE_BASE_LIBRARY_H

#include <stddef.h>

#include "core/base/status.h"

#define LIBRARY_POINTER(function) __typeof__(function) *function;
#define LIBRARY_NAME(function) #function,
#define LIBRARY_ADDRESS(function) (void (*)(void))function, /* for what links the library after all */

/* Find names[0..n) in the library of that file name, or in what it was linked with, and write their addresses to calls, a struct of n function pointers in the same order (calls_bytes is its size; assert).
 * Loading again is cheap. A library stays until the process ends: those meant here cannot be unloaded.
 * Errors: STATUS_UNSUPPORTED: it is not there, or not whole; the message names it and what the system says. calls is unchanged then. */
enum status library_load(const char *file, const char *const names[], size_t n, void *calls, size_t calls_bytes, struct errmsg *err);

#endif /* CORE_BASE_LIBRARY_H */
